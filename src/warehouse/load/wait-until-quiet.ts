import { LakegateError } from '../../platform/errors.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';

/** An insert takes a second, a rebuild some; what runs longer is looked at by people. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;

/**
 * Waits until nothing writes to our tables any more. A connection can break while the engine goes on with what was asked of it: whoever
 * looked at the tables before it is done would mend what is about to come true.
 */
export async function waitUntilQuiet(warehouse: Warehouse): Promise<void> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const writing = await writersNow(warehouse);
    if (writing === 0) return;
    if (performance.now() > giveUpAtMs) throw stillWriting(writing);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/**
 * Statements that write, and changes of parts (mutations) that the engine took up again after it was killed. Others may use the same server: ours
 * name our database, every one of them, because none is ever selected.
 */
async function writersNow(warehouse: Warehouse): Promise<number> {
  const { rows } = await warehouse.query<{ writing: string }>(
    `SELECT
       (SELECT count() FROM system.processes
        WHERE query_kind IN ('Insert', 'AsyncInsertFlush', 'Alter', 'Create', 'Drop') AND position(query, {database:String}) > 0)
     + (SELECT count() FROM system.mutations WHERE database = {database:String} AND NOT is_done) AS writing`,
    { params: { database: DATABASE }, pool: 'load' },
  );
  return Number(rows[0]?.writing ?? 0);
}

function stillWriting(writing: number): LakegateError {
  return new LakegateError({
    code: 'OVERLOADED',
    message: 'expected the warehouse to finish what it was writing',
    facts: { writing, patienceMs: PATIENCE_MS },
    retryable: true,
  });
}
