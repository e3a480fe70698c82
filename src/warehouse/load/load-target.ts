import type { Grain, KindModel } from '../../model/event-model.ts';
import { REJECTED_TOPIC } from '../../model/record-format.ts';
import { queueTable, type RollupTable, rawTable, rollupFromRaw, rollupTables } from '../../model/tables/tables.ts';

/**
 * Where the records of one topic go: the queue table that takes them, and every table that a view fills from it. What the loader and
 * the mending need to know of a kind, and nothing else.
 */
export interface LoadTarget {
  readonly topic: string;
  readonly queueTable: string;
  readonly rawTable: string;
  /** The column of raw that holds event time. */
  readonly timeColumn: string;
  /** The views off the queue table that fill raw and the ledger. */
  readonly rawView: string;
  readonly ledgerView: string;
  /** Raw rows older than this are let go by the engine. Null: kept for ever. */
  readonly rawKeptMs: number | null;
  /** Each rollup from fine to coarse, so that a source stands before what it feeds. */
  readonly rollups: readonly RollupTarget[];
}

export interface RollupTarget {
  readonly table: string;
  readonly grain: Grain;
  readonly view: string;
  /** The finer rollup that feeds it and keeps its rows as long; null where raw is what it must equal. */
  readonly source: string | null;
  /** Rows older than this are let go by the engine. Null: kept for ever. */
  readonly keptMs: number | null;
  readonly fromRaw: (where: string) => string;
}

const HOUR_MS = 3_600_000;

/** `TTL start + INTERVAL 6 HOUR` of tables with a row a second. */
const SECONDS_KEPT_MS = 6 * HOUR_MS;

export function loadTarget(kind: KindModel): LoadTarget {
  return {
    topic: kind.plural,
    queueTable: queueTable(kind),
    rawTable: rawTable(kind),
    timeColumn: kind.timeField,
    rawView: `${rawTable(kind)}_mv`,
    ledgerView: `${kind.plural}_ledger_mv`,
    rawKeptMs: kind.keepRaw === null ? null : durationMs(kind.keepRaw),
    rollups: rollupTables(kind).map((table) => rollupTarget(kind, table)),
  };
}

/** Everything refused, as clickhouse/ declares it by hand: no rollups. */
export function rejectedTarget(): LoadTarget {
  return {
    topic: REJECTED_TOPIC,
    queueTable: `${REJECTED_TOPIC}_queue`,
    rawTable: REJECTED_TOPIC,
    timeColumn: 'at',
    rawView: `${REJECTED_TOPIC}_mv`,
    ledgerView: `${REJECTED_TOPIC}_ledger_mv`,
    rawKeptMs: null,
    rollups: [],
  };
}

function rollupTarget(kind: KindModel, table: RollupTable): RollupTarget {
  const sourceIsShortLived = table.source?.endsWith('_1s') === true;
  return {
    table: table.table,
    grain: table.grain,
    view: `${table.table}_mv`,
    source: sourceIsShortLived ? null : table.source,
    keptMs: table.grain === '1s' ? SECONDS_KEPT_MS : null,
    fromRaw: (where) => rollupFromRaw(kind, table, where),
  };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 7 * 24 * HOUR_MS,
  // Calendar units at their shortest: what may be gone counts as gone.
  mo: 28 * 24 * HOUR_MS,
  q: 90 * 24 * HOUR_MS,
  y: 365 * 24 * HOUR_MS,
};

function durationMs(duration: string): number {
  const [, amount, unit] = /^(\d+)(s|mo|m|h|d|w|q|y)$/.exec(duration) ?? [];
  return Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
}
