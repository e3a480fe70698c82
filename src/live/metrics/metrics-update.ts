import type { Measures, MetricsRow } from '../../analytics/metrics/scan-metrics.ts';
import type { Version } from '../../model/version.ts';

/**
 * What a reader of a live question gets. A snapshot is everything. A patch brings the rows that changed since the reader's last message, the ids
 * of those that are gone, and the total as it is. Either way the reader then has the answer as of `version`, all of it.
 */
export interface MetricsUpdate {
  readonly type: 'SNAPSHOT' | 'PATCH';
  /** Where the reader is behind this message. */
  readonly cursor: string;
  readonly rows: readonly MetricsRow[];
  readonly removed: readonly string[];
  readonly total: Measures;
  /** What the answer stands on, and the watermark by which its windows are final. */
  readonly version: Version;
  readonly tables: readonly string[];
}
