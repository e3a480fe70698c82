import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../platform/clock.ts';
import { invariant } from '../platform/errors.ts';
import { claimKeyOf, findClaim, loadClaims, writeClaimsState } from './embedded/claims.ts';
import { commitStep } from './embedded/commit-step.ts';
import { addClaim, addRecord, findInGroupOrStore, type Group } from './embedded/group.ts';
import { changeNotes, getNote, loadNotes, type OpenNotes, sealNotes } from './embedded/notes.ts';
import { type ReaderSource, readPartition } from './embedded/reader.ts';
import { retain } from './embedded/retention.ts';
import { type LogShare, type ShareOptions, shareLog } from './embedded/share-log.ts';
import { NOTES_KEY, type NumberedTopic, sealJson, TOPICS_KEY } from './embedded/state.ts';
import { openEmbeddedStore, type Tables } from './embedded/store.ts';
import {
  checkSamePartitions,
  loadTopics,
  type OpenTopic,
  openTopic,
  partitionNumbered,
  type Topics,
  topicOf,
} from './embedded/topics.ts';
import { type EmbeddedSteps, openSteps } from './embedded/work-steps.ts';
import { type Call, closeWriter, healthOf, submit, type Writer } from './embedded/writer.ts';
import type {
  ClaimedRecord,
  ClaimingLog,
  LogRecord,
  Notes,
  OnceOutcome,
  PartitionEnd,
  Position,
  Stamp,
  TopicSpec,
} from './log.ts';
import { partitionOf } from './partition-of.ts';

export interface EmbeddedLogOptions {
  /** Made if it is not there. One process at a time: whoever opens it holds the lock of the data directory. */
  readonly dir: string;
  readonly clock: Clock;
  /** How long a claim is remembered at least; at most twice as long. */
  readonly claimsKeptMs: number;
  /** Default 64 MiB: half a second of a disk that takes 128 MB/s. */
  readonly bytesInFlightMax?: number;
  /** How often old records are let go. Default a minute. */
  readonly retentionEveryMs?: number;
  readonly logger?: { warn(facts: object, message: string): void };
}

/** The log on this machine's disk: one directory, no other process. */
export interface EmbeddedLog extends ClaimingLog {
  readonly contiguousOffsets: true;
  readonly notes: Notes;
  /** For work shared by members, see embedded-work.ts. */
  readonly steps: EmbeddedSteps;
  /** Another thread of this process reads the log, and commits steps through the port: see embedded-log-view.ts. */
  share(port: MessagePort, onStuck: ShareOptions['onStuck']): Pick<LogShare, 'close'>;
  /** Lets old records go now; a timer does it otherwise. Resolves when nothing is older than its topic keeps. */
  enforceRetention(): Promise<void>;
}

const BYTES_IN_FLIGHT_MAX = 64 * 1024 * 1024;
const RETENTION_EVERY_MS = 60_000;

export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  const log = await openParts(options);
  const timer = setInterval(() => void retainInBackground(log), options.retentionEveryMs ?? RETENTION_EVERY_MS);
  timer.unref();
  const { writer, notes } = log;
  return {
    contiguousOffsets: true,
    createTopic: (spec) => createTopic(log, spec),
    topics: () => [...writer.topics.values()].map(({ spec: { number: _, ...spec } }) => spec),
    append: async (topic, records) => append(writer, topicOf(writer.topics, topic), records),
    appendOnce: async (topic, records, stamp) => appendOnce(writer, topicOf(writer.topics, topic), records, stamp),
    findClaim: async (claim) => findPosition(log, claim),
    read: (topic, partition, from, read) => {
      const opened = topicOf(writer.topics, topic);
      return readPartition(readerSource(log, opened), partitionNumbered(opened, partition), from, read);
    },
    ends: async (topic) => endsOf(topicOf(writer.topics, topic)),
    onAppended: (topic, listener) => subscribe(topicOf(writer.topics, topic).listeners, listener),
    health: () => healthOf(writer),
    notes: {
      get: (key) => getNote(notes, key),
      put: (entries) => enqueue(writer, (resolve, reject) => changeNotes(notes, entries, resolve, reject)),
    },
    steps: openSteps({
      topics: writer.topics,
      source: (topic) => readerSource(log, topic),
      tables: () => writer.store.tables,
      commit: (step) => commitStep(writer, step),
      isClosed: () => writer.phase.phase === 'closed',
    }),
    share: (port, onStuck) => share(log, port, onStuck),
    enforceRetention: () => enforceRetention(log),
    close: () => close(log, timer),
  };
}

interface Parts {
  readonly dir: string;
  /** The last topic that is being made. */
  creating: Promise<void>;
  readonly writer: Writer;
  readonly notes: OpenNotes;
  readonly shares: Set<LogShare>;
}

async function openParts(options: EmbeddedLogOptions): Promise<Parts> {
  const { dir, clock, logger } = options;
  const store = await openEmbeddedStore(dir, (tables) => writeFirstState(tables, clock.nowMs()));
  try {
    const generations = loadClaims(store.tables, options.claimsKeptMs);
    const topics: Topics = loadTopics(store.tables);
    const notes = loadNotes(store.tables);
    const writer: Writer = {
      store,
      clock,
      topics,
      generations,
      bytesInFlightMax: options.bytesInFlightMax ?? BYTES_IN_FLIGHT_MAX,
      warn: (message, facts) => logger?.warn(facts, message),
      waiting: [],
      bytesInFlight: 0,
      phase: { phase: 'open' },
      draining: null,
      probing: null,
      reopening: null,
      onReopened: (tables) => {
        Object.assign(generations, loadClaims(tables, options.claimsKeptMs));
        Object.assign(notes, loadNotes(tables));
      },
    };
    return { dir, writer, notes, creating: Promise.resolve(), shares: new Set() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A log whose first opening was cut short, or that lost its mark, has it already. */
function writeFirstState(tables: Tables, nowMs: number): void {
  if (tables.state.get(TOPICS_KEY) !== undefined) return;
  tables.state.put(TOPICS_KEY, sealJson([]));
  tables.state.put(NOTES_KEY, sealNotes(new Map()));
  writeClaimsState(tables, { current: 0, startedAtMs: nowMs });
}

type MakeCall = (resolve: () => void, reject: (error: unknown) => void) => Call;

function enqueue(writer: Writer, make: MakeCall): Promise<void> {
  return new Promise((resolve, reject) => submit(writer, make(resolve, reject)));
}

/** One after the other: each writes the whole list of topics. */
function createTopic(log: Parts, spec: TopicSpec): Promise<void> {
  const created = log.creating.then(async () => {
    await createTopicAlone(log.writer, spec);
    for (const each of log.shares) each.changed(topicOf(log.writer.topics, spec.topic));
  });
  log.creating = created.catch(() => undefined);
  return created;
}

async function createTopicAlone(writer: Writer, spec: TopicSpec): Promise<void> {
  const { topics, store } = writer;
  invariant(
    spec.partitions >= 1 && spec.partitions <= 65_535,
    `expected 1 to 65535 partitions, got ${spec.partitions}`,
  );
  const have = topics.get(spec.topic);
  if (have !== undefined) checkSamePartitions(have.spec, spec);
  if (have !== undefined && have.spec.retentionMs === spec.retentionMs) return;
  const numbered: NumberedTopic = { ...spec, number: have?.spec.number ?? nextNumber(topics) };
  const others = [...topics.values()].map((topic) => topic.spec).filter(({ topic }) => topic !== spec.topic);
  await enqueue(writer, (resolve, reject) => ({
    bytes: 0,
    records: 1,
    join: (group) => group.changes.push((tables) => tables.state.put(TOPICS_KEY, sealJson([...others, numbered]))),
    resolve,
    reject,
  }));
  if (have === undefined) topics.set(spec.topic, openTopic(store.tables, numbered));
  else have.spec = numbered;
}

function nextNumber(topics: Topics): number {
  return Math.max(-1, ...[...topics.values()].map(({ spec }) => spec.number)) + 1;
}

async function append(writer: Writer, topic: OpenTopic, records: readonly LogRecord[]): Promise<readonly Position[]> {
  if (records.length === 0) return [];
  const positions: Position[] = [];
  await enqueue(writer, (resolve, reject) => ({
    bytes: records.reduce((sum, { key, value }) => sum + key.length + value.byteLength, 0),
    records: records.length,
    join: (group) => {
      for (const record of records) {
        const partition = topic.partitions[partitionOf(record.key, topic.partitions.length)];
        invariant(partition !== undefined, 'a key belongs to a partition of its topic');
        const offset = addRecord(group, partition, record, record.value);
        positions.push({ topic: partition.topic, partition: partition.partition, offset });
      }
    },
    resolve,
    reject,
  }));
  return positions;
}

async function appendOnce(
  writer: Writer,
  topic: OpenTopic,
  records: readonly ClaimedRecord[],
  stamp: Stamp,
): Promise<readonly OnceOutcome[]> {
  if (records.length === 0) return [];
  const outcomes: OnceOutcome[] = [];
  await enqueue(writer, (resolve, reject) => ({
    bytes: records.reduce((sum, { key, bytesMax }) => sum + key.length + bytesMax, 0),
    records: records.length,
    join: (group, tables) => {
      for (let i = 0; i < records.length; i++) {
        outcomes.push(once(writer, group, tables, topic, records[i] as ClaimedRecord, i, stamp));
      }
    },
    resolve,
    reject,
  }));
  return outcomes;
}

function once(
  writer: Writer,
  group: Group,
  tables: Tables,
  topic: OpenTopic,
  record: ClaimedRecord,
  index: number,
  stamp: Stamp,
): OnceOutcome {
  const claimKey = claimKeyOf(record.claim);
  const first = findInGroupOrStore(group, tables, writer.generations, claimKey);
  if (first !== null) {
    const position = { topic: topicNumbered(writer.topics, first.topicNumber), ...placeOf(first) };
    return { outcome: first.fingerprint === record.fingerprint ? 'duplicate' : 'conflict', position };
  }
  const number = partitionOf(record.key, topic.partitions.length);
  const partition = partitionNumbered(topic, number);
  const offset = addRecord(group, partition, record, stamp(index, number));
  const { fingerprint } = record;
  addClaim(group, { claimKey, fingerprint, topicNumber: topic.spec.number, partition: number, offset });
  return { outcome: 'appended', position: { topic: partition.topic, partition: number, offset } };
}

function placeOf(claim: { readonly partition: number; readonly offset: bigint }): Omit<Position, 'topic'> {
  return { partition: claim.partition, offset: claim.offset };
}

function topicNumbered(topics: Topics, number: number): string {
  for (const topic of topics.values()) if (topic.spec.number === number) return topic.spec.topic;
  throw new Error(`invariant broken: a claim names topic number ${number}, which no topic has`);
}

async function findPosition(
  { writer }: Parts,
  claim: string,
): Promise<{ readonly position: Position; readonly fingerprint: bigint } | null> {
  await writer.reopening;
  const found = findClaim(writer.store.tables, writer.generations, claimKeyOf(claim));
  if (found === null) return null;
  const topic = topicNumbered(writer.topics, found.topicNumber);
  return { position: { topic, ...placeOf(found) }, fingerprint: found.fingerprint };
}

function readerSource({ dir, writer }: Parts, topic: OpenTopic): ReaderSource {
  return {
    dir,
    opened: async () => {
      await writer.reopening;
      return writer.store.tables;
    },
    onChange: (wake) => subscribe(topic.waiting, wake),
    isClosed: () => writer.phase.phase === 'closed',
    warn: writer.warn,
  };
}

function subscribe(to: Set<() => void>, listener: () => void): () => void {
  // A function of its own for each subscription: the same listener may be given twice.
  const own = () => listener();
  to.add(own);
  return () => to.delete(own);
}

function endsOf(topic: OpenTopic): PartitionEnd[] {
  return topic.partitions.map(({ partition, first, next }) => ({ partition, first, next }));
}

function share(
  { writer, shares }: Parts,
  port: MessagePort,
  onStuck: ShareOptions['onStuck'],
): Pick<LogShare, 'close'> {
  const shared = shareLog({ writer, port, onStuck });
  shares.add(shared);
  writer.store.sharers.add(shared);
  return {
    close: async () => {
      shares.delete(shared);
      writer.store.sharers.delete(shared);
      await shared.close();
    },
  };
}

async function enforceRetention({ writer, shares }: Parts): Promise<void> {
  for (const topic of writer.topics.values()) {
    const before = topic.partitions.map(({ first }) => first);
    await retain(topic, writer.clock.nowMs(), (make) => enqueue(writer, make));
    if (topic.partitions.every(({ first }, number) => first === before[number])) continue;
    for (const each of shares) each.changed(topic);
  }
}

async function retainInBackground(log: Parts): Promise<void> {
  try {
    await enforceRetention(log);
  } catch (error) {
    log.writer.warn('old records could not be let go; tried again later', { error });
  }
}

async function close({ writer, shares }: Parts, timer: NodeJS.Timeout): Promise<void> {
  if (writer.phase.phase === 'closed') return;
  clearInterval(timer);
  await closeWriter(writer);
  for (const each of shares) each.closed();
  await writer.store.close();
}
