import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.ts';
import { invariant, LakegateError } from '../../platform/errors.ts';
import type { HeadedRecord } from '../partition-work.ts';
import { ANSWER_TIMEOUT_MS, type Brokers } from './brokers.ts';
import { BEST_COMPRESSION } from './codecs.ts';
import { backoffMs, KAFKA_RETRY_MS, kafkaAway, reasonOf } from './kafka-away.ts';
import { protocolError } from './kafkajs-inner.ts';
import { encodeRecordBatch } from './record-batch.ts';
import { initProducerId, type ProducerIdentity } from './requests/init-producer-id.ts';
import { produce } from './requests/produce.ts';

/** What the writers of all partitions share. */
export interface WriterSource {
  readonly brokers: Brokers;
  readonly clock: Clock;
  /** Records of the topic became durable. */
  readonly onWritten: (topic: string) => void;
  /** A partition cannot be written any more, or can again (null). */
  readonly onWritable: (writer: PartitionWriter, reason: string | null) => void;
}

/**
 * Writes one partition: calls in their order, each call's records without a hole. While one batch is on its way, calls gather; then they go
 * together. One batch at a time, numbered, so that the broker takes it once however often it is sent: until it is answered, or given up.
 *
 * A batch that is given up may have been written, or may still be when a frozen broker goes on, and so nothing may be sent under its numbers
 * any more: its calls and those that wait behind it are refused, and the writer is read-only until the partition's leader gave it a new
 * producer id, under which all numbers begin again.
 */
export class PartitionWriter {
  readonly topic: string;
  readonly partition: number;
  /** The broker puts its own time in the place of the records' times. */
  readonly #brokerTime: boolean;
  readonly #source: WriterSource;
  #waiting: Call[] = [];
  #draining: Promise<void> | null = null;
  #producer: Producer | null = null;
  /** Why it is read-only. */
  #down: string | null = null;
  #closed = false;

  constructor(
    source: WriterSource,
    place: { readonly topic: string; readonly partition: number; readonly brokerTime: boolean },
  ) {
    this.#source = source;
    this.topic = place.topic;
    this.partition = place.partition;
    this.#brokerTime = place.brokerTime;
  }

  /** The offset of the first record. Takes the call's place in the order before it returns. */
  write(records: readonly HeadedRecord[]): Promise<bigint> {
    return new Promise((resolve, reject) => {
      if (this.#down !== null) return reject(kafkaAway(this.#down));
      const bytes = records.reduce((sum, record) => sum + bytesOf(record), 0);
      this.#waiting.push({ records, bytes, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Waits for what was taken. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await turnOfEventLoop();
      const calls = takeCalls(this.#waiting);
      try {
        settle(calls, await this.#send(calls));
        this.#source.onWritten(this.topic);
      } catch (error) {
        await this.#fail(calls, error);
      }
    }
    this.#draining = null;
  }

  /** The offset of the first record of all. */
  async #send(calls: readonly Call[]): Promise<bigint> {
    const records = calls.length === 1 && calls[0] ? calls[0].records : calls.flatMap((call) => call.records);
    const end = performance.now() + WRITE_DEADLINE_MS;
    let numbered: { readonly producer: Producer; readonly batch: Buffer } | null = null;
    for (let attempt = 0; ; attempt++) {
      const patienceMs = Math.max(PATIENCE_MS_MIN, Math.min(ANSWER_TIMEOUT_MS, end - performance.now()));
      try {
        this.#producer ??= await this.#newProducer(patienceMs);
        numbered ??= this.#encode(records, this.#producer);
        const baseOffset = await this.#produce(numbered.batch, patienceMs);
        numbered.producer.nextSequence = (numbered.producer.nextSequence + records.length) % SEQUENCES;
        return baseOffset;
      } catch (error) {
        if (!isPassing(error)) throw error;
        const waitMs = backoffMs(attempt);
        if (performance.now() + waitMs > end) throw error;
        await pause(waitMs);
      }
    }
  }

  async #newProducer(timeoutMs = ANSWER_TIMEOUT_MS): Promise<Producer> {
    const { brokers } = this.#source;
    const identity = await brokers.sendToLeader(this.topic, this.partition, initProducerId(null), timeoutMs);
    if (identity.errorCode !== 0) throw protocolError(identity.errorCode);
    return { identity, nextSequence: 0 };
  }

  #encode(records: readonly HeadedRecord[], producer: Producer) {
    const { identity, nextSequence } = producer;
    const batch = encodeRecordBatch({
      records,
      compression: BEST_COMPRESSION,
      producer: { ...identity, baseSequence: nextSequence },
      nowMs: this.#source.clock.nowMs(),
      brokerTime: this.#brokerTime,
    });
    return { producer, batch };
  }

  async #produce(batch: Buffer, timeoutMs: number): Promise<bigint> {
    const { topic, partition } = this;
    const { brokers } = this.#source;
    const asked = produce({ topic, partition, batch, timeoutMs: REPLICAS_TIMEOUT_MS });
    const answers = await brokers.sendToLeader(topic, partition, asked, timeoutMs);
    const answer = answers.find((each) => each.topic === topic && each.partition === partition);
    if (answer === undefined) throw new Error(`the answer does not name partition ${partition} of ${topic}`);
    if (answer.errorCode !== 0) {
      brokers.forgetLeaders(topic);
      throw protocolError(answer.errorCode);
    }
    invariant(answer.baseOffset >= 0n, `expected an offset, got ${answer.baseOffset}`);
    return answer.baseOffset;
  }

  async #fail(calls: readonly Call[], error: unknown): Promise<void> {
    if (isRefusedWhole(error)) return await this.#refuse(calls, error);
    const reason = reasonOf(error);
    this.#producer = null;
    this.#down = reason;
    this.#source.onWritable(this, reason);
    for (const call of [...calls, ...this.#waiting.splice(0)]) call.reject(kafkaAway(reason, error));
    void this.#recover();
  }

  /** Nothing was written and no number was used: the records are at fault. Of several calls each gets a batch, to find out whose. */
  async #refuse(calls: readonly Call[], error: unknown): Promise<void> {
    if (calls.length === 1) {
      calls[0]?.reject(refusedByBroker(this.topic, error));
      return;
    }
    for (const call of calls) {
      if (this.#down !== null) call.reject(kafkaAway(this.#down));
      else await this.#send([call]).then(call.resolve, (failure: unknown) => this.#fail([call], failure));
    }
  }

  /** Never rejects. A leader that gives a producer id can be written to. */
  async #recover(): Promise<void> {
    while (!this.#closed && this.#down !== null) {
      await pause(KAFKA_RETRY_MS, undefined, { ref: false });
      try {
        this.#producer = await this.#newProducer();
        this.#down = null;
        this.#source.onWritable(this, null);
      } catch (error) {
        this.#down = reasonOf(error);
      }
    }
  }
}

interface Call {
  readonly records: readonly HeadedRecord[];
  readonly bytes: number;
  readonly resolve: (baseOffset: bigint) => void;
  readonly reject: (error: unknown) => void;
}

interface Producer {
  readonly identity: ProducerIdentity;
  /** Of the next record, in what this producer writes to this partition. */
  nextSequence: number;
}

/** Numbers of records have 31 bits and start over. */
const SEQUENCES = 2 ** 31;

/** A caller waits for so long at most, and as long again behind a batch that succeeded at the last moment. A moved leader is found in less. */
const WRITE_DEADLINE_MS = 6_000;
/** The last attempt of all is given a chance. */
const PATIENCE_MS_MIN = 500;
/** Half of the time in which an answer is expected: replicas that are too slow are a refusal, not silence. */
const REPLICAS_TIMEOUT_MS = 1_500;

/** Calls made in the same turn, often the continuations of calls just answered, go into one batch. */
function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** 4,096 records or 1 MiB: some milliseconds of encoding, and far more than pays for a request. One call is never cut in two. */
const BATCH_RECORDS_MAX = 4_096;
const BATCH_BYTES_MAX = 1024 * 1024;

function takeCalls(waiting: Call[]): Call[] {
  let records = 0;
  let bytes = 0;
  let count = 0;
  for (const call of waiting) {
    if (count > 0 && (records + call.records.length > BATCH_RECORDS_MAX || bytes + call.bytes > BATCH_BYTES_MAX)) break;
    records += call.records.length;
    bytes += call.bytes;
    count++;
  }
  return waiting.splice(0, count);
}

/** Indices of records of one call for one partition, cut where a batch would be too large: a bulk may hold more than Kafka takes at once. */
export function piecesOf(records: readonly HeadedRecord[], indices: readonly number[]): readonly (readonly number[])[] {
  const pieces: number[][] = [];
  let bytes = BATCH_BYTES_MAX;
  for (const i of indices) {
    const size = bytesOf(records[i] as HeadedRecord);
    const piece = pieces.at(-1);
    if (piece === undefined || piece.length >= BATCH_RECORDS_MAX || bytes + size > BATCH_BYTES_MAX) {
      pieces.push([i]);
      bytes = size;
    } else {
      piece.push(i);
      bytes += size;
    }
  }
  return pieces;
}

function bytesOf({ key, value }: HeadedRecord): number {
  return key.length + value.byteLength;
}

function settle(calls: readonly Call[], baseOffset: bigint): void {
  let offset = baseOffset;
  for (const { records, resolve } of calls) {
    resolve(offset);
    offset += BigInt(records.length);
  }
}

/** Worth sending again under the same numbers: no answer, or one that says "not now" or "not here". */
function isPassing(error: unknown): boolean {
  if (error instanceof LakegateError) return false;
  return !('type' in Object(error)) || (error as { readonly retriable: boolean }).retriable;
}

/** Refusals that are about the records. All others are about the producer, or about what we may do. */
const REFUSED_WHOLE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TIMESTAMP', 'INVALID_RECORD'];

function isRefusedWhole(error: unknown): boolean {
  return REFUSED_WHOLE.includes(String((error as { readonly type?: unknown } | null)?.type));
}

function refusedByBroker(topic: string, cause: unknown): LakegateError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: `Kafka refuses the records: ${message}`,
    facts: { topic },
    cause,
  });
}
