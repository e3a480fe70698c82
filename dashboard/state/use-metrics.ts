import { type MetricsQuestion, metricsSubscription } from '../api/metrics-operation.ts';
import { applyUpdate, type MetricsState, type MetricsUpdate } from '../api/metrics-update.ts';
import { type Live, type Reading, useLive, useLiveOf } from './use-live.ts';

/** A question about a kind, live. Null asks nothing. */
export function useMetrics(question: MetricsQuestion | null): Live<MetricsState> {
  return useLive(question === null ? null : metricsReading(question));
}

/** Several at once, in the order of the questions. */
export function useMetricsOf(questions: readonly MetricsQuestion[]): readonly Live<MetricsState>[] {
  return useLiveOf(questions.map(metricsReading));
}

function metricsReading(question: MetricsQuestion): Reading<{ readonly metrics: MetricsUpdate }, MetricsState> {
  return {
    ...metricsSubscription(question),
    reduce: (before, { metrics }) => applyUpdate(before, metrics),
    cursorOf: ({ metrics }) => metrics.cursor,
  };
}
