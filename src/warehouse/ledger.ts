import type { Log } from '../log/log.ts';
import type { Version } from '../model/version.ts';
import { countedSpan, type LedgerSpan, type OffsetSpan, RecordCounts } from './ledger-span.ts';
import { LEDGER_TABLE } from './mend/mend-ledger.ts';
import type { Progress } from './progress.ts';
import { compareUnnumbered } from './unnumbered-ledger.ts';
import { DATABASE, type Warehouse } from './warehouse.ts';

/**
 * What came in, what was loaded, and the difference. Expected is what the log numbered, up to the version; seen is what the ledger says
 * was loaded of that. What is in the log and not loaded yet is lag and no gap. Events are counted by their sequence, which has no holes; where
 * they are is told by offset.
 */
export interface LedgerReading {
  readonly expected: number;
  readonly seen: number;
  readonly gaps: number;
  readonly duplicates: number;
  /** The first hundred a partition. The ledger does not know which offset of a row with too few events is missing: then it is the row's range. */
  readonly gapRanges: readonly TopicRange[];
  readonly duplicateRanges: readonly TopicRange[];
  readonly partitions: readonly LedgerPartition[];
  readonly version: Version;
}

export interface TopicRange {
  readonly topic: string;
  readonly partition: number;
  /** Both ends belong to it. */
  readonly first: bigint;
  readonly last: bigint;
}

export interface LedgerPartition {
  readonly topic: string;
  readonly partition: number;
  /** -1 where there is none. */
  readonly lastOffset: bigint;
  readonly loadedOffset: bigint;
  readonly lag: number;
  readonly watermarkMs: number | null;
}

interface LedgerQuestion {
  readonly topics: readonly string[];
  /** Only what was appended from `fromMs` up to and without `toMs`. Null: everything. */
  readonly appended: { readonly fromMs: number; readonly toMs: number } | null;
}

export interface LedgerSources {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly progress: Progress;
  /** Of this log, kept from one reading to the next: else streams that nobody numbers are read anew each time. */
  readonly counts?: RecordCounts;
}

/** Of progress only the version is asked for. */
type ReadFrom = Omit<LedgerSources, 'progress'> & { readonly progress: Pick<Progress, 'version'> };

export async function readLedger(sources: ReadFrom, question: LedgerQuestion): Promise<LedgerReading> {
  const version = sources.progress.version(question.topics);
  const parts = await Promise.all(
    question.topics.map((topic) => readTopic(sources, topic, question.appended, version)),
  );
  return {
    expected: total(parts, ({ expected }) => expected),
    seen: total(parts, ({ expected, gaps }) => expected - gaps),
    gaps: total(parts, ({ gaps }) => gaps),
    duplicates: total(parts, ({ duplicates }) => duplicates),
    gapRanges: parts.flatMap(({ gapRanges }) => gapRanges),
    duplicateRanges: parts.flatMap(({ duplicateRanges }) => duplicateRanges),
    partitions: parts.flatMap(({ partitions }) => partitions),
    version,
  };
}

type TopicReading = Omit<LedgerReading, 'seen' | 'version'>;

async function readTopic(
  sources: Omit<ReadFrom, 'progress'>,
  topic: string,
  appended: LedgerQuestion['appended'],
  version: Version,
): Promise<TopicReading> {
  const { log } = sources;
  const ends = await log.ends(topic);
  const loaded = version.offsets.get(topic);
  const spans = await Promise.all(
    ends.map(async ({ partition, first }): Promise<OffsetSpan> => {
      const next = (loaded?.get(partition) ?? -1n) + 1n;
      if (appended === null) return { partition, from: 0n, next };
      const [from, to] = await Promise.all(
        [appended.fromMs, appended.toMs].map((ms) =>
          firstAppendedFrom(log, topic, { partition, from: first, next }, ms),
        ),
      );
      return { partition, from: from ?? first, next: to ?? next };
    }),
  );
  return {
    ...(await compareTopic(sources, topic, spans)),
    partitions: ends.map(({ partition, next }) => {
      const loadedOffset = loaded?.get(partition) ?? -1n;
      const watermarkMs = version.watermarksMs.get(topic) ?? null;
      return {
        topic,
        partition,
        lastOffset: next - 1n,
        loadedOffset,
        lag: Number(next - 1n - loadedOffset),
        watermarkMs,
      };
    }),
  };
}

/** What a comparison of spans with the ledger finds. */
export type LedgerFindings = Omit<TopicReading, 'partitions'>;

async function compareTopic(
  { log, warehouse, counts = new RecordCounts(log) }: Omit<ReadFrom, 'progress'>,
  topic: string,
  spans: readonly OffsetSpan[],
): Promise<LedgerFindings> {
  const counted = await Promise.all(spans.map((span) => countedSpan(log, topic, span)));
  const numbered = counted.filter((span) => span !== null);
  // Numbers are given by topic: if one partition has none, none has.
  if (numbered.length < spans.length) return compareUnnumbered(warehouse, counts, topic, spans);
  return compareWithLedger(warehouse, topic, numbered);
}

/** The first offset of the span that was appended at this time or later; records of a partition are appended in the order of their offsets. */
async function firstAppendedFrom(log: Log, topic: string, span: OffsetSpan, ms: number): Promise<bigint> {
  let { from, next } = span;
  while (from < next) {
    const middle = (from + next) / 2n;
    const appendedAtMs = await appendedAt(log, topic, span.partition, middle);
    if (appendedAtMs !== null && appendedAtMs < ms) from = middle + 1n;
    else next = middle;
  }
  return from;
}

async function appendedAt(log: Log, topic: string, partition: number, offset: bigint): Promise<number | null> {
  const options = { signal: new AbortController().signal, follow: false, skipCorrupt: true, bytesMax: 1 };
  for await (const [record] of log.read(topic, partition, offset, options)) return record?.appendedAtMs ?? null;
  return null;
}

interface LedgerRow {
  readonly partition: number;
  readonly gaps: string;
  readonly duplicates: string;
  readonly coveredTo: string;
  readonly coveredToOffset: string;
  readonly gapRanges: readonly (readonly [string, string])[];
  readonly duplicateRanges: readonly (readonly [string, string])[];
}

async function compareWithLedger(
  warehouse: Warehouse,
  topic: string,
  spans: readonly LedgerSpan[],
): Promise<LedgerFindings> {
  const { rows } = await warehouse.query<LedgerRow>(COMPARE_SQL, {
    params: {
      topic,
      partitions: spans.map(({ partition }) => partition),
      fromOffset: spans.map(({ offsets }) => offsets.from),
      nextOffset: spans.map(({ offsets }) => offsets.next),
      from: spans.map(({ sequences }) => sequences.from),
      next: spans.map(({ sequences }) => sequences.next),
    },
  });
  const found = new Map(rows.map((row) => [Number(row.partition), row]));
  const tails = spans.flatMap(({ partition, offsets, sequences }) => {
    const row = found.get(partition);
    const coveredTo = BigInt(row?.coveredTo ?? sequences.from);
    if (coveredTo >= sequences.next) return [];
    const first = BigInt(row?.coveredToOffset ?? offsets.from);
    return [
      { range: { topic, partition, first, last: offsets.next - 1n }, events: Number(sequences.next - coveredTo) },
    ];
  });
  const ranges = (of: 'gapRanges' | 'duplicateRanges') =>
    rows.flatMap((row) =>
      row[of].map(([first, last]) => ({
        topic,
        partition: Number(row.partition),
        first: BigInt(first),
        last: BigInt(last),
      })),
    );
  return {
    expected: total(spans, ({ sequences }) => Number(sequences.next - sequences.from)),
    gaps: total(rows, ({ gaps }) => Number(gaps)) + total(tails, ({ events }) => events),
    duplicates: total(rows, ({ duplicates }) => Number(duplicates)),
    gapRanges: [...ranges('gapRanges'), ...tails.map(({ range }) => range)],
    duplicateRanges: ranges('duplicateRanges'),
  };
}

/**
 * The rows of the ledger in the order of their events, each cut to the span of its partition. A row that begins behind all before it leaves
 * a gap, one that begins before their end overlaps; and inside a row there is one event a number. Sequences say how many, offsets where. One
 * pass, however many rows.
 */
const COMPARE_SQL = `
  WITH
    transform(_partition, {partitions:Array(UInt32)}, {fromOffset:Array(UInt64)}, toUInt64(0)) AS spanFromOffset,
    transform(_partition, {partitions:Array(UInt32)}, {nextOffset:Array(UInt64)}, toUInt64(0)) AS spanNextOffset,
    transform(_partition, {partitions:Array(UInt32)}, {from:Array(UInt64)}, toUInt64(0)) AS spanFrom,
    transform(_partition, {partitions:Array(UInt32)}, {next:Array(UInt64)}, toUInt64(0)) AS spanNext
  SELECT
    _partition AS partition,
    sum(before + short) AS gaps,
    sum(overlap + surplus) AS duplicates,
    max(next) AS coveredTo,
    max(nextOffset) AS coveredToOffset,
    arrayConcat(
      groupArrayIf(100)((coveredOffset, toUInt64(offset - 1)), before > 0),
      groupArrayIf(100)((offset, toUInt64(nextOffset - 1)), short > 0)
    ) AS gapRanges,
    arrayConcat(
      groupArrayIf(100)((offset, toUInt64(least(nextOffset, coveredOffset) - 1)), overlap > 0),
      groupArrayIf(100)((offset, toUInt64(nextOffset - 1)), surplus > 0)
    ) AS duplicateRanges
  FROM (
    SELECT
      *,
      first > covered ? first - covered : 0 AS before,
      first < covered ? least(next, covered) - first : 0 AS overlap,
      rows < whole ? whole - rows : 0 AS short,
      rows > whole ? rows - whole : 0 AS surplus
    FROM (
      SELECT
        _partition,
        rows,
        lastSequence - firstSequence + 1 AS whole,
        greatest(firstSequence, spanFrom) AS first,
        least(lastSequence + 1, spanNext) AS next,
        greatest(firstOffset, spanFromOffset) AS offset,
        least(lastOffset + 1, spanNextOffset) AS nextOffset,
        greatest(spanFrom, max(next) OVER before_it) AS covered,
        greatest(spanFromOffset, max(nextOffset) OVER before_it) AS coveredOffset
      FROM ${DATABASE}.${LEDGER_TABLE}
      WHERE topic = {topic:String} AND lastOffset >= spanFromOffset AND firstOffset < spanNextOffset
      WINDOW before_it AS (
        PARTITION BY _partition ORDER BY firstSequence, lastSequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      )
    )
  )
  GROUP BY _partition
  ORDER BY _partition`;

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
