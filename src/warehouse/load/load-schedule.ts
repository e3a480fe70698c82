/** How soon what is in the log gets into the warehouse. Pure: what is wanted of each topic in, which one to load next and when out. */
export interface Cadence {
  /**
   * From the start of a topic's last load to the next where nobody waits or watches. Every load makes a part a table, and parts must be
   * merged: at half a second, four kinds at 2,000 events/s cost half a core, at 200 ms more than one.
   */
  readonly restMs: number;
  /** The same where somebody watches. */
  readonly watchedMs: number;
  /** From the first who waits to the load, so that those who come right after share it. */
  readonly collectMs: number;
}

export const CADENCE: Cadence = { restMs: 500, watchedMs: 100, collectMs: 5 };

export interface Demand {
  /** There may be records in the log that are not loaded, or work left from before. */
  readonly pending: boolean;
  /** The last batch was full: more than one batch is waiting. */
  readonly backlog: boolean;
  readonly watched: boolean;
  /** Since when somebody waits; null if nobody does. */
  readonly waitedForSinceMs: number | null;
  readonly lastStartedAtMs: number;
  /** Not before this, after a failure. */
  readonly notBeforeMs: number;
}

/** Whoever waits goes first, but a topic that was due this long before still comes before it: nobody is starved. */
const WAITING_HEAD_START_MS = 1000;
const WATCHED_HEAD_START_MS = 250;

/** When the topic should be loaded; null while there is nothing to load. */
export function dueAtMs(demand: Demand, cadence: Cadence): number | null {
  if (!demand.pending) return null;
  return Math.max(demand.notBeforeMs, wantedAtMs(demand, cadence));
}

/** The topic to load next and when. When several are due: who waits, then who watches, then who has been due the longest. */
export function nextToLoad(
  demands: readonly Demand[],
  cadence: Cadence,
  nowMs: number,
): { readonly index: number; readonly atMs: number } | null {
  let best: { index: number; atMs: number; rank: number } | null = null;
  for (const [index, demand] of demands.entries()) {
    const dueMs = dueAtMs(demand, cadence);
    if (dueMs === null) continue;
    const due = dueMs <= nowMs;
    const rank = due ? dueMs - headStartMs(demand) - FAR_MS : dueMs;
    if (best === null || rank < best.rank) best = { index, atMs: dueMs, rank };
  }
  return best === null ? null : { index: best.index, atMs: best.atMs };
}

/** More than any wall-clock time: those that are due come before those that are not. */
const FAR_MS = 1e15;

function wantedAtMs(demand: Demand, cadence: Cadence): number {
  if (demand.backlog) return demand.lastStartedAtMs;
  const restMs = demand.watched ? cadence.watchedMs : cadence.restMs;
  const regularMs = demand.lastStartedAtMs + restMs;
  if (demand.waitedForSinceMs === null) return regularMs;
  return Math.min(regularMs, demand.waitedForSinceMs + cadence.collectMs);
}

function headStartMs(demand: Demand): number {
  if (demand.waitedForSinceMs !== null) return WAITING_HEAD_START_MS;
  return demand.watched ? WATCHED_HEAD_START_MS : 0;
}
