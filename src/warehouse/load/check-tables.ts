import { mendSpans, type SpanContext } from '../mend/mend.ts';
import { LEDGER_TABLE } from '../mend/mend-ledger.ts';
import { readTableRows } from '../table-rows.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import type { LoadNote } from './load-note.ts';
import type { LoadTarget } from './load-target.ts';

/**
 * At start: do the tables know what the notes say is loaded? They do unless the machine was started anew meanwhile (parts that were not yet
 * on the disk may be gone) or somebody took the warehouse away. The offsets that are loaded: those of the note, once what was missing
 * is mended; none, if the warehouse is empty and everything is to be loaded again.
 */
export async function checkTables(
  context: Omit<SpanContext, 'nowMs'> & { readonly bootId: string; readonly clock: { nowMs(): number } },
  target: LoadTarget,
  note: LoadNote,
): Promise<CheckedTables> {
  const asNoted = { loaded: note.loaded, mended: [] };
  if (note.loaded.every((offset) => offset < 0n)) return asNoted;
  const known = await lastOffsetsInLedger(context.warehouse, target.topic);
  if (known.size === 0 && (await areEmpty(context.warehouse, target)))
    return { loaded: note.loaded.map(() => -1n), mended: [] };
  const behind = note.loaded.some((offset, partition) => (known.get(partition) ?? -1n) < offset);
  if (!behind && note.bootId === context.bootId) return asNoted;
  const mended = await mendSpans({ ...context, nowMs: context.clock.nowMs() }, target, {
    spans: note.loaded.map((offset, partition) => ({
      partition,
      from: least(note.recent[0]?.from[partition], (known.get(partition) ?? -1n) + 1n),
      next: offset + 1n,
    })),
    hours: [...new Set(note.recent.flatMap((loads) => loads.hours))],
    leftOut: note.leftOut,
  });
  return { loaded: note.loaded, mended };
}

interface CheckedTables {
  /** The note's own, or none. */
  readonly loaded: readonly bigint[];
  readonly mended: readonly string[];
}

/** Not only the ledger: what is left in any other table must not be loaded a second time. */
export async function areEmpty(warehouse: Warehouse, target: LoadTarget): Promise<boolean> {
  const rows = await readTableRows(warehouse);
  return [target.rawTable, ...target.rollups.map(({ table }) => table)].every((table) => (rows.get(table) ?? 0) === 0);
}

async function lastOffsetsInLedger(warehouse: Warehouse, topic: string): Promise<ReadonlyMap<number, bigint>> {
  const { rows } = await warehouse.query<{ partition: number; last: string }>(
    `SELECT _partition AS partition, max(lastOffset) AS last FROM ${DATABASE}.${LEDGER_TABLE}
     WHERE topic = {topic:String} GROUP BY _partition`,
    { params: { topic }, pool: 'load' },
  );
  return new Map(rows.map(({ partition, last }) => [Number(partition), BigInt(last)]));
}

function least(a: bigint | undefined, b: bigint): bigint {
  return a === undefined || b < a ? b : a;
}
