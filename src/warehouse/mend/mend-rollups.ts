import { startOfGrain } from '../../model/tables/tables.ts';
import type { LoadTarget, RollupTarget } from '../load/load-target.ts';
import { inBucketsOf, notBefore, type TouchedTime, withinTime } from '../load/touched-time.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { EVERY_ROW, takeOut } from './mend-raw.ts';
import { makeScratch, viewSelect } from './scratch-tables.ts';

/**
 * Every rollup says of the touched time what feeds it says: the finest what raw says, each coarser one what the finer one says, which was
 * compared just before. Gives back the tables that had to be changed.
 *
 * Counts are compared for each tenant and bucket, and with them all is: a part appears whole or not at all, and of a batch there is one
 * part in a partition of a table, so that a table that lacks or doubles anything of it lacks or doubles its counts.
 */
export async function mendRollups(
  warehouse: Warehouse,
  target: LoadTarget,
  time: TouchedTime,
  nowMs: number,
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const rollup of target.rollups) {
    const comparable = notBefore(inBucketsOf(rollup.grain, time), oldestKeptSeconds(target, rollup, nowMs));
    if (comparable === null) continue;
    const different = await unitsThatDiffer(warehouse, target, rollup, comparable);
    if (different === null) continue;
    await rebuild(warehouse, target, rollup, different);
    changed.push(rollup.table);
  }
  return changed;
}

const HOUR_MS = 3_600_000;

/** Rows near the age at which the engine lets them go may be there on one side only: those are not compared. */
function oldestKeptSeconds(target: LoadTarget, rollup: RollupTarget, nowMs: number): number {
  const lengths = [rollup.keptMs, rollup.source === null ? target.rawKeptMs : null].filter((kept) => kept !== null);
  return lengths.length === 0 ? Number.NEGATIVE_INFINITY : (nowMs - Math.min(...lengths) + HOUR_MS) / 1000;
}

async function unitsThatDiffer(
  warehouse: Warehouse,
  target: LoadTarget,
  rollup: RollupTarget,
  time: TouchedTime,
): Promise<TouchedTime | null> {
  const { rows } = await warehouse.query<{ unit: string }>(
    `SELECT DISTINCT toUnixTimestamp(${startOfGrain(time.unit, 'start')}) AS unit FROM (
       SELECT _tenant, start, sum(count) AS events, sum(lateCount) AS late
       FROM ${DATABASE}.${rollup.table} WHERE ${withinTime(time, 'start')} GROUP BY _tenant, start
       UNION ALL
       ${countsThatShouldBe(target, rollup, time)}
     )
     GROUP BY _tenant, start
     HAVING count() != 2 OR min(events) != max(events) OR min(late) != max(late)
     ORDER BY unit`,
    { pool: 'load' },
  );
  return rows.length === 0 ? null : { unit: time.unit, startsSeconds: rows.map(({ unit }) => Number(unit)) };
}

function countsThatShouldBe(target: LoadTarget, rollup: RollupTarget, time: TouchedTime): string {
  if (rollup.source === null) {
    const column = `\`${target.timeColumn}\``;
    return `SELECT _tenant, ${startOfGrain(rollup.grain, column)} AS start, count() AS events, countIf(_late) AS late
       FROM ${DATABASE}.${target.rawTable} WHERE ${withinTime(time, column)} GROUP BY _tenant, start`;
  }
  return `SELECT _tenant, ${startOfGrain(rollup.grain, 't.start')} AS start, sum(t.count) AS events, sum(t.lateCount) AS late
       FROM ${DATABASE}.${rollup.source} AS t WHERE ${withinTime(time, 't.start')} GROUP BY _tenant, start`;
}

/**
 * Makes the rows of this time anew. They are put in as finished parts, because inserted rows would run through the views behind the table.
 * Between taking out and putting in the rows are missing: the topic's tables are held against reads until mending is done.
 */
async function rebuild(
  warehouse: Warehouse,
  target: LoadTarget,
  rollup: RollupTarget,
  time: TouchedTime,
): Promise<void> {
  const scratch = await makeScratch(warehouse, rollup.table, null);
  const select = await selectAnew(warehouse, target, rollup, time);
  await warehouse.command(`INSERT INTO ${DATABASE}.${scratch} ${select}`, { pool: 'load', settings: EVERY_ROW });
  await takeOut(warehouse, rollup.table, withinTime(time, 'start'));
  const { rows } = await warehouse.query<{ partition: string }>(
    `SELECT DISTINCT _partition_id AS partition FROM ${DATABASE}.${scratch}`,
    { pool: 'load' },
  );
  for (const { partition } of rows) {
    await warehouse.command(
      `ALTER TABLE ${DATABASE}.${rollup.table} ATTACH PARTITION ID '${partition}' FROM ${DATABASE}.${scratch}`,
      { pool: 'load' },
    );
  }
}

async function selectAnew(
  warehouse: Warehouse,
  target: LoadTarget,
  rollup: RollupTarget,
  time: TouchedTime,
): Promise<string> {
  if (rollup.source === null) return rollup.fromRaw(withinTime(time, `\`${target.timeColumn}\``));
  const rows = `(SELECT * FROM ${DATABASE}.${rollup.source} WHERE ${withinTime(time, 'start')})`;
  return viewSelect(warehouse, rollup.view, rollup.source, rows);
}
