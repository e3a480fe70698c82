import type { LedgerFindings, TopicRange } from './ledger.ts';
import type { OffsetSpan, PartitionCount, RecordCounts } from './ledger-span.ts';
import { LEDGER_TABLE } from './mend/mend-ledger.ts';
import { DATABASE, type Warehouse } from './warehouse.ts';

/**
 * The ledger of a stream that several write and nobody numbers (rejected, duplicates), on a log whose offsets have holes: the records
 * themselves are counted. Rows that do not overlap and hold as many events as there are records hold each once, and no more has to be looked at.
 */
export async function compareUnnumbered(
  warehouse: Warehouse,
  counts: RecordCounts,
  topic: string,
  spans: readonly OffsetSpan[],
): Promise<LedgerFindings> {
  const parts = await Promise.all(
    spans.map(async (span) => {
      const count = await counts.readUpTo(topic, span.partition, span.next);
      return comparePartition(topic, span, count, await readRows(warehouse, topic, span));
    }),
  );
  return {
    expected: parts.reduce((sum, { expected }) => sum + expected, 0),
    gaps: parts.reduce((sum, { gaps }) => sum + gaps, 0),
    duplicates: parts.reduce((sum, { duplicates }) => sum + duplicates, 0),
    gapRanges: parts.flatMap(({ gapRanges }) => gapRanges),
    duplicateRanges: parts.flatMap(({ duplicateRanges }) => duplicateRanges),
  };
}

/** Offsets from `from` up to and without `next`, and how many events the insert had. */
interface LoadedRows {
  readonly from: bigint;
  readonly next: bigint;
  readonly rows: bigint;
}

async function readRows(
  warehouse: Warehouse,
  topic: string,
  { partition, from, next }: OffsetSpan,
): Promise<readonly LoadedRows[]> {
  const { rows } = await warehouse.query<{ from: string; next: string; rows: string }>(
    `SELECT firstOffset AS from, lastOffset + 1 AS next, rows FROM ${DATABASE}.${LEDGER_TABLE}
     WHERE topic = {topic:String} AND _partition = {partition:UInt32} AND firstOffset >= {from:UInt64} AND firstOffset < {next:UInt64}
     ORDER BY firstOffset, lastOffset`,
    { params: { topic, partition, from: from.toString(), next: next.toString() } },
  );
  return rows.map((row) => ({ from: BigInt(row.from), next: BigInt(row.next), rows: BigInt(row.rows) }));
}

function comparePartition(
  topic: string,
  { partition, from, next }: OffsetSpan,
  count: PartitionCount,
  rows: readonly LoadedRows[],
): LedgerFindings {
  const gapRanges: TopicRange[] = [];
  const duplicateRanges: TopicRange[] = [];
  let gaps = 0n;
  let duplicates = 0n;
  const note = (into: TopicRange[], first: bigint, end: bigint) =>
    into.length < RANGES_MAX && into.push({ topic, partition, first, last: end - 1n });
  let covered = from;
  for (const row of [...rows, { from: next, next, rows: 0n }]) {
    const missing = count.between(covered, row.from);
    if (missing > 0n) note(gapRanges, covered, row.from);
    const overlapEnd = least(row.next, covered);
    const overlap = count.between(row.from, overlapEnd);
    if (overlap > 0n) note(duplicateRanges, row.from, overlapEnd);
    const whole = count.between(row.from, row.next);
    if (row.rows < whole) note(gapRanges, row.from, row.next);
    if (row.rows > whole) note(duplicateRanges, row.from, row.next);
    gaps += missing + (row.rows < whole ? whole - row.rows : 0n);
    duplicates += overlap + (row.rows > whole ? row.rows - whole : 0n);
    covered = greatest(row.next, covered);
  }
  return {
    expected: Number(count.between(from, next)),
    gaps: Number(gaps),
    duplicates: Number(duplicates),
    gapRanges,
    duplicateRanges,
  };
}

const RANGES_MAX = 100;

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
