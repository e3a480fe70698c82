import { join } from 'node:path';
import { type ClaimStore, openClaimStore } from '../../log/claim-store.ts';
import type { Log, PartitionEnd, StoredRecord } from '../../log/log.ts';
import type { PartitionTask } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import { NO_WATERMARK } from '../../model/partition-watermark.ts';
import { sequenceOf, watermarkOf } from '../../model/record-format.ts';
import { claimsTopic } from '../../model/topics.ts';
import { invariant } from '../../platform/errors.ts';
import type { EventDesk } from '../event-desk.ts';
import type { OpenerParts } from './admission-member.ts';
import { AdmissionTask } from './admission-task.ts';
import type { PartitionState } from './partition-state.ts';
import { decodePlace } from './stored-place.ts';

/** The judge of a partition, with the claims that are on this machine already. */
export async function openAdmissionTask(parts: TaskParts, partition: number): Promise<PartitionTask> {
  const { options, desk, partitions, verdictPartitions, floors, counts } = parts;
  const { log, clock, logger } = options;
  const { kind } = desk;
  const store = await openStore(parts, partition);
  const state = store.note === null ? await stateWithoutChangelog(log, kind, partition) : decodePlace(store.note).state;
  return new AdmissionTask({
    desk,
    partition,
    partitions,
    verdictPartitions,
    store,
    changelog: () => allOf(log, claimsTopic(kind), partition),
    state,
    clock,
    floors,
    counts,
    logger,
  });
}

export interface TaskParts extends OpenerParts {
  readonly desk: EventDesk;
  readonly partitions: number;
  readonly verdictPartitions: number;
}

/** Emptied where it is not of the changelog that is there now. */
async function openStore({ options, desk }: TaskParts, partition: number): Promise<ClaimStore> {
  const { dir, claimsKeptMs, clock, log, logger } = options;
  const changelog = claimsTopic(desk.kind);
  const store = await openClaimStore({
    dir: join(dir, changelog, String(partition)),
    keptMs: claimsKeptMs,
    nowMs: clock.nowMs(),
    onDiscard: (reason) => logger.warn({ changelog, partition, reason }, 'claims on disk are read again from Kafka'),
  });
  const place = store.note === null ? null : decodePlace(store.note);
  if (place === null) return store;
  const record = await recordAt(log, changelog, partition, place.offset);
  if (record !== null && place.isOf(record.value)) return store;
  logger.warn({ changelog, partition }, 'claims on disk are of another changelog; they are read again from Kafka');
  await store.clear(clock.nowMs());
  return store;
}

/**
 * A partition begins at 0. Where its changelog is gone because nobody was here for longer than ids are remembered, its newest events say how far it
 * had come; what was in the input then is gone as well.
 */
async function stateWithoutChangelog(log: Log, kind: KindModel, partition: number): Promise<PartitionState> {
  const newest = await newestRecord(log, kind.plural, partition);
  if (newest === null) return { inputNext: 0n, sequenceNext: 0n, outputNext: 0n, watermark: NO_WATERMARK };
  const sequence = sequenceOf(newest.value);
  invariant(sequence !== null, 'an admitted event on Kafka is numbered');
  const { _time } = JSON.parse(Buffer.from(newest.value).toString('utf8')) as { readonly _time: number };
  return {
    inputNext: 0n,
    sequenceNext: sequence + 1n,
    outputNext: newest.offset + 1n,
    watermark: { newestTimeMs: Math.floor(_time / 1000), raisedMs: watermarkOf(newest.value) },
  };
}

async function recordAt(log: Log, topic: string, partition: number, offset: bigint): Promise<StoredRecord | null> {
  const { first, next } = await endOf(log, topic, partition);
  if (offset < first || offset >= next) return null;
  for await (const [record] of readFrom(log, topic, partition, offset)) {
    return record?.offset === offset ? record : null;
  }
  return null;
}

/** Offsets have holes: the last ones may hold no record, so that it is looked for further and further back. */
async function newestRecord(log: Log, topic: string, partition: number): Promise<StoredRecord | null> {
  const { first, next } = await endOf(log, topic, partition);
  for (let back = 64n; ; back *= 8n) {
    const from = later(first, next - back);
    let newest: StoredRecord | null = null;
    for await (const records of readFrom(log, topic, partition, from)) newest = records.at(-1) ?? newest;
    if (newest !== null || from === first) return newest;
  }
}

async function* allOf(log: Log, topic: string, partition: number): AsyncGenerator<readonly StoredRecord[]> {
  yield* readFrom(log, topic, partition, (await endOf(log, topic, partition)).first);
}

/** Up to what is there now. */
function readFrom(log: Log, topic: string, partition: number, from: bigint): AsyncIterable<readonly StoredRecord[]> {
  return log.read(topic, partition, from, { signal: new AbortController().signal, follow: false });
}

async function endOf(log: Log, topic: string, partition: number): Promise<PartitionEnd> {
  const end = (await log.ends(topic)).find((each) => each.partition === partition);
  invariant(end !== undefined, `topic ${topic} has partition ${partition}`);
  return end;
}

function later(a: bigint, b: bigint): bigint {
  return [a, b].reduce((left, right) => (left < right ? right : left));
}
