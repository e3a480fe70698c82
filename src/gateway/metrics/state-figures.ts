import { Counter, Gauge, type Registry } from 'prom-client';
import type { LogHealth } from '../../log/log.ts';
import type { WarehouseState } from '../../warehouse/warehouse.ts';

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
  new Gauge({
    name: 'lakegate_log_up',
    help: '1 while the log takes records, 0 while it is read-only or cannot be reached.',
    registers: [registry],
    collect() {
      this.set(logHealth().state === 'ok' ? 1 : 0);
    },
  });
  new Counter({
    name: 'lakegate_fenced_commits_total',
    help: 'Commits that were refused because another member owned the partition by then; nothing of them was visible.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(fencedCommits());
    },
  });
  new Counter({
    name: 'lakegate_skipped_records_total',
    help: 'Records that expired before they were judged: how long they are kept was not enough.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(skippedRecords());
    },
  });
  if (warehouseState === null) return;
  new Gauge({
    name: 'lakegate_warehouse_up',
    help: '1 while ClickHouse answers.',
    registers: [registry],
    collect() {
      this.set(warehouseState().state === 'up' ? 1 : 0);
    },
  });
}
