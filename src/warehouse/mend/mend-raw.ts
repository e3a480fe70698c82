import type { Batch, OffsetRange } from '../load/batch.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { touchedMinutes, withinTime } from '../load/touched-time.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { type ScratchQueue, storedColumns } from './scratch-tables.ts';

/**
 * Raw holds every offset of the batch once. What is missing is put in; if an offset is there twice, those of the batch are taken out first
 * and count as missing. No view hangs off raw. True if something had to be changed.
 */
export async function mendRaw(
  warehouse: Warehouse,
  target: LoadTarget,
  batch: Batch,
  queue: ScratchQueue,
): Promise<boolean> {
  const where = `${withinTime(touchedMinutes(batch.minutes), `\`${target.timeColumn}\``)} AND (${withinRanges(batch.ranges)})`;
  const there = await rowsThere(warehouse, target, where);
  if (there.rows === batch.rows && there.offsets === batch.rows) return false;
  if (there.rows !== there.offsets) await takeOut(warehouse, target.rawTable, where);
  await putInMissing(warehouse, target, batch.ranges, queue);
  return true;
}

export function withinRanges(ranges: readonly OffsetRange[]): string {
  return ranges
    .map(({ partition, first, last }) => `(_partition = ${partition} AND _offset BETWEEN ${first} AND ${last})`)
    .join(' OR ');
}

/** The minutes of event time of the rows that are there, in minutes since 1970. */
export async function minutesInRaw(
  warehouse: Warehouse,
  target: LoadTarget,
  ranges: readonly OffsetRange[],
): Promise<readonly number[]> {
  if (ranges.length === 0) return [];
  const { rows } = await warehouse.query<{ minute: string | number }>(
    `SELECT DISTINCT toUnixTimestamp(toStartOfMinute(\`${target.timeColumn}\`)) DIV 60 AS minute
     FROM ${DATABASE}.${target.rawTable} WHERE ${withinRanges(ranges)}`,
    { pool: 'load' },
  );
  return rows.map(({ minute }) => Number(minute));
}

/** Waits until the parts that hold such rows are written anew without them. */
export async function takeOut(warehouse: Warehouse, table: string, where: string): Promise<void> {
  await warehouse.command(`ALTER TABLE ${DATABASE}.${table} DELETE WHERE ${where}`, {
    settings: { mutations_sync: 1 },
    pool: 'load',
  });
}

async function rowsThere(
  warehouse: Warehouse,
  target: LoadTarget,
  where: string,
): Promise<{ readonly rows: number; readonly offsets: number }> {
  const { rows } = await warehouse.query<{ rows: string; offsets: string }>(
    `SELECT count() AS rows, uniqExact(_partition, _offset) AS offsets FROM ${DATABASE}.${target.rawTable} WHERE ${where}`,
    { pool: 'load' },
  );
  return { rows: Number(rows[0]?.rows ?? 0), offsets: Number(rows[0]?.offsets ?? 0) };
}

/**
 * For inserts that mend: rows that the engine had before and lost look like a repeated insert to it, and must go in all the same. What
 * is there already was compared before. An INSERT … SELECT heeds this setting and not `insert_deduplicate`.
 */
export const EVERY_ROW: Readonly<Record<string, string | number>> = { deduplicate_insert_select: 'disable' };

/** Looks at offsets alone: whatever the time of a row says, no offset is put in a second time. */
async function putInMissing(
  warehouse: Warehouse,
  target: LoadTarget,
  ranges: readonly OffsetRange[],
  queue: ScratchQueue,
): Promise<void> {
  const columns = (await storedColumns(warehouse, target.rawTable)).join(', ');
  await warehouse.command(
    `INSERT INTO ${DATABASE}.${target.rawTable} (${columns})
     SELECT ${columns} FROM (${await queue.throughView(target.rawView)})
     WHERE (toUInt64(_partition), _offset) NOT IN
       (SELECT toUInt64(_partition), _offset FROM ${DATABASE}.${target.rawTable} WHERE ${withinRanges(ranges)})`,
    { pool: 'load', settings: EVERY_ROW },
  );
}
