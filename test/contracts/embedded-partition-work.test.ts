import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { openEmbeddedWork } from '../../src/log/embedded-work.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { partitionWorkContract, type WorkHarness } from './partition-work-contract.ts';

let dir: string;
let log: EmbeddedLog;
let harness: WorkHarness;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lakegate-work-'));
  log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
  harness = {
    work: openEmbeddedWork({ log }),
    keepsHeaders: false,
    createTopic: (topic, partitions) => log.createTopic({ topic, partitions, retentionMs: null }),
    append: async (topic, partition, records) => {
      const appends = [{ topic, partition, records, guessed: null }];
      await log.steps.commit({ group: 'test', place: { topic, partition }, appends, puts: new Map() });
    },
    readAll: async (topic, partition) => {
      const records = [];
      const signal = AbortSignal.timeout(30_000);
      for await (const some of log.read(topic, partition, 0n, { follow: false, signal })) records.push(...some);
      return records.map((record) => ({ ...record, headers: {} }));
    },
  };
});
afterAll(async () => {
  await log.close();
  await rm(dir, { recursive: true });
});

partitionWorkContract('work on the embedded log', () => harness);
