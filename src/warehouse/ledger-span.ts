import type { Log, StoredRecord } from '../log/log.ts';
import { sequenceOf } from '../model/record-format.ts';

/**
 * The same stretch of a partition twice: offsets say where its events are, sequences how many. Null where the records carry no number.
 *
 * In a log without holes the two are one. On Kafka the records tell their own number, so that a span of any length costs two small reads.
 */
export async function countedSpan(log: Log, topic: string, span: OffsetSpan): Promise<LedgerSpan | null> {
  const { partition, from, next } = span;
  const offsets = { from, next };
  if (log.contiguousOffsets) return { partition, offsets, sequences: offsets };
  const last = await lastRecordBefore(log, topic, span);
  if (last === null) return { partition, offsets, sequences: { from: 0n, next: 0n } };
  const lastSequence = sequenceOf(last.value);
  // The whole partition, whatever of it the log has let go by now: the ledger remembers.
  const firstSequence = from === 0n ? 0n : await firstSequenceFrom(log, topic, partition, from);
  if (lastSequence === null || firstSequence === null) return null;
  return { partition, offsets, sequences: { from: firstSequence, next: lastSequence + 1n } };
}

/** Offsets from `from` up to and without `next`. */
export interface OffsetSpan {
  readonly partition: number;
  readonly from: bigint;
  readonly next: bigint;
}

export interface LedgerSpan {
  readonly partition: number;
  readonly offsets: { readonly from: bigint; readonly next: bigint };
  readonly sequences: { readonly from: bigint; readonly next: bigint };
}

/** What is committed ends with a record in nearly all cases; else a mark or a rolled back transaction lies there, and it is looked further back. */
export async function lastRecordBefore(log: Log, topic: string, span: OffsetSpan): Promise<StoredRecord | null> {
  let from = span.next;
  for (let back = 1n; ; back *= BACK_FACTOR) {
    from -= back;
    if (from < span.from) from = span.from;
    let last: StoredRecord | null = null;
    for await (const record of recordsFrom(log, topic, span.partition, from)) {
      if (record.offset >= span.next) break;
      last = record;
    }
    if (last !== null || from === span.from) return last;
  }
}

const BACK_FACTOR = 16n;

async function firstSequenceFrom(log: Log, topic: string, partition: number, from: bigint): Promise<bigint | null> {
  for await (const record of recordsFrom(log, topic, partition, from)) return sequenceOf(record.value);
  return null;
}

/** Up to the end, without waiting for more. */
export async function* recordsFrom(
  log: Log,
  topic: string,
  partition: number,
  from: bigint,
): AsyncGenerator<StoredRecord> {
  const options = { signal: new AbortController().signal, follow: false, skipCorrupt: true };
  for await (const records of log.read(topic, partition, from, options)) yield* records;
}

/**
 * How many records lie between two offsets, for streams that nobody numbers on a log with holes. Each record is read once in the life of this:
 * afterwards only runs of offsets are known, one a transaction, and what was counted is counted on from there.
 */
export class RecordCounts {
  readonly #log: Log;
  readonly #partitions = new Map<string, PartitionCount>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Ready for questions about offsets below `next`. */
  async readUpTo(topic: string, partition: number, next: bigint): Promise<PartitionCount> {
    const name = `${topic}/${partition}`;
    const count = this.#partitions.get(name) ?? new PartitionCount();
    this.#partitions.set(name, count);
    if (count.next >= next) return count;
    for await (const { offset } of recordsFrom(this.#log, topic, partition, count.next)) {
      if (offset >= next) break;
      count.add(offset);
    }
    return count;
  }
}

export class PartitionCount {
  readonly #runs: { readonly first: bigint; last: bigint; readonly before: bigint }[] = [];

  /** Behind the last record that was counted. */
  get next(): bigint {
    return (this.#runs.at(-1)?.last ?? -1n) + 1n;
  }

  add(offset: bigint): void {
    const run = this.#runs.at(-1);
    if (run !== undefined && offset <= run.last) return;
    if (run?.last === offset - 1n) run.last = offset;
    else this.#runs.push({ first: offset, last: offset, before: this.below(offset) });
  }

  /** Records with offsets from `from` up to and without `next`. */
  between(from: bigint, next: bigint): bigint {
    return next > from ? this.below(next) - this.below(from) : 0n;
  }

  below(offset: bigint): bigint {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.first ?? 0n) < offset) low = middle + 1;
      else high = middle;
    }
    const run = this.#runs[low - 1];
    if (run === undefined) return 0n;
    return run.before + (offset <= run.last ? offset - run.first : run.last - run.first + 1n);
  }
}
