import type { Log } from '../../log/log.ts';
import { countedSpan, RecordCounts } from '../ledger-span.ts';
import { type Batch, type BatchLimits, cutBatch, type PartitionSpan } from '../load/batch.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { touchedHours, withinTime } from '../load/touched-time.ts';
import { findUnloadable, isDataError } from '../load/unloadable.ts';
import { mendRows, untilNothingDiffers } from '../mend/mend.ts';
import { aboutRanges, LEDGER_TABLE } from '../mend/mend-ledger.ts';
import { withinRanges } from '../mend/mend-raw.ts';
import { mendRollups } from '../mend/mend-rollups.ts';
import { dropScratchTables } from '../mend/scratch-tables.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import type { DoubtfulSpans } from './doubtful-spans.ts';

/**
 * Makes every table of a topic hold exactly what the log says, from the first span in doubt to the last. Its queue table must be closed. Gives
 * back the tables in which something had to be changed.
 *
 * What was loaded is compared by counts first, and only where these differ record by record. What may have been in flight is put in whole: when
 * this is done every record before the end of it is in every table once, and the queue table goes on behind it. No insert that an engine left
 * unfinished is ever repeated after that, which is what makes it safe to change the parts it wrote.
 */
export async function verifyTopic(
  context: VerifyContext,
  target: LoadTarget,
  spans: DoubtfulSpans,
): Promise<readonly string[]> {
  const hours = new Set(spans.hours);
  const mended = await untilNothingDiffers(target, async () => {
    const loaded = (await isAsCounted(context, target, spans.loaded, hours))
      ? []
      : await mendSpan(context, target, spans.loaded, hours);
    const inFlight = await mendSpan(context, target, spans.inFlight, hours);
    const time = hours.size === 0 ? null : touchedHours([...hours]);
    const rollups = time === null ? [] : await mendRollups(context.warehouse, target, time, context.nowMs);
    return [...loaded, ...inFlight, ...rollups];
  });
  if (mended.length > 0) await dropScratchTables(context.warehouse, [target]);
  return mended;
}

interface VerifyContext {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly limits: BatchLimits;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Batch by batch, as the log has them; adds the hours that they touch. */
async function mendSpan(
  context: VerifyContext,
  target: LoadTarget,
  spans: readonly PartitionSpan[],
  hours: Set<number>,
): Promise<readonly string[]> {
  const mended: string[] = [];
  let left = spans;
  for (;;) {
    const batch = await cutBatch(context.log, target.topic, left, context.limits, context.signal);
    // A read that is told to stop ends early without an error.
    context.signal.throwIfAborted();
    if (batch === null) return mended;
    for (const minute of batch.minutes) hours.add(Math.floor(minute / 60));
    mended.push(...(await mendReadable(context, target, batch)));
    left = left.map((span) => {
      const done = batch.ranges.find((range) => range.partition === span.partition);
      return done === undefined ? span : { ...span, from: done.last + 1n };
    });
  }
}

/** Without the records that the tables can never take: the Kafka engine has put those into `rejected`, or will have. */
async function mendReadable(context: VerifyContext, target: LoadTarget, batch: Batch): Promise<readonly string[]> {
  try {
    return await mendRows(context.warehouse, target, batch);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const unreadable = await findUnloadable(context.warehouse, target, batch);
    if (unreadable.length === 0) throw error;
    const rest = await cutBatch(context.log, target.topic, spansOf(batch), context.limits, context.signal, unreadable);
    return rest === null ? [] : mendRows(context.warehouse, target, rest);
  }
}

function spansOf(batch: Batch): readonly PartitionSpan[] {
  return batch.ranges.map(({ partition, first, last }) => ({ partition, from: first, next: last + 1n }));
}

/**
 * As many rows as the log has records, each offset once, in raw and in the ledger. Raw is asked for the hours that are known, because it does not
 * lie in the order of offsets; a row of another hour is one too few, and then all is looked at.
 */
async function isAsCounted(
  { log, warehouse }: VerifyContext,
  target: LoadTarget,
  spans: readonly PartitionSpan[],
  hours: ReadonlySet<number>,
): Promise<boolean> {
  const ranges = spans
    .filter(({ from, next }) => next > from)
    .map(({ partition, from, next }) => ({ partition, first: from, last: next - 1n }));
  if (ranges.length === 0) return true;
  const records = await countRecords(log, target.topic, spans);
  if (hours.size === 0) return records === 0n;
  const { rows } = await warehouse.query<{ rows: string; offsets: string; ledgerRows: string }>(
    `SELECT count() AS rows, uniqExact(_partition, _offset) AS offsets,
       (SELECT sum(rows) FROM ${DATABASE}.${LEDGER_TABLE} WHERE ${aboutRanges(target.topic, ranges)}) AS ledgerRows
     FROM ${DATABASE}.${target.rawTable}
     WHERE ${withinTime(touchedHours([...hours]), `\`${target.timeColumn}\``)} AND (${withinRanges(ranges)})`,
    { pool: 'load' },
  );
  const [there] = rows;
  return there?.rows === `${records}` && there.offsets === `${records}` && there.ledgerRows === `${records}`;
}

async function countRecords(log: Log, topic: string, spans: readonly PartitionSpan[]): Promise<bigint> {
  const counts = new RecordCounts(log);
  let records = 0n;
  for (const span of spans) {
    const counted = await countedSpan(log, topic, span);
    if (counted === null) {
      records += (await counts.readUpTo(topic, span.partition, span.next)).between(span.from, span.next);
    } else records += counted.sequences.next - counted.sequences.from;
  }
  return records;
}
