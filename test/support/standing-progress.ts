import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';
import type { Progress } from '../../src/warehouse/progress.ts';

/** Progress of tables that a test fills by itself: nothing is ever loading. */
export function standingProgress(...topics: readonly string[]): Progress {
  const made = topics.map((topic): [string, TopicProgress] => [
    topic,
    { gate: new TableGate(1000), offsets: new Map([[0, 0n]]), watermarkMs: null, watchers: 0, waitedForSinceMs: null },
  ]);
  return new LoaderProgress(new Map(made), {
    clock: { nowMs: () => Date.now() },
    isWarehouseUp: () => true,
    onDemand: () => {},
  });
}
