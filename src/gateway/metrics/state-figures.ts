import type { Registry } from 'prom-client';
import type { LogHealth } from '../../log/log.ts';
import type { WarehouseState } from '../../warehouse/warehouse.ts';
import { readFigures } from './read-figures.ts';

export interface StateSources {
  readonly logHealth: () => LogHealth;
  /** Null in a process that has no use for it. */
  readonly warehouseState: (() => WarehouseState) | null;
  /** Commits of this process that were refused because another member owns the partition by now. */
  readonly fencedCommits: () => number;
  /** Records that were no longer kept when this process was to judge them. */
  readonly skippedRecords: () => number;
}

/** What this process knows of itself anyway: read when it is asked for. */
export function showState(registry: Registry, sources: StateSources): void {
  const { logHealth, warehouseState, fencedCommits, skippedRecords } = sources;
  const { counter, gauge } = readFigures(registry);
  gauge('lakegate_log_up', '1 while the log takes records, 0 while it is read-only or cannot be reached.', () =>
    logHealth().state === 'ok' ? 1 : 0,
  );
  counter(
    'lakegate_fenced_commits_total',
    'Commits that were refused because another member owned the partition by then; nothing of them was visible.',
    fencedCommits,
  );
  counter(
    'lakegate_skipped_records_total',
    'Records that expired before they were judged: how long they are kept was not enough.',
    skippedRecords,
  );
  if (warehouseState === null) return;
  gauge('lakegate_warehouse_up', '1 while ClickHouse answers.', () => (warehouseState().state === 'up' ? 1 : 0));
}
