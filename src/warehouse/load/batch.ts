import type { Log, StoredRecord } from '../../log/log.ts';
import { watermarkOf } from '../../model/record-format.ts';
import { ALERTS_TOPIC } from '../../model/streams/stream-topics.ts';

/**
 * What goes into the warehouse with one insert: of one topic, a range of offsets per partition, without a hole unless the log's offsets have holes. What a batch holds is decided
 * once, by its ranges; its bytes follow from them and from the log, so that it can be made again exactly.
 */
export interface Batch {
  readonly topic: string;
  readonly ranges: readonly OffsetRange[];
  /** The same as its lines say it, one entry a partition that has any: other than `ranges` only where records were left out. */
  readonly loaded: readonly LoadedRange[];
  /** Lines in `bytes`: the records of the ranges but for those left out because they can never be loaded. */
  readonly rows: number;
  /** A limit ended it: there is more where it came from. */
  readonly cutShort: boolean;
  /** One JSON object a line: the record with `_partition` and `_offset` in front, and of some topics `_timestamp_ms`. */
  readonly bytes: Uint8Array;
  /** Starts of the minutes of event time that it touches, ascending, in minutes since 1970. */
  readonly minutes: readonly number[];
  /** Of the last record of each range: the watermark it met. */
  readonly lastWatermarksMs: ReadonlyMap<number, number | null>;
}

/** Both ends belong to it. */
export interface OffsetRange {
  readonly partition: number;
  readonly first: bigint;
  readonly last: bigint;
}

export interface LoadedRange extends OffsetRange {
  readonly rows: number;
}

export interface RecordPlace {
  readonly partition: number;
  readonly offset: bigint;
}

export interface BatchLimits {
  readonly rowsMax: number;
  readonly bytesMax: number;
  /** Distinct UTC days of event time. */
  readonly daysMax: number;
}

/**
 * 50,000 rows: large enough that inserting costs as little a row as it ever does, small enough that whoever waits for another kind
 * waits half a second. 16 MiB: two batches exist at once. 60 days: the engine takes 100 partitions in an insert, and a day is one.
 */
export const BATCH_LIMITS: BatchLimits = { rowsMax: 50_000, bytesMax: 16 * 1024 * 1024, daysMax: 60 };

/** What of a partition is wanted: offsets from `from` up to and without `next`. */
export interface PartitionSpan {
  readonly partition: number;
  readonly from: bigint;
  readonly next: bigint;
}

/**
 * The next batch of a topic, as much as the limits allow. Null if nothing could be read. A range ends before a hole in the offsets (a
 * damaged batch of the log, stepped over); the batch after it begins behind the hole.
 */
export async function cutBatch(
  log: Log,
  topic: string,
  spans: readonly PartitionSpan[],
  limits: BatchLimits,
  signal: AbortSignal,
  leftOut: readonly RecordPlace[] = [],
): Promise<Batch | null> {
  const builder = new BatchBuilder(topic, limits, leftOut, log.contiguousOffsets);
  for (const share of shareRows(spans, limits.rowsMax)) await fillFromPartition(log, builder, share, signal);
  const batch = builder.finish();
  return batch.ranges.length === 0 ? null : batch;
}

/** A batch made again: if its log was damaged meanwhile, its ranges are those that can still be read, and these the rest. */
export interface BatchAgain extends Batch {
  readonly missing: readonly OffsetRange[];
}

/** The same batch again, from what was written down of it. */
export async function readBatch(
  log: Log,
  topic: string,
  ranges: readonly OffsetRange[],
  leftOut: readonly RecordPlace[],
  signal: AbortSignal,
): Promise<BatchAgain> {
  const builder = new BatchBuilder(topic, UNLIMITED, leftOut, log.contiguousOffsets);
  for (const { partition, first, last } of ranges) {
    const next = last + 1n;
    let from: bigint | null = first;
    // Once around for each hole.
    while (from !== null && from < next) {
      const ended = await fillFromPartition(
        log,
        builder,
        { partition, from, next, rowsMax: UNLIMITED.rowsMax },
        signal,
      );
      from = ended === null ? null : ended + 1n;
    }
  }
  // A read that is told to stop ends early without an error, and must not be taken for a hole.
  signal.throwIfAborted();
  const batch = builder.finish();
  return { ...batch, missing: withoutRanges(ranges, batch.ranges) };
}

/** What `had` leaves of `ranges`, both in ascending order. */
function withoutRanges(ranges: readonly OffsetRange[], had: readonly OffsetRange[]): readonly OffsetRange[] {
  return ranges.flatMap(({ partition, first, last }) => {
    const left: OffsetRange[] = [];
    let at = first;
    for (const range of had.filter((each) => each.partition === partition)) {
      if (range.first > at) left.push({ partition, first: at, last: range.first - 1n });
      at = range.last + 1n;
    }
    return at > last ? left : [...left, { partition, first: at, last }];
  });
}

export function rangesText(ranges: readonly OffsetRange[]): string {
  return ranges.map(({ partition, first, last }) => `${partition}:${first}-${last}`).join(' ');
}

const UNLIMITED: BatchLimits = {
  rowsMax: Number.MAX_SAFE_INTEGER,
  bytesMax: Number.MAX_SAFE_INTEGER,
  daysMax: Number.MAX_SAFE_INTEGER,
};

/**
 * How many rows of a batch each partition may fill: all of the short ones, and the long ones share what they leave. Partitions in
 * ascending order, so that a batch made again has its lines in the same order.
 */
export function shareRows(spans: readonly PartitionSpan[], rowsMax: number): readonly PartitionShare[] {
  const waiting = spans.filter((span) => span.next > span.from);
  const shares: PartitionShare[] = [];
  let rowsLeft = rowsMax;
  for (const span of waiting.toSorted((a, b) => Number(a.next - a.from - (b.next - b.from)))) {
    const fair = Math.max(1, Math.floor(rowsLeft / (waiting.length - shares.length)));
    const share = Math.min(Number(span.next - span.from), fair);
    shares.push({ ...span, rowsMax: share });
    rowsLeft -= share;
  }
  return shares.sort((a, b) => a.partition - b.partition);
}

interface PartitionShare extends PartitionSpan {
  readonly rowsMax: number;
}

/** Up to the end of the share, a limit or a hole; gives the last offset that it took in. */
async function fillFromPartition(
  log: Log,
  builder: BatchBuilder,
  share: PartitionShare,
  signal: AbortSignal,
): Promise<bigint | null> {
  const options = { signal, follow: false, skipCorrupt: true };
  let rowsLeft = share.rowsMax;
  for await (const records of log.read(builder.topic, share.partition, share.from, options)) {
    for (const record of records) {
      if (record.offset >= share.next || rowsLeft === 0 || !builder.add(share.partition, record)) {
        return builder.endPartition();
      }
      rowsLeft--;
    }
    if (rowsLeft === 0) break;
  }
  return builder.endPartition();
}

const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1440;
const NEW_LINE = 10;
const COMMA = 44;
/** Names and punctuation take 26 bytes, a partition at most 10, an offset at most 20, the time of appending 44, the new line 1. */
const LINE_PREFIX_BYTES_MAX = 128;
const BUFFER_BYTES_FIRST = 256 * 1024;

/** Topics whose tables keep when a record was appended. On Kafka it is a column of the engine itself, of the same name. */
const TIMED_TOPICS: ReadonlySet<string> = new Set([ALERTS_TOPIC]);

/** Puts lines one behind the other into one buffer: a record's bytes are copied once, and no object is made for it. */
class BatchBuilder {
  readonly topic: string;
  readonly #limits: BatchLimits;
  readonly #leftOut: ReadonlySet<string>;
  readonly #holesEndRanges: boolean;
  readonly #isTimed: boolean;
  readonly #ranges: OffsetRange[] = [];
  readonly #loaded: LoadedRange[] = [];
  readonly #lastWatermarksMs = new Map<number, number | null>();
  readonly #minutes = new Set<number>();
  readonly #days = new Set<number>();
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES_FIRST);
  #length = 0;
  #rows = 0;
  #cutShort = false;
  #linePrefix = '';
  #open: OpenRange | null = null;
  #minute = Number.NaN;

  constructor(topic: string, limits: BatchLimits, leftOut: readonly RecordPlace[], contiguousOffsets: boolean) {
    this.topic = topic;
    this.#limits = limits;
    this.#leftOut = new Set(leftOut.map(placeText));
    this.#holesEndRanges = contiguousOffsets;
    this.#isTimed = TIMED_TOPICS.has(topic);
  }

  /** False: the record does not fit into the batch, or does not follow the one before. */
  add(partition: number, record: StoredRecord): boolean {
    const follows = !this.#holesEndRanges || this.#open === null || this.#open.last.offset + 1n === record.offset;
    if (!follows || !this.#fits(record) || !this.#touch(record.timeMs)) {
      this.#cutShort = true;
      return false;
    }
    if (this.#open === null) {
      this.#open = { partition, first: record.offset, last: record, firstLoaded: null, lastLoaded: -1n, rows: 0 };
      this.#linePrefix = `{"_partition":${partition},"_offset":`;
    }
    this.#open.last = record;
    if (this.#leftOut.size > 0 && this.#leftOut.has(placeText({ partition, offset: record.offset }))) return true;
    this.#open.firstLoaded ??= record.offset;
    this.#open.lastLoaded = record.offset;
    this.#open.rows++;
    this.#appendLine(record);
    return true;
  }

  endPartition(): bigint | null {
    if (this.#open === null) return null;
    const { partition, first, last, firstLoaded, lastLoaded, rows } = this.#open;
    this.#ranges.push({ partition, first, last: last.offset });
    if (firstLoaded !== null) this.#addLoaded({ partition, first: firstLoaded, last: lastLoaded, rows });
    this.#lastWatermarksMs.set(partition, watermarkOf(last.value));
    this.#open = null;
    return last.offset;
  }

  finish(): Batch {
    return {
      topic: this.topic,
      ranges: this.#ranges,
      loaded: this.#loaded,
      rows: this.#rows,
      cutShort: this.#cutShort,
      bytes: this.#buffer.subarray(0, this.#length),
      minutes: [...this.#minutes].sort((a, b) => a - b),
      lastWatermarksMs: this.#lastWatermarksMs,
    };
  }

  /** A partition is one row of the ledger, whatever holes it has. */
  #addLoaded(range: LoadedRange): void {
    const before = this.#loaded.at(-1);
    if (before?.partition !== range.partition) this.#loaded.push(range);
    else this.#loaded.splice(-1, 1, { ...range, first: before.first, rows: before.rows + range.rows });
  }

  #fits(record: StoredRecord): boolean {
    if (this.#rows === 0) return true;
    return this.#rows < this.#limits.rowsMax && this.#length + record.value.length <= this.#limits.bytesMax;
  }

  /** Remembers the minute of event time; false if it belongs to a day too many. */
  #touch(timeMs: number): boolean {
    const minute = Math.floor(timeMs / MS_PER_MINUTE);
    if (minute === this.#minute) return true;
    const day = Math.floor(minute / MINUTES_PER_DAY);
    if (!this.#days.has(day) && this.#days.size === this.#limits.daysMax) return false;
    this.#days.add(day);
    this.#minutes.add(minute);
    this.#minute = minute;
    return true;
  }

  /** The record's opening brace becomes the comma behind the offset: its bytes are not touched otherwise. */
  #appendLine(record: StoredRecord): void {
    this.#reserve(LINE_PREFIX_BYTES_MAX + record.value.length);
    const time = this.#isTimed ? `,"_timestamp_ms":"${new Date(record.appendedAtMs).toISOString()}"` : '';
    this.#length += this.#buffer.write(this.#linePrefix + record.offset + time, this.#length, 'latin1');
    this.#buffer.set(record.value, this.#length);
    this.#buffer[this.#length] = COMMA;
    this.#length += record.value.length;
    this.#buffer[this.#length++] = NEW_LINE;
    this.#rows++;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

interface OpenRange {
  readonly partition: number;
  readonly first: bigint;
  last: StoredRecord;
  firstLoaded: bigint | null;
  lastLoaded: bigint;
  rows: number;
}

function placeText(place: RecordPlace): string {
  return `${place.partition}:${place.offset}`;
}
