import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { partitionOf } from '../../src/log/partition-of.ts';
import { movedClock } from '../support/moved-clock.ts';
import { readTopic } from '../support/read-all.ts';

/** The real store, which after `answersAreLost` tells of a failure although the transaction is on the disk. */
const fault = vi.hoisted(() => ({ answersAreLost: false }));
vi.mock('../../src/log/embedded/store.ts', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../src/log/embedded/store.ts')>();
  return {
    ...real,
    openEmbeddedStore: async (...args: Parameters<typeof real.openEmbeddedStore>) => {
      const store = await real.openEmbeddedStore(...args);
      const commit: typeof store.commit = async (bytesMax, change) => {
        await store.commit(bytesMax, change);
        if (!fault.answersAreLost) return;
        fault.answersAreLost = false;
        throw new real.StoreFailure({ reason: 'the answer is lost', reopen: true });
      };
      return {
        get tables() {
          return store.tables;
        },
        commit,
        reopen: store.reopen,
        close: store.close,
      };
    },
  };
});

const TOPIC = 'things';
const KEPT_MS = 1_000;
let dir: string;
let log: EmbeddedLog;
const clock = movedClock();

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lakegate-log-doubt-'));
  log = await openEmbeddedLog({ dir, clock, claimsKeptMs: KEPT_MS });
  await log.createTopic({ topic: TOPIC, partitions: 4, retentionMs: null });
});

afterEach(async () => {
  await log.close();
  await rm(dir, { recursive: true });
});

function appendClaim(claim: string) {
  const record = { key: claim, timeMs: 0, bytesMax: 100, claim, fingerprint: 1n };
  return log.appendOnce(TOPIC, [record], () => Buffer.from(claim));
}

async function appendInDoubt(claim: string): Promise<void> {
  fault.answersAreLost = true;
  await expect(appendClaim(claim)).rejects.toMatchObject({ code: 'READ_ONLY' });
}

async function whenWritable(): Promise<void> {
  await expect.poll(() => log.health().state).toBe('ok');
}

describe('a transaction that is on the disk although it was told to have failed', () => {
  test('takes its ids, also when the generation of claims turned with it', async () => {
    await appendClaim('old');
    clock.advance(KEPT_MS);
    await appendInDoubt('in doubt');
    await whenWritable();
    expect(await appendClaim('in doubt')).toMatchObject([{ outcome: 'duplicate' }]);
    expect(await appendClaim('old')).toMatchObject([{ outcome: 'duplicate' }]);
    expect(await readTopic(log, TOPIC)).toHaveLength(2);
  });

  test('wakes the readers who wait for more and tells the listeners, without another append', async () => {
    let told = 0;
    log.onAppended(TOPIC, () => told++);
    const options = { signal: new AbortController().signal };
    const reader = log.read(TOPIC, partitionOf('k', 4), 0n, options)[Symbol.asyncIterator]();
    const next = reader.next();
    await new Promise(setImmediate);
    await appendInDoubt('k');
    expect((await next).value).toHaveLength(1);
    expect(told).toBe(1);
    await reader.return?.();
  });
});
