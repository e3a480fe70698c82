import type { GraphQLResolveInfo } from 'graphql';
import type { MetricsArguments } from '../../analytics/metrics/metrics-question.ts';
import { OperationReads } from '../../analytics/standing/operation-reads.ts';
import type { MetricsUpdate } from '../../live/metrics/metrics-update.ts';
import { readThrottle } from '../../live/metrics/throttle.ts';
import { readPlace } from '../../live/place.ts';
import type { KindModel } from '../../model/event-model.ts';
import { asOf } from '../as-of.ts';
import type { AskContext } from '../ask-context.ts';
import { metricsRow } from '../metrics-row.ts';
import { metricsSelection } from '../metrics-selection.ts';
import { selectedFields } from '../selected-fields.ts';
import type { LiveServices } from './live-resolvers.ts';

type LiveMetricsArguments = MetricsArguments & {
  readonly after?: string | null | undefined;
  readonly throttle: string;
};

/** `subscription { transactionMetrics }`, and the same field of every kind. */
export function liveMetricsField(kind: KindModel, services: LiveServices) {
  return {
    subscribe(_source: unknown, args: LiveMetricsArguments, { tenant }: AskContext, info: GraphQLResolveInfo) {
      const { after, throttle, ...question } = args;
      const fields = selectedFields(info);
      const place = services.live.metrics.open({
        tenant,
        kind,
        args: question,
        select: metricsSelection(kind, fields, question),
        finals: fields.some(({ name, fields: below }) => name === 'rows' && below().some((of) => of.name === 'final')),
        throttleMs: readThrottle(throttle),
        after: after ?? null,
      });
      return readPlace(place);
    },
    resolve({ version, tables, ...update }: MetricsUpdate) {
      const unread = { reads: new OperationReads() };
      return {
        ...update,
        rows: update.rows.map((row) => metricsRow(kind, row, version, unread)),
        asOf: asOf(unread, kind, version, tables),
      };
    },
  };
}
