import { resolve } from 'node:path';
import type { EmbeddedLog } from '../../src/log/embedded-log.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import type { JobRunner } from '../../src/processor/runtime/job-runner.ts';
import { type JobThreadsOptions, openJobThreads } from '../../src/processor/threads/job-threads.ts';
import { seatAtLog } from '../../src/processor/threads/seat-at-log.ts';

/** Jobs over an embedded log on threads of their own, as the product runs them. */
export function openThreads(
  log: EmbeddedLog,
  dir: string,
  options: Partial<JobThreadsOptions> & { readonly publishedMs?: () => number | null } = {},
): JobRunner {
  const { publishedMs = () => null, ...more } = options;
  return openJobThreads({
    threads: 2,
    log,
    makeChangelog: async () => {},
    makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
    logger: createLogger('silent'),
    schemaDir: SAMPLE_KINDS,
    jobsDir: null,
    openLog: (_, onStuck) => seatAtLog(log, dir, onStuck),
    floorOf: (topic, partition) => {
      const floorMs = publishedMs();
      return floorMs === null ? null : { floorMs, next: log.steps.end({ topic, partition }).next };
    },
    endOf: (topic, partition) => log.steps.end({ topic, partition }),
    ...more,
  });
}

const SAMPLE_KINDS = resolve(import.meta.dirname, '../../schema/events');
