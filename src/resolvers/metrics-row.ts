import { measureNamed } from '../analytics/metrics-question.ts';
import { ratePer, relativeChange } from '../analytics/row-figures.ts';
import type { MetricsRow } from '../analytics/scan-metrics.ts';
import type { KindModel } from '../model/event-model.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import type { Version } from '../model/version.ts';
import type { AskContext } from './ask-context.ts';
import { final } from './final.ts';

/** A row as GraphQL has it, the same in an answer and in an update. */
export function metricsRow(kind: KindModel, row: MetricsRow, version: Version, context: Pick<AskContext, 'reads'>) {
  const { measures, previous } = row;
  return {
    id: row.id,
    start: dateTimeText(row.startUs),
    end: dateTimeText(row.endUs),
    final: final(context, kind, version, row.endUs),
    // Every late event is a revision of the windows it falls into, whichever load brought it.
    revision: row.lateCount,
    lateCount: row.lateCount,
    others: row.others,
    ...row.group,
    ...measures,
    rate: ({ of, per }: { of: string; per: string }) => ratePer(measures[measureNamed(kind, of).name], row, per),
    share: ({ of }: { of: string }) => row.shares[measureNamed(kind, of).name],
    running: ({ of }: { of: string }) => row.running[measureNamed(kind, of).name],
    previous,
    change: ({ of }: { of: string }) => {
      const { name } = measureNamed(kind, of);
      return previous === null ? null : relativeChange(measures[name], previous[name]);
    },
  };
}
