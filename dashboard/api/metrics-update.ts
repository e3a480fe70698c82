/** One cell of a row: decimals and times are text. */
export type Cell = string | number | boolean | null;

/** One window of one group, with the measures that were asked for by name. */
export interface MetricsRow {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly final: boolean;
  readonly revision: number;
  readonly lateCount: number;
  readonly others: boolean;
  readonly [dimensionOrMeasure: string]: Cell;
}

export interface MetricsUpdate {
  readonly type: 'SNAPSHOT' | 'PATCH';
  readonly cursor: string;
  readonly rows: readonly MetricsRow[];
  readonly removed: readonly string[];
  readonly total: Readonly<Record<string, Cell>>;
  readonly asOf: { readonly watermark: string | null; readonly tables: readonly string[] };
}

/** An answer as it stands after the updates so far. */
export interface MetricsState extends Pick<MetricsUpdate, 'cursor' | 'total' | 'asOf'> {
  readonly rows: ReadonlyMap<string, MetricsRow>;
  /** What the last update corrected after it had been final. */
  readonly corrections: readonly Correction[];
}

/** Late events that came to a window which was final. */
export interface Correction {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly late: number;
}

/** A snapshot replaces everything; a patch replaces the rows that it has and drops those that it names. */
export function applyUpdate(before: MetricsState | null, update: MetricsUpdate): MetricsState {
  const { type, cursor, total, asOf } = update;
  if (type === 'SNAPSHOT' || before === null) {
    return { rows: byId(update.rows), cursor, total, asOf, corrections: [] };
  }
  const rows = new Map(before.rows);
  for (const id of update.removed) rows.delete(id);
  for (const row of update.rows) rows.set(row.id, row);
  return { rows, cursor, total, asOf, corrections: correctionsIn(update.rows, before.rows) };
}

function byId(rows: readonly MetricsRow[]): ReadonlyMap<string, MetricsRow> {
  return new Map(rows.map((row) => [row.id, row]));
}

function correctionsIn(changed: readonly MetricsRow[], before: MetricsState['rows']): readonly Correction[] {
  return changed.flatMap(({ id, start, end, lateCount }) => {
    const was = before.get(id);
    const late = lateCount - (was?.lateCount ?? 0);
    return was?.final === true && late > 0 ? [{ id, start, end, late }] : [];
  });
}

/** Those of several answers, one a window. */
export function addedUp(corrections: readonly Correction[]): readonly Correction[] {
  const byStart = new Map<string, Correction>();
  for (const each of corrections) {
    const known = byStart.get(each.start);
    byStart.set(each.start, known === undefined ? each : { ...known, late: known.late + each.late });
  }
  return [...byStart.values()];
}

export function textCell(row: MetricsRow, name: string): string | null {
  const cell = row[name] ?? null;
  return cell === null ? null : String(cell);
}
