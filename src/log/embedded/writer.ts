import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { LogHealth } from '../log.ts';
import type { ClaimGenerations } from './claims.ts';
import { encodeGroup, type Group, newGroup, writeGroup } from './group.ts';
import { type EmbeddedStore, StoreFailure, type Tables } from './store.ts';
import { loadEnds, type OpenTopic, type Topics, topicOf } from './topics.ts';

/**
 * The one writer of the embedded log. Calls wait in a queue; all that wait when the disk is free become one transaction (group
 * commit), so that under load one fdatasync pays for many calls.
 *
 *   open ──a commit fails──► readOnly ──a probe is written──► open
 *     └──────────────────────── close ───────────────────────► closed
 *
 * Nothing is acknowledged before the transaction that holds it is on disk. When a transaction fails, its calls and all that waited
 * behind it are refused, the store is opened anew, and offsets continue from what is really there.
 */
export interface Writer {
  readonly store: EmbeddedStore;
  readonly clock: Clock;
  readonly topics: Topics;
  readonly generations: ClaimGenerations;
  readonly bytesInFlightMax: number;
  readonly warn: (message: string, facts: object) => void;
  readonly waiting: Call[];
  bytesInFlight: number;
  phase: WriterPhase;
  /** Settles when the queue is empty and the disk is idle. */
  draining: Promise<void> | null;
  /** A probe on its way. */
  probing: Promise<void> | null;
  /** Reading has to wait while the store is being opened anew. */
  reopening: Promise<void> | null;
  /** What else is held in memory is taken from the disk again: a failed transaction may or may not be there. */
  readonly onReopened: (tables: Tables) => void;
}

type WriterPhase =
  | { readonly phase: 'open' }
  | { readonly phase: 'readOnly'; readonly reason: string; readonly sinceMs: number; readonly timer: NodeJS.Timeout }
  | { readonly phase: 'closed' };

/** One call of the log on its way to the disk. */
export interface Call {
  readonly bytes: number;
  readonly records: number;
  /** Puts what the call wants into the group. */
  join(group: Group, tables: Tables): unknown;
  /** The group is durable. */
  resolve(): void;
  reject(error: unknown): void;
}

/** Refuses a call that does not fit in flight, else puts it in the queue. */
export function submit(writer: Writer, call: Call): void {
  const refusal = refusalOf(writer, call.bytes);
  if (refusal !== null) {
    call.reject(refusal);
    return;
  }
  writer.bytesInFlight += call.bytes;
  writer.waiting.push(call);
  writer.draining ??= drain(writer);
}

export function healthOf(writer: Writer): LogHealth {
  const { phase } = writer;
  return phase.phase === 'readOnly'
    ? { state: 'read-only', reason: phase.reason, sinceMs: phase.sinceMs }
    : { state: 'ok' };
}

/** Refuses new calls, waits for those in flight. */
export async function closeWriter(writer: Writer): Promise<void> {
  if (writer.phase.phase === 'readOnly') clearTimeout(writer.phase.timer);
  writer.phase = { phase: 'closed' };
  await writer.draining;
  await writer.probing;
  for (const topic of writer.topics.values()) for (const wake of topic.waiting) wake();
}

function refusalOf(writer: Writer, bytes: number): LakegateError | null {
  switch (writer.phase.phase) {
    case 'closed':
      return new LakegateError({ code: 'OVERLOADED', message: 'The log is closing.', retryAfterMs: CLOSING_RETRY_MS });
    case 'readOnly':
      return readOnly(writer.phase.reason);
    case 'open':
      return writer.bytesInFlight > 0 && writer.bytesInFlight + bytes > writer.bytesInFlightMax
        ? overloaded(writer, bytes)
        : null;
  }
}

/** A second: a stop takes less, and a start is ready in a few. */
const CLOSING_RETRY_MS = 1_000;
/** A tenth of a second: at 100 MB/s of disk, 10 MB of what is in flight are gone by then. */
const OVERLOADED_RETRY_MS = 100;

function overloaded(writer: Writer, bytes: number): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: `More is arriving than the disk takes: ${writer.bytesInFlight} bytes are waiting to become durable. Slow down and send again.`,
    facts: { bytesInFlight: writer.bytesInFlight, bytesInFlightMax: writer.bytesInFlightMax, bytes },
    retryAfterMs: OVERLOADED_RETRY_MS,
  });
}

function readOnly(reason: string, cause?: unknown): LakegateError {
  return new LakegateError({
    code: 'READ_ONLY',
    message: 'The log cannot write at the moment. Nothing acknowledged is lost; send again later.',
    facts: { reason },
    retryAfterMs: PROBE_EVERY_MS,
    cause,
  });
}

async function drain(writer: Writer): Promise<void> {
  while (writer.waiting.length > 0) {
    await turnOfEventLoop();
    const calls = takeCalls(writer.waiting);
    const group = newGroup(writer.generations, writer.clock.nowMs());
    const joined = calls.filter((call) => joins(writer, call, group));
    try {
      const encoded = encodeGroup(group);
      await writer.store.commit(encoded.bytesMax, (tables) => writeGroup(tables, encoded, writer.generations));
    } catch (error) {
      await giveUp(writer, joined, error);
      continue;
    }
    publish(writer, group);
    for (const call of joined) settle(writer, call, () => call.resolve());
  }
  writer.draining = null;
}

/** Calls made in the same turn, often the continuations of calls just answered, go into one transaction. */
function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** 8,192 records or 8 MiB: 30 ms of work before anything else of this process gets its turn, and far more than pays for an fdatasync. */
const GROUP_RECORDS_MAX = 8_192;
const GROUP_BYTES_MAX = 8 * 1024 * 1024;

function takeCalls(waiting: Call[]): Call[] {
  let records = 0;
  let bytes = 0;
  let count = 0;
  for (const call of waiting) {
    if (count > 0 && (records + call.records > GROUP_RECORDS_MAX || bytes + call.bytes > GROUP_BYTES_MAX)) break;
    records += call.records;
    bytes += call.bytes;
    count++;
  }
  return waiting.splice(0, count);
}

/** A call that throws here has a fault of its own (a stamp that throws); its neighbours go on. */
function joins(writer: Writer, call: Call, group: Group): boolean {
  try {
    call.join(group, writer.store.tables);
    return true;
  } catch (error) {
    settle(writer, call, () => call.reject(error));
    return false;
  }
}

function settle(writer: Writer, call: Call, how: () => void): void {
  writer.bytesInFlight -= call.bytes;
  how();
}

/** The group is on disk: readers may have it, claims of it count. */
function publish(writer: Writer, group: Group): void {
  if (group.nextClaims !== null) {
    writer.generations.previousIsEmpty = false;
    writer.generations.state = group.nextClaims;
  }
  const written = new Set<OpenTopic>();
  for (const partition of group.open.keys()) {
    partition.next = partition.nextGiven;
    written.add(topicOf(writer.topics, partition.topic));
  }
  for (const topic of written) announce(writer, topic);
}

/** There is more to read than before. */
function announce(writer: Writer, topic: OpenTopic): void {
  for (const wake of topic.waiting) wake();
  for (const listener of topic.listeners) tell(writer, topic, listener);
}

/** What a listener throws is its own affair. */
function tell(writer: Writer, topic: OpenTopic, listener: () => void): void {
  try {
    listener();
  } catch (error) {
    writer.warn('a listener for appended records threw', { topic: topic.spec.topic, error });
  }
}

async function giveUp(writer: Writer, joined: readonly Call[], error: unknown): Promise<void> {
  const reason = reasonOf(error);
  enterReadOnly(writer, reason);
  const refused = [...joined, ...writer.waiting.splice(0)];
  await startOver(writer, error);
  for (const call of refused) settle(writer, call, () => call.reject(readOnly(reason, error)));
}

/** A second between attempts: a disk that is full stays full for longer, and a client told to come back in a second finds out. */
const PROBE_EVERY_MS = 1_000;

function enterReadOnly(writer: Writer, reason: string): void {
  if (writer.phase.phase === 'closed') return;
  const sinceMs = writer.phase.phase === 'readOnly' ? writer.phase.sinceMs : writer.clock.nowMs();
  if (writer.phase.phase === 'open') writer.warn('the log cannot write and is read-only', { reason });
  const timer = setTimeout(() => startProbe(writer), PROBE_EVERY_MS);
  timer.unref();
  writer.phase = { phase: 'readOnly', reason, sinceMs, timer };
}

/** As large as a batch: space for that much must be there, or the next append would fail again. */
const PROBE_KEY = 'probe';
const PROBE_BYTES = 1024 * 1024;

function startProbe(writer: Writer): void {
  writer.probing = probe(writer).finally(() => {
    writer.probing = null;
  });
}

/** Tries whether writing works again. Runs alone: nothing is admitted while the log is read-only. */
async function probe(writer: Writer): Promise<void> {
  if (writer.phase.phase !== 'readOnly') return;
  try {
    await writer.reopening;
    await writer.store.commit(PROBE_BYTES, (tables) => tables.state.put(PROBE_KEY, Buffer.alloc(PROBE_BYTES)));
    await writer.store.commit(0, (tables) => tables.state.remove(PROBE_KEY));
  } catch (error) {
    enterReadOnly(writer, reasonOf(error));
    await startOver(writer, error);
    return;
  }
  if (writer.phase.phase !== 'readOnly') return;
  writer.phase = { phase: 'open' };
  writer.warn('the log can write again', {});
}

function reasonOf(error: unknown): string {
  return error instanceof StoreFailure ? error.reason : String(error);
}

/** Takes everything that is held in memory from the disk again: what failed may or may not be there. Readers wait meanwhile. */
async function startOver(writer: Writer, error: unknown): Promise<void> {
  writer.reopening = reload(writer, !(error instanceof StoreFailure) || error.reopen);
  await writer.reopening;
  writer.reopening = null;
}

/** Never rejects: a store that cannot be opened is tried again after the next probe, whose commit fails until it is. */
async function reload(writer: Writer, reopen: boolean): Promise<void> {
  try {
    if (reopen) await writer.store.reopen();
    const { tables } = writer.store;
    const grown = [...writer.topics.values()].filter((topic) => hasGrown(topic, tables));
    writer.onReopened(tables);
    // Refused, and there all the same: whoever reads must not have to wait for the next append to see it.
    for (const topic of grown) announce(writer, topic);
  } catch (error) {
    writer.warn('the store of the log could not be opened again', { error });
  }
}

/** Takes the ends of its partitions from the disk; true if any is further than was known. */
function hasGrown(topic: OpenTopic, tables: Tables): boolean {
  const before = topic.partitions.map(({ next }) => next);
  for (const partition of topic.partitions) loadEnds(tables, partition);
  return topic.partitions.some(({ next }, number) => next > (before[number] ?? next));
}
