import { join } from 'node:path';
import { type ClaimStore, openClaimStore } from '../../log/claim-store.ts';
import type { Log, PartitionEnd, StoredRecord } from '../../log/log.ts';
import type { PartitionTask } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import { NO_WATERMARK } from '../../model/partition-watermark.ts';
import { sequenceOf, watermarkOf } from '../../model/record-format.ts';
import { claimsTopic, inTopic } from '../../model/topics.ts';
import { invariant, LakegateError } from '../../platform/errors.ts';
import type { EventDesk } from '../event-desk.ts';
import type { OpenerParts } from './admission-member.ts';
import { AdmissionTask } from './admission-task.ts';
import type { PartitionState } from './partition-state.ts';
import { decodePlace, type NotedPlace } from './stored-place.ts';

/** The judge of a partition, with the claims that are on this machine already. */
export async function openAdmissionTask(parts: TaskParts, partition: number): Promise<PartitionTask> {
  const { options, desk, partitions, verdictPartitions, floors, counts } = parts;
  const { log, clock, logger } = options;
  const { kind } = desk;
  const store = await openStore(parts, partition);
  const state = store.note === null ? await firstState(log, kind, partition) : decodePlace(store.note).state;
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

interface TaskParts extends OpenerParts {
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
  if (await isOfChangelog(place, log, desk.kind, partition)) return store;
  logger.warn({ changelog, partition }, 'claims on disk are of another changelog; they are read again from Kafka');
  await store.clear(clock.nowMs());
  return store;
}

/**
 * Of a changelog that is too old to be kept nothing can be compared: then the newest event is the one that the claims end with, and the input has
 * what they say was read. Where nothing was ever admitted there is nothing to tell one Kafka from another by, and nothing is lost by beginning anew.
 */
async function isOfChangelog(place: NotedPlace, log: Log, kind: KindModel, partition: number): Promise<boolean> {
  const record = await recordAt(log, claimsTopic(kind), partition, place.offset);
  if (record !== null) return place.isOf(record.value);
  if (!(await isEmpty(log, claimsTopic(kind), partition))) return false;
  const { inputNext, outputNext } = place.state;
  if (outputNext === 0n || outputNext !== (await endOf(log, kind.plural, partition)).next) return false;
  return inputNext <= (await endOf(log, inTopic(kind), partition)).next;
}

/**
 * Where a partition begins, until the changelog says more: at 0. Where there is no changelog any more, because nobody was here for longer than ids
 * are remembered, its newest event says how far it had come. What then waits in its input may have been judged or not, and nobody can know.
 */
async function firstState(log: Log, kind: KindModel, partition: number): Promise<PartitionState> {
  const { first, next } = await endOf(log, kind.plural, partition);
  const newest = first === next ? null : await recordAt(log, kind.plural, partition, next - 1n);
  if (newest === null || !(await isEmpty(log, claimsTopic(kind), partition))) return NEW_PARTITION;
  if (!(await isEmpty(log, inTopic(kind), partition))) throw forgotten(kind, partition);
  const sequence = sequenceOf(newest.value);
  invariant(sequence !== null, 'an admitted event on Kafka is numbered');
  const { _time } = JSON.parse(Buffer.from(newest.value).toString('utf8')) as { readonly _time: number };
  return {
    inputNext: 0n,
    sequenceNext: sequence + 1n,
    outputNext: next,
    watermark: { newestTimeMs: Math.floor(_time / 1000), raisedMs: watermarkOf(newest.value) },
  };
}

const NEW_PARTITION: PartitionState = { inputNext: 0n, sequenceNext: 0n, outputNext: 0n, watermark: NO_WATERMARK };

function forgotten(kind: KindModel, partition: number): LakegateError {
  const [input, changelog] = [inTopic(kind), claimsTopic(kind)];
  return new LakegateError({
    code: 'LOG_CORRUPT',
    message:
      `${changelog}/${partition} is empty, but ${kind.plural}/${partition} holds events: nobody knows which of those in ${input}/${partition} ` +
      'were judged already, and to judge them again could count them twice. Bring the changelog back, or delete what waits there and send it again.',
    facts: { topic: input, partition },
  });
}

async function recordAt(log: Log, topic: string, partition: number, offset: bigint): Promise<StoredRecord | null> {
  const { first, next } = await endOf(log, topic, partition);
  if (offset < first || offset >= next) return null;
  for await (const [record] of readFrom(log, topic, partition, offset)) {
    return record?.offset === offset ? record : null;
  }
  return null;
}

async function isEmpty(log: Log, topic: string, partition: number): Promise<boolean> {
  const { first, next } = await endOf(log, topic, partition);
  return first === next;
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
