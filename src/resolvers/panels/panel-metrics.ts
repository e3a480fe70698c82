import { type AnsweredMetrics, answerMetrics, type MetricsRow } from '../../analytics/answer-metrics.ts';
import { type MetricsArguments, readMetricsQuestion } from '../../analytics/metrics-question.ts';
import type { KindModel } from '../../model/event-model.ts';
import type { AskContext } from '../ask-context.ts';
import type { AskSources } from '../metrics.ts';
import { requestNowMs } from '../request-now.ts';

export interface PanelQuestion extends MetricsArguments {
  readonly rows?: readonly string[];
  readonly total?: readonly string[];
}

/** A panel is a metrics question that somebody has asked before: it is planned, cached and refused like any other. */
export async function askPanel(
  kind: KindModel,
  { rows, total, ...args }: PanelQuestion,
  context: AskContext,
  sources: AskSources,
): Promise<AnsweredMetrics> {
  const named = (names: readonly string[]) => kind.measures.filter(({ name }) => names.includes(name));
  const select = {
    rows: rows === undefined ? null : { measures: named(rows), shares: [], running: [], late: false },
    total: total === undefined ? null : named(total),
    previous: null,
    rates: true,
  };
  const asked = { tenant: context.tenant, nowMs: requestNowMs(context, sources.clock) };
  const answered = await answerMetrics(readMetricsQuestion(kind, args, select, asked), sources);
  context.cacheOutcomes.push(answered.outcome);
  return answered;
}

export function countOf(row: MetricsRow, measure: string): number {
  return Number(row.measures[measure] ?? 0);
}
