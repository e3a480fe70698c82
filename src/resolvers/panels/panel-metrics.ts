import { type AnsweredMetrics, answerMetrics } from '../../analytics/metrics/answer-metrics.ts';
import { type MetricsArguments, readMetricsQuestion } from '../../analytics/metrics/metrics-question.ts';
import type { MetricsRow } from '../../analytics/metrics/scan-metrics.ts';
import type { KindModel } from '../../model/event-model.ts';
import type { AskContext } from '../ask-context.ts';
import type { AskSources } from '../metrics.ts';
import { operationScan } from '../operation-scan.ts';
import { requestNowMs } from '../request-now.ts';
import { requestSources } from '../request-sources.ts';
import { saidRange } from '../said-range.ts';

interface PanelQuestion extends MetricsArguments {
  readonly rows?: readonly string[];
  readonly total?: readonly string[];
  /** When the first and the last event were. */
  readonly times?: boolean;
}

/** A panel is a metrics question that somebody has asked before: it is planned, cached and refused like any other. */
export async function askPanel(
  kind: KindModel,
  { rows, total, times = false, ...args }: PanelQuestion,
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
  const asked = { tenant: context.tenant, nowMs: requestNowMs(context, sources.clock, saidRange(args)) };
  const question = readMetricsQuestion(kind, args, select, asked);
  const scan = operationScan(context, sources.warehouse);
  const answered = await answerMetrics(question, requestSources(sources, context), { scan, times });
  context.reads.read(answered);
  return answered;
}

export function countOf(row: MetricsRow, measure: string): number {
  return Number(row.measures[measure] ?? 0);
}
