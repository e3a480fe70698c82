import type { Clock } from '../../../platform/clock.ts';
import type { HeadedRecord, InputPlace, Transaction } from '../../partition-work.ts';
import { placeName } from '../../work/share-places.ts';
import type { Brokers } from '../brokers.ts';
import { BEST_COMPRESSION } from '../codecs.ts';
import type { Exchange } from '../kafkajs-inner.ts';
import { encodeRecordBatch } from '../record-batch.ts';
import { initProducerId } from '../requests/init-producer-id.ts';
import { produce } from '../requests/produce.ts';
import { ask } from './ask.ts';
import type { Coded } from './coded.ts';
import type { Coordinator, Coordinators } from './coordinators.ts';
import type { TopicNames } from './topic-names.ts';
import { addPartitionsToTransaction, endTransaction, type TransactionOwner } from './transaction-requests.ts';
import { COORDINATOR_BUSY, KAFKA, LEADER_BUSY, WorkFault } from './work-fault.ts';

/**
 * Writes transactions under one transactional id, one after another. Requests are our own and not those of kafkajs's producer: that one holds
 * a lock for each broker over AddPartitionsToTxn and Produce together, so that what goes to five partitions takes ten round trips one after
 * the other; it rolls its sequence numbers back after a lost answer, so that a batch the broker took is taken twice or refused for ever; and
 * it retries what must not be retried. Here
 *
 *   - partitions named at the same time are added with one request, and all partitions are written at once, each by one request at a time;
 *   - a batch whose answer is lost is sent again as it is: the broker knows its sequence numbers;
 *   - a commit whose answer is lost is never sent again. The first one may still lie in a buffer of a frozen broker, and would commit half of
 *     the next transaction. Only a new epoch, which `openTransactionalWriter` takes, makes it harmless.
 */
export interface TransactionalWriter extends Pick<Transaction, 'append'> {
  /** Makes what was appended visible. Rejects with a `WorkFault`, "refused" only if it can still be rolled back. */
  commit(): Promise<void>;
  /** Waits for appends that are on their way, then makes all of them as if they had never been. */
  rollback(): Promise<void>;
}

export interface WriterOptions {
  readonly brokers: Brokers;
  readonly coordinators: Coordinators;
  readonly topics: TopicNames;
  readonly clock: Clock;
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
}

/** Takes the id from whoever had it, and ends what that one left open: once this resolves, nothing but ours is written under the id. */
export async function openTransactionalWriter(options: WriterOptions): Promise<TransactionalWriter> {
  const { coordinators, transactionalId, transactionTimeoutMs } = options;
  const coordinator = { of: 'transaction', key: transactionalId } as const;
  const { producerId, producerEpoch } = await ask({
    request: 'to begin as owner',
    send: () => coordinators.send(coordinator, initProducerId({ transactionalId, timeoutMs: transactionTimeoutMs })),
    busy: COORDINATOR_BUSY,
    again: (errorCode) => forgetIfMoved(coordinators, coordinator, errorCode),
    lossIsHarmless: true,
    deadlineMs: performance.now() + ANSWER_WITHIN_MS,
  });
  const state: WriterState = {
    ...options,
    coordinator,
    identity: { transactionalId, producerId, producerEpoch },
    partitions: new Map(),
    adding: null,
    isOpen: false,
    appends: new Set(),
    fault: null,
  };
  return {
    append: (topic, partition, records) => append(state, { topic, partition }, records),
    commit: () => end(state, true),
    rollback: () => end(state, false),
  };
}

/** What is not answered within this is given up; well below the time after which the coordinator rolls an open transaction back by itself. */
const ANSWER_WITHIN_MS = 10_000;

/** Half of the time in which an answer is expected: replicas that are too slow are a refusal, not silence. */
const REPLICAS_TIMEOUT_MS = 1_500;

interface WriterState extends WriterOptions {
  readonly coordinator: Coordinator;
  readonly identity: TransactionOwner;
  readonly partitions: Map<string, WrittenPartition>;
  /** The coordinator knows of a transaction: it must be ended. It knows when a first partition was added. */
  isOpen: boolean;
  /** Partitions that are named in this turn of the event loop, and the request that will add them. */
  adding: { readonly partitions: Set<WrittenPartition>; readonly done: Promise<void> } | null;
  readonly appends: Set<Promise<unknown>>;
  /** The first append that failed: a transaction without it must not be committed. */
  fault: WorkFault | null;
}

interface WrittenPartition {
  readonly topic: string;
  readonly partition: number;
  readonly brokerTime: boolean;
  sequence: number;
  /** In the transaction, once settled. */
  joined: Promise<void> | null;
  /** The append before. */
  last: Promise<unknown>;
}

function partitionOf(
  { partitions }: WriterState,
  place: Pick<WrittenPartition, 'topic' | 'partition' | 'brokerTime'>,
): WrittenPartition {
  const name = placeName(place);
  const known = partitions.get(name);
  if (known !== undefined) return known;
  const made: WrittenPartition = { ...place, sequence: 0, joined: null, last: Promise.resolve() };
  partitions.set(name, made);
  return made;
}

function append(state: WriterState, place: InputPlace, records: readonly HeadedRecord[]): Promise<bigint> {
  const appended = appendInTurn(state, place, records);
  // Its rejection is handed to the caller, and remembered for the commit.
  const settled = appended.catch((error: unknown) => {
    state.fault ??= asFault(error);
  });
  state.appends.add(settled);
  return appended;
}

async function appendInTurn(
  state: WriterState,
  { topic, partition }: InputPlace,
  records: readonly HeadedRecord[],
): Promise<bigint> {
  const { name, brokerTime } = await state.topics.find(topic);
  const written = partitionOf(state, { topic: name, partition, brokerTime });
  written.joined ??= join(state, written);
  const before = written.last;
  const writing = (async () => {
    await before;
    return await write(state, written, records);
  })();
  // The next one goes on; that this one failed it sees in the state.
  written.last = writing.catch(() => {});
  return await writing;
}

/** Those that are named before the event loop turns go together. */
function join(state: WriterState, written: WrittenPartition): Promise<void> {
  if (state.adding === null) {
    const partitions = new Set<WrittenPartition>();
    const done = Promise.resolve().then(() => {
      state.adding = null;
      return addPartitions(state, [...partitions]);
    });
    // Whoever appends waits for it; where an earlier append failed nobody does.
    done.catch(() => {});
    state.adding = { partitions, done };
  }
  state.adding.partitions.add(written);
  return state.adding.done;
}

async function addPartitions(state: WriterState, partitions: readonly WrittenPartition[]): Promise<void> {
  await askCoordinator(state, {
    request: 'partitions of a transaction',
    exchange: addPartitionsToTransaction(state.identity, partitions),
    lossIsHarmless: true,
  });
  state.isOpen = true;
}

/** In as many batches as a broker takes; that nobody else wrote in between is checked, not assumed. */
async function write(state: WriterState, written: WrittenPartition, records: readonly HeadedRecord[]): Promise<bigint> {
  let first: bigint | null = null;
  let next: bigint | null = null;
  for (const some of batchesOfRecords(records)) {
    if (state.fault !== null) throw state.fault;
    const base = await writeBatch(state, written, some);
    if (next !== null && next !== base) {
      throw new WorkFault('refused', `Others wrote between the batches of one append to ${written.topic}.`);
    }
    first ??= base;
    next = base + BigInt(some.length);
  }
  if (first === null) throw new WorkFault('refused', `Expected records to append to ${written.topic}, got none.`);
  return first;
}

async function writeBatch(
  state: WriterState,
  written: WrittenPartition,
  records: readonly HeadedRecord[],
): Promise<bigint> {
  const { brokers, identity, clock } = state;
  const { topic, partition, brokerTime } = written;
  const batch = encodeRecordBatch({
    records,
    compression: BEST_COMPRESSION,
    producer: {
      producerId: identity.producerId,
      producerEpoch: identity.producerEpoch,
      baseSequence: written.sequence,
      transactional: true,
    },
    nowMs: clock.nowMs(),
    brokerTime,
  });
  const request = produce({
    topic,
    partition,
    batch,
    timeoutMs: REPLICAS_TIMEOUT_MS,
    transactionalId: identity.transactionalId,
  });
  await written.joined;
  const { baseOffset } = await ask({
    request: `records for ${topic}/${partition}`,
    send: async () => {
      const answers = await brokers.sendToLeader(topic, partition, request);
      const answer = answers.find((each) => each.topic === topic && each.partition === partition);
      if (answer === undefined) throw new Error(`the answer does not name ${topic}/${partition}`);
      return answer;
    },
    busy: LEADER_BUSY,
    again: () => brokers.forgetLeaders(topic),
    lossIsHarmless: true,
    deadlineMs: performance.now() + ANSWER_WITHIN_MS,
  });
  if (baseOffset < 0n)
    throw new WorkFault('unknown', `Kafka took records for ${topic}/${partition} but says not where.`);
  written.sequence = (written.sequence + records.length) % SEQUENCES;
  return baseOffset;
}

/** Sequence numbers count from 0 to 2^31 - 1 and begin again. */
const SEQUENCES = 2 ** 31;

/** Brokers take batches of 1 MiB (1,048,588 bytes) unless told otherwise; before compression, and with room for the fields around the bytes. */
const BATCH_BYTES_MAX = 900_000;
const RECORD_OVERHEAD_BYTES = 40;

function* batchesOfRecords(records: readonly HeadedRecord[]): Generator<readonly HeadedRecord[], void> {
  let start = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const own = bytesOf(record);
    if (index > start && bytes + own > BATCH_BYTES_MAX) {
      yield records.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += own;
  }
  if (start < records.length) yield start === 0 ? records : records.slice(start);
}

function bytesOf({ key, value, headers }: HeadedRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + key.length + value.byteLength;
  for (const name in headers) bytes += 2 + name.length + (headers[name]?.length ?? 0);
  return bytes;
}

async function end(state: WriterState, commit: boolean): Promise<void> {
  await Promise.all(state.appends);
  // An append that gave up did not wait for its partition: added after the end, it would begin a transaction that nobody ends.
  await Promise.allSettled([...state.partitions.values()].map(({ joined }) => joined));
  const { fault } = state;
  if (commit ? fault !== null : fault !== null && fault.kind !== 'refused') throw fault;
  if (state.isOpen) await endOngoing(state, commit);
  for (const written of state.partitions.values()) written.joined = null;
  state.isOpen = false;
  state.appends.clear();
  state.fault = null;
}

async function endOngoing(state: WriterState, commit: boolean): Promise<void> {
  await askCoordinator(state, {
    request: commit ? 'the commit' : 'to roll back',
    exchange: endTransaction(state.identity, commit),
    lossIsHarmless: false,
  });
}

function askCoordinator(
  { coordinators, coordinator }: WriterState,
  asked: { readonly request: string; readonly exchange: Exchange<Coded>; readonly lossIsHarmless: boolean },
): Promise<Coded> {
  return ask({
    request: asked.request,
    send: () => coordinators.send(coordinator, asked.exchange),
    busy: COORDINATOR_BUSY,
    again: (errorCode) => forgetIfMoved(coordinators, coordinator, errorCode),
    lossIsHarmless: asked.lossIsHarmless,
    deadlineMs: performance.now() + ANSWER_WITHIN_MS,
  });
}

function forgetIfMoved(coordinators: Coordinators, coordinator: Coordinator, errorCode: number | null): void {
  if (errorCode !== KAFKA.concurrentTransactions) coordinators.forget(coordinator);
}

function asFault(error: unknown): WorkFault {
  if (error instanceof WorkFault) return error;
  return new WorkFault('unknown', 'An append failed for a reason that is not known.', { cause: error });
}
