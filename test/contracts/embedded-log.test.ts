import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { appendUntilKilled } from '../support/killed-appender.ts';
import { type LogHarness, logContract } from './log-contract.ts';

logContract('the embedded log', async (): Promise<LogHarness> => {
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-log-'));
  const opened: EmbeddedLog[] = [];
  return {
    open: async (options) => {
      const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000, ...options });
      opened.push(log);
      return log;
    },
    appendUntilKilled: (options) => appendUntilKilled({ dir, how: 'append', ...options }),
    dispose: async () => {
      for (const log of opened) await log.close();
      await rm(dir, { recursive: true });
    },
  };
});
