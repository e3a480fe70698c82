import type { GraphQLResolveInfo } from 'graphql';
import { answerMetrics, isFinal, type MetricsRow } from '../analytics/answer-metrics.ts';
import { type MetricsArguments, measureNamed, readMetricsQuestion } from '../analytics/metrics-question.ts';
import type { ReadSources } from '../analytics/read-through.ts';
import { ratePer, relativeChange } from '../analytics/row-figures.ts';
import type { KindModel } from '../model/event-model.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import type { Version } from '../model/version.ts';
import type { Clock } from '../platform/clock.ts';
import { asOf } from './as-of.ts';
import type { AskContext } from './ask-context.ts';
import { waitForAtLeast } from './at-least.ts';
import { metricsSelection } from './metrics-selection.ts';
import { requestNowMs } from './request-now.ts';
import { selectedFields } from './selected-fields.ts';

/** What all questions are answered from; outlives every request. */
export interface AskSources extends ReadSources {
  readonly clock: Clock;
  /** How long `atLeast` waits before NOT_YET_VISIBLE. */
  readonly waitDeadlineMs: number;
}

type MetricsFieldArguments = MetricsArguments & { readonly atLeast?: string | null };

/** `transactionMetrics`, and the same field of every kind. */
export function metricsResolver(kind: KindModel, sources: AskSources) {
  return async (_source: unknown, args: MetricsFieldArguments, context: AskContext, info: GraphQLResolveInfo) => {
    const selection = metricsSelection(kind, selectedFields(info), args);
    const asked = { tenant: context.tenant, nowMs: requestNowMs(context, sources.clock) };
    const question = readMetricsQuestion(kind, args, selection, asked);
    await waitForAtLeast(args.atLeast, sources.progress, sources.waitDeadlineMs);
    const { answer, version, outcome } = await answerMetrics(question, sources);
    context.cacheOutcomes.push(outcome);
    return {
      ...answer,
      rows: answer.rows.map((row) => rowShape(kind, row, version)),
      asOf: asOf(kind, version, answer.tables),
      explain: { ...answer.explain, sql: null },
    };
  };
}

function rowShape(kind: KindModel, row: MetricsRow, version: Version) {
  const { measures, previous } = row;
  return {
    id: row.id,
    start: dateTimeText(BigInt(row.startUs)),
    end: dateTimeText(BigInt(row.endUs)),
    final: isFinal(row.endUs, kind, version),
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
