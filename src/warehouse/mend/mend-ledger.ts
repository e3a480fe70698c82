import type { Batch, LoadedRange, OffsetRange } from '../load/batch.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { EVERY_ROW, takeOut } from './mend-raw.ts';
import { type ScratchQueue, storedColumns } from './scratch-tables.ts';

export const LEDGER_TABLE = 'ledger';

/** The ledger has one row for each range of the batch, and nothing else about its offsets. True if something had to be changed. */
export async function mendLedger(
  warehouse: Warehouse,
  target: LoadTarget,
  batch: Batch,
  queue: ScratchQueue,
): Promise<boolean> {
  const where = aboutRanges(target.topic, batch.ranges);
  const { rows } = await warehouse.query<{ exact: string; all: string }>(
    `SELECT countIf(${exactlyOneOf(batch.loaded)}) AS exact, count() AS all FROM ${DATABASE}.${LEDGER_TABLE} WHERE ${where}`,
    { pool: 'load' },
  );
  const [there] = rows;
  if (Number(there?.exact) === batch.loaded.length && Number(there?.all) === batch.loaded.length) return false;
  if (Number(there?.all) > 0) await takeOut(warehouse, LEDGER_TABLE, where);
  const columns = (await storedColumns(warehouse, LEDGER_TABLE)).join(', ');
  await warehouse.command(
    `INSERT INTO ${DATABASE}.${LEDGER_TABLE} (${columns})
     SELECT ${columns} FROM (${await queue.throughView(target.ledgerView)})`,
    { pool: 'load', settings: EVERY_ROW },
  );
  return true;
}

/** Rows of the ledger that say anything about these offsets. */
export function aboutRanges(topic: string, ranges: readonly OffsetRange[]): string {
  const overlaps = ranges.map(
    ({ partition, first, last }) => `(_partition = ${partition} AND lastOffset >= ${first} AND firstOffset <= ${last})`,
  );
  return `topic = '${topic}' AND (${overlaps.join(' OR ')})`;
}

function exactlyOneOf(ranges: readonly LoadedRange[]): string {
  if (ranges.length === 0) return '0';
  const tuples = ranges.map(({ partition, first, last, rows }) => `(${partition}, ${first}, ${last}, ${rows})`);
  return `(_partition, firstOffset, lastOffset, rows) IN (${tuples.join(', ')})`;
}
