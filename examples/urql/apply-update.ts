/** One window of one group. */
export interface MetricsRow {
  readonly id: string;
  readonly currency: string;
  readonly count: number;
  readonly revenue: string;
}

/** A message of a live question. */
export interface MetricsUpdate {
  readonly type: 'SNAPSHOT' | 'PATCH';
  /** Where to go on after this message. */
  readonly cursor: string;
  readonly rows: readonly MetricsRow[];
  readonly removed: readonly string[];
}

/** The whole rule: a snapshot is everything; a patch takes away what it names and brings the rows that changed. */
export function applyUpdate(
  before: ReadonlyMap<string, MetricsRow>,
  { type, rows, removed }: MetricsUpdate,
): ReadonlyMap<string, MetricsRow> {
  const after = new Map(type === 'SNAPSHOT' ? [] : before);
  for (const id of removed) after.delete(id);
  for (const row of rows) after.set(row.id, row);
  return after;
}
