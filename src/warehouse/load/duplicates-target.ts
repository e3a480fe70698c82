import type { LoadTarget } from './load-target.ts';

/** Which ids were seen again, as clickhouse/003_duplicates.sql declares it by hand: no rollups. */
export function duplicatesTarget(): LoadTarget {
  return {
    topic: 'duplicates',
    queueTable: 'duplicates_queue',
    rawTable: 'duplicates',
    timeColumn: 'at',
    rawView: 'duplicates_mv',
    ledgerView: 'duplicates_ledger_mv',
    rawKeptMs: null,
    rollups: [],
  };
}
