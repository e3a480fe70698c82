import { join } from 'node:path';
import { type ClaimStore, openClaimStore } from '../../log/claim-store.ts';
import type { Log, StoredRecord } from '../../log/log.ts';
import type { InputPlace, PartitionTask, PartitionWork, WorkInput, WorkStatus } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import { NO_WATERMARK } from '../../model/partition-watermark.ts';
import { sequenceOf, watermarkOf } from '../../model/record-format.ts';
import { claimsTopic, forwardedTopic, inTopic, VERDICTS_TOPIC } from '../../model/topics.ts';
import type { Clock } from '../../platform/clock.ts';
import { invariant } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { type EventDesk, type EventDeskOptions, openEventDesks } from '../event-desk.ts';
import { AdmissionCounts } from './admission-counts.ts';
import { AdmissionTask } from './admission-task.ts';
import { type FloorBoard, openFloorBoard } from './floor-board.ts';
import { ForwardTask } from './forward-task.ts';
import type { PartitionState } from './partition-state.ts';
import { decodePlace } from './stored-place.ts';

/** One member of admission: judges the partitions that it is given, for as long as it is there. */
export interface AdmissionMember {
  status(): AdmissionStatus;
  /** Ends after the steps that are running. */
  stop(deadlineMs: number): Promise<void>;
}

export interface AdmissionStatus extends WorkStatus {
  readonly admitted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Sent on to the partition where they belong, out of foreign topics too. */
  readonly forwarded: number;
}

export interface AdmissionMemberOptions extends EventDeskOptions {
  readonly log: Log;
  readonly work: PartitionWork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where claims are kept, a directory for each partition. Of this member alone. */
  readonly dir: string;
  /** How long an id is remembered at least: longer than an event may be old. */
  readonly claimsKeptMs: number;
  /** Members with one name share the work. Default ADMISSION_GROUP. */
  readonly group?: string;
  /** How long a member may be silent before its partitions go to others. */
  readonly sessionTimeoutMs?: number;
}

export const ADMISSION_GROUP = 'lakegate-admission';

/**
 * Two thousand events in one step: what a transaction costs besides is then small for each, and Kafka's clients take no more for a partition at
 * once. 2 MiB hold as many of a kilobyte, and more than the largest event.
 */
const STEP_RECORDS_MAX = 2_000;
const STEP_BYTES_MAX = 2 * 1024 * 1024;
/** A transaction takes some ten milliseconds: to wait half of one is not seen by whoever waits for a verdict. */
const LINGER_MS = 5;

/** The topics must be there (`admissionTopics`). */
export async function openAdmissionMember(options: AdmissionMemberOptions): Promise<AdmissionMember> {
  const { work, log, logger, group = ADMISSION_GROUP, sessionTimeoutMs } = options;
  const desks = await openEventDesks(options);
  const floors = openFloorBoard({ log, logger });
  const counts = new AdmissionCounts();
  const open = taskOpener({ options, desks, floors, counts });
  const member = await work.join({
    group,
    inputs: desks.flatMap(({ kind }) => inputsOf(kind)),
    open,
    stepRecordsMax: STEP_RECORDS_MAX,
    stepBytesMax: STEP_BYTES_MAX,
    lingerMs: LINGER_MS,
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
  });
  return {
    status: () => ({ ...member.status(), ...counts }),
    stop: async (deadlineMs) => {
      await member.stop(deadlineMs);
      await floors.close();
    },
  };
}

function inputsOf(kind: KindModel): readonly WorkInput[] {
  const own = { topic: inTopic(kind), changelog: claimsTopic(kind) };
  return kind.from === null ? [own] : [own, { topic: kind.from, changelog: forwardedTopic(kind) }];
}

interface OpenerParts {
  readonly options: AdmissionMemberOptions;
  readonly desks: readonly EventDesk[];
  readonly floors: FloorBoard;
  readonly counts: AdmissionCounts;
}

function taskOpener(parts: OpenerParts): (place: InputPlace) => Promise<PartitionTask> {
  const { options, desks, counts } = parts;
  const { log, clock } = options;
  const verdictPartitions = partitionsOf(log, VERDICTS_TOPIC);
  const openers = new Map<string, (partition: number) => Promise<PartitionTask>>();
  for (const desk of desks) {
    const { kind } = desk;
    const partitions = partitionsOf(log, kind.plural);
    const own = { ...parts, desk, partitions, verdictPartitions };
    openers.set(inTopic(kind), (partition) => openAdmissionTask(own, partition));
    const { from } = kind;
    if (from === null) continue;
    openers.set(
      from,
      async (partition) => new ForwardTask({ desk, topic: from, partition, partitions, clock, counts }),
    );
  }
  return ({ topic, partition }) => {
    const opener = openers.get(topic);
    invariant(opener !== undefined, `${topic} is an input of admission`);
    return opener(partition);
  };
}

function partitionsOf(log: Log, topic: string): number {
  const spec = log.topics().find((each) => each.topic === topic);
  invariant(spec !== undefined, `topic ${topic} was not made`);
  return spec.partitions;
}

interface TaskParts extends OpenerParts {
  readonly desk: EventDesk;
  readonly partitions: number;
  readonly verdictPartitions: number;
}

async function openAdmissionTask(parts: TaskParts, partition: number): Promise<PartitionTask> {
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
    state,
    clock,
    floors,
    counts,
    logger,
  });
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
  await store.clear();
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
  const end = (await log.ends(topic)).find((each) => each.partition === partition);
  if (end === undefined || offset < end.first || offset >= end.next) return null;
  const { signal } = new AbortController();
  for await (const [record] of log.read(topic, partition, offset, { signal, follow: false, bytesMax: 1 })) {
    return record === undefined || record.offset !== offset ? null : record;
  }
  return null;
}

/** Offsets have holes: the last ones may hold no record, so that it is looked for further and further back. */
async function newestRecord(log: Log, topic: string, partition: number): Promise<StoredRecord | null> {
  const end = (await log.ends(topic)).find((each) => each.partition === partition);
  if (end === undefined) return null;
  const { signal } = new AbortController();
  for (let back = 64n; ; back *= 8n) {
    const from = maxOf(end.first, end.next - back);
    let newest: StoredRecord | null = null;
    for await (const records of log.read(topic, partition, from, { signal, follow: false })) {
      newest = records.at(-1) ?? newest;
    }
    if (newest !== null || from === end.first) return newest;
  }
}

function maxOf(a: bigint, b: bigint): bigint {
  return a < b ? b : a;
}
