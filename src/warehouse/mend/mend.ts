import type { Log } from '../../log/log.ts';
import { LakegateError } from '../../platform/errors.ts';
import {
  type Batch,
  type BatchLimits,
  cutBatch,
  type OffsetRange,
  type PartitionSpan,
  type RecordPlace,
} from '../load/batch.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { touchedHours, touchedMinutes } from '../load/touched-time.ts';
import { waitUntilQuiet } from '../load/wait-until-quiet.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { aboutRanges, LEDGER_TABLE, mendLedger } from './mend-ledger.ts';
import { mendRaw, minutesInRaw, withinRanges } from './mend-raw.ts';
import { mendRollups } from './mend-rollups.ts';
import { dropScratchTables, ScratchQueue } from './scratch-tables.ts';

/**
 * Makes every table hold exactly what the log says it should, after an insert of which nobody knows what came.
 *
 * The engine writes an insert's token to its deduplication log before it puts the part in place. Killed between the two, it takes the
 * repeated insert for a duplicate and the rows are lost, in that table alone and in silence. So after any doubt all tables are compared:
 * raw and the ledger with the batch by offset, each rollup with what feeds it, over the time that the batch touched.
 *
 * Every step compares first and changes only what differs, so that it can be killed at any moment and begun again. The insert itself
 * must never be repeated once mending began: the engine forgets the tokens of parts that mending replaced.
 *
 * `missing` is what the log can no longer give back of the batch. What raw has of it is kept, it is the only copy, and the rollups follow raw.
 */
export async function mendBatch(
  warehouse: Warehouse,
  target: LoadTarget,
  batch: Batch,
  nowMs: number,
  missing: readonly OffsetRange[] = [],
): Promise<readonly string[]> {
  await waitUntilQuiet(warehouse);
  const minutes = [...batch.minutes, ...(await minutesInRaw(warehouse, target, missing))];
  if (minutes.length === 0) return [];
  const time = touchedMinutes(minutes);
  const mended = await untilNothingDiffers(target, async () => [
    ...(await mendRows(warehouse, target, batch)),
    ...(await mendRollups(warehouse, target, time, nowMs)),
  ]);
  if (mended.length > 0) await dropScratchTables(warehouse, [target]);
  return mended;
}

/** Raw and the ledger only: a batch's rows as the log has them. */
export async function mendRows(warehouse: Warehouse, target: LoadTarget, batch: Batch): Promise<readonly string[]> {
  if (batch.ranges.length === 0) return [];
  const queue = new ScratchQueue(warehouse, target, batch);
  return [
    ...((await mendRaw(warehouse, target, batch, queue)) ? [target.rawTable] : []),
    ...((await mendLedger(warehouse, target, batch, queue)) ? [LEDGER_TABLE] : []),
  ];
}

/** The first round changes, the second finds nothing left to change; a third for what the engine finished meanwhile by itself. */
const ROUNDS_MAX = 3;

/** The tables in which something had to be changed. */
export async function untilNothingDiffers(
  target: LoadTarget,
  mendOnce: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const mended = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const changed = await mendOnce();
    if (changed.length === 0) return [...mended];
    for (const table of changed) mended.add(table);
  }
  throw new LakegateError({
    code: 'INTERNAL',
    message: 'expected the tables to equal the log after mending',
    facts: { topic: target.topic, tables: [...mended].join(', ') },
    retryable: true,
  });
}

/**
 * The same for what was loaded lately, after the machine lost its power: parts may be gone that were not yet on the disk. If raw and the
 * ledger count what they should, only the rollups are compared; else everything in the spans, batch by batch.
 */
export async function mendSpans(
  context: SpanContext,
  target: LoadTarget,
  spans: TouchedSpans,
): Promise<readonly string[]> {
  await waitUntilQuiet(context.warehouse);
  const hours = new Set(spans.hours);
  const mended = await untilNothingDiffers(target, async () => {
    const rows = (await countsAsExpected(context.warehouse, target, spans))
      ? []
      : await mendBatches(context, target, spans, hours);
    const rollups =
      hours.size === 0 ? [] : await mendRollups(context.warehouse, target, touchedHours([...hours]), context.nowMs);
    return [...rows, ...rollups];
  });
  if (mended.length > 0) await dropScratchTables(context.warehouse, [target]);
  return mended;
}

export interface SpanContext {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly limits: BatchLimits;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

interface TouchedSpans {
  readonly spans: readonly PartitionSpan[];
  /** Hours of event time that are known to be touched. */
  readonly hours: readonly number[];
  readonly leftOut: readonly RecordPlace[];
}

/** Reads the spans again as batches, mends each, and adds the hours that they touch. */
async function mendBatches(
  context: SpanContext,
  target: LoadTarget,
  { spans, leftOut }: TouchedSpans,
  hours: Set<number>,
): Promise<readonly string[]> {
  const { log, warehouse, limits, signal } = context;
  const mended: string[] = [];
  let left = spans;
  for (;;) {
    const batch = await cutBatch(log, target.topic, left, limits, signal, leftOut);
    if (batch === null) return mended;
    for (const minute of batch.minutes) hours.add(Math.floor(minute / 60));
    mended.push(...(await mendRows(warehouse, target, batch)));
    left = left.map((span) => {
      const done = batch.ranges.find((range) => range.partition === span.partition);
      return done === undefined ? span : { ...span, from: done.last + 1n };
    });
  }
}

/** Without a look at single offsets: as many rows as there are offsets, and their sum. */
async function countsAsExpected(warehouse: Warehouse, target: LoadTarget, { spans }: TouchedSpans): Promise<boolean> {
  const ranges = spans
    .filter(({ from, next }) => next > from)
    .map(({ partition, from, next }) => ({ partition, first: from, last: next - 1n }));
  if (ranges.length === 0) return true;
  const { rows } = await warehouse.query<{ rows: string; offsets: string; ledgerRows: string }>(
    `SELECT count() AS rows, sum(toUInt128(_offset)) AS offsets,
       (SELECT sum(rows) FROM ${DATABASE}.${LEDGER_TABLE} WHERE ${aboutRanges(target.topic, ranges)}) AS ledgerRows
     FROM ${DATABASE}.${target.rawTable} WHERE ${withinRanges(ranges)}`,
    { pool: 'load' },
  );
  const count = ranges.reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
  const offsets = ranges.reduce((sum, { first, last }) => sum + ((first + last) * (last - first + 1n)) / 2n, 0n);
  const [there] = rows;
  return there?.rows === `${count}` && there.offsets === `${offsets}` && there.ledgerRows === `${count}`;
}
