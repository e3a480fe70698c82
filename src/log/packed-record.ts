import type { StoredRecord } from './log.ts';
import type { RecordHeaders, StoredHeadedRecord } from './partition-work.ts';

/**
 * A record as it lies among others of its batch. What is asked of it is made when it is asked for, so that thousands may wait for their turn at
 * the price of one small object each; whoever reads the value where it lies, from `from` on and before `to`, makes nothing at all.
 */
export class PackedRecord implements StoredHeadedRecord {
  readonly batch: PackedBatch;
  /** Which of the batch it is. */
  readonly index: number;
  readonly key: string;
  readonly from: number;
  readonly to: number;

  constructor(batch: PackedBatch, index: number, key: string, from: number, to: number) {
    this.batch = batch;
    this.index = index;
    this.key = key;
    this.from = from;
    this.to = to;
  }

  get value(): Buffer {
    return this.batch.bytes.subarray(this.from, this.to);
  }

  get timeMs(): number {
    return this.batch.timeMsOf(this.index);
  }

  get offset(): bigint {
    return this.batch.baseOffset + BigInt(this.index);
  }

  get appendedAtMs(): number {
    return this.batch.appendedAtMs;
  }

  get headers(): RecordHeaders {
    return NO_HEADERS;
  }
}

export interface PackedBatch {
  readonly bytes: Buffer;
  /** Of its first record; the others count up from it. */
  readonly baseOffset: bigint;
  readonly appendedAtMs: number;
  timeMsOf(index: number): number;
}

const NO_HEADERS: RecordHeaders = {};

/** How long its value is. */
export function valueBytesOf(record: StoredRecord): number {
  return record instanceof PackedRecord ? record.to - record.from : record.value.byteLength;
}
