import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEventDesks } from '../../src/ingest/event-desk.ts';
import { AdmissionCounts } from '../../src/ingest/kafka/admission-counts.ts';
import { openAdmissionTask } from '../../src/ingest/kafka/open-admission-task.ts';
import { encodeChange, type PartitionState } from '../../src/ingest/kafka/partition-state.ts';
import { encodePlace } from '../../src/ingest/kafka/stored-place.ts';
import { openClaimStore } from '../../src/log/claim-store.ts';
import { partitionOf } from '../../src/log/partition-of.ts';
import { NO_WATERMARK } from '../../src/model/partition-watermark.ts';
import { claimsTopic, inTopic } from '../../src/model/topics.ts';
import { IDLE_MS } from '../../src/model/watermark.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { DAY_MS, openIngest } from '../support/open-ingest.ts';

const PARTITIONS = 4;
const RECORD = { key: 'x', timeMs: 0, value: Buffer.from('{}') };
const PARTITION = partitionOf(RECORD.key, PARTITIONS);
const NEW: PartitionState = { inputNext: 0n, sequenceNext: 0n, outputNext: 0n, watermark: NO_WATERMARK };

/** A judge whose disk says this of a changelog that is empty now. */
async function openJudge(noted: Partial<PartitionState>, there: { readonly inputs: number; readonly outputs: number }) {
  const { log, clock, model, kind: kindOf, stop } = await openIngest();
  onTestFinished(stop);
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-claims-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const kind = kindOf('transaction');
  const judging = { model, acceptPastMs: 7 * DAY_MS, acceptFutureMs: 300_000 };
  const desks = await openEventDesks(judging);
  const desk = desks.find((each) => each.kind === kind);
  if (desk === undefined) throw new Error('expected a desk of transactions');
  for (const topic of [inTopic(kind), claimsTopic(kind)]) {
    await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
  }
  for (let n = 0; n < there.inputs; n++) await log.append(inTopic(kind), [RECORD]);
  for (let n = 0; n < there.outputs; n++) await log.append(kind.plural, [RECORD]);

  const keep = { keptMs: 8 * DAY_MS, nowMs: clock.nowMs(), onDiscard: () => {} };
  const store = await openClaimStore({ ...keep, dir: join(dir, claimsTopic(kind), String(PARTITION)) });
  const value = encodeChange({ state: { ...NEW, ...noted }, firstOffset: 0n, claims: [] });
  await store.keep({ claims: [], atMs: clock.nowMs(), completeTo: 1n, note: encodePlace({ offset: 0n, value }) });
  await store.close();

  const nobody = () => Promise.reject(new Error('nobody joins here'));
  const options = {
    ...judging,
    log,
    work: { join: nobody, lastPuts: nobody },
    clock,
    logger: createLogger('silent'),
    dir,
    claimsKeptMs: keep.keptMs,
  };
  const other = { topic: kind.plural, partition: -1, next: '0', floorMs: clock.nowMs(), idle: false };
  const floors = { others: () => [other], floorMs: () => null, floorOf: () => null, close: async () => {} };
  const shared = { options, desks, desk, floors, counts: new AdmissionCounts(), verdictPartitions: 1 };
  const task = await openAdmissionTask({ ...shared, partitions: PARTITIONS }, PARTITION);
  onTestFinished(() => task.close());
  return { task, clock };
}

async function inputFrom(...judge: Parameters<typeof openJudge>): Promise<bigint> {
  return (await openJudge(...judge)).task.inputFrom();
}

test('claims on disk are those of a changelog that is no longer kept while the newest event is the one they end with', async () => {
  expect(await inputFrom({ inputNext: 5n, outputNext: 2n }, { inputs: 5, outputs: 2 })).toBe(5n);
});

test('claims of a partition that never admitted anything may be of any Kafka: its input is read from the start', async () => {
  expect(await inputFrom({ inputNext: 5n, outputNext: 0n }, { inputs: 7, outputs: 0 })).toBe(0n);
});

test('claims that read further than the input goes are of another Kafka, whose input was longer', async () => {
  await expect(inputFrom({ inputNext: 6n, outputNext: 2n }, { inputs: 5, outputs: 2 })).rejects.toMatchObject({
    code: 'LOG_CORRUPT',
  });
  expect(await inputFrom({ inputNext: 6n, outputNext: 2n }, { inputs: 0, outputs: 0 })).toBe(0n);
});

test('a partition is not idle for as long as its judge restored: idleness begins where its input is read', async () => {
  const { task, clock } = await openJudge({ inputNext: 1n, outputNext: 1n }, { inputs: 5, outputs: 1 });
  clock.advance(10 * IDLE_MS);
  task.inputFrom();
  expect(task.wantsStep()).toBe(false);
  clock.advance(IDLE_MS);
  expect(task.wantsStep()).toBe(true);
});
