import type { GraphQLResolveInfo } from 'graphql';
import {
  type AnsweredMetrics,
  answerMetrics,
  type OlderMetrics,
  olderMetrics,
} from '../analytics/metrics/answer-metrics.ts';
import {
  type MetricsArguments,
  type MetricsQuestion,
  readMetricsQuestion,
} from '../analytics/metrics/metrics-question.ts';
import type { ReadSources } from '../analytics/read-through.ts';
import { readMaxAge } from '../analytics/recent-answers.ts';
import type { KindModel } from '../model/event-model.ts';
import { decodeVersion } from '../model/version.ts';
import type { Clock } from '../platform/clock.ts';
import { asOf } from './as-of.ts';
import type { AskContext } from './ask-context.ts';
import { waitForAtLeast } from './at-least.ts';
import { metricsRow } from './metrics-row.ts';
import { metricsSelection } from './metrics-selection.ts';
import { operationScan } from './operation-scan.ts';
import { requestNowMs } from './request-now.ts';
import { requestSources } from './request-sources.ts';
import { saidRange } from './said-range.ts';
import { selectedFields } from './selected-fields.ts';

/** What all questions are answered from; outlives every request. */
export interface AskSources extends ReadSources {
  readonly clock: Clock;
  /** How long `atLeast` waits before NOT_YET_VISIBLE. */
  readonly waitDeadlineMs: number;
}

type MetricsFieldArguments = MetricsArguments & {
  readonly atLeast?: string | null | undefined;
  readonly maxAge?: string | null | undefined;
};

/** `transactionMetrics`, and the same field of every kind. */
export function metricsResolver(kind: KindModel, sources: AskSources) {
  return async (_source: unknown, args: MetricsFieldArguments, context: AskContext, info: GraphQLResolveInfo) => {
    const selection = metricsSelection(kind, selectedFields(info), args);
    const asked = { tenant: context.tenant, nowMs: requestNowMs(context, sources.clock, saidRange(args)) };
    const question = readMetricsQuestion(kind, args, selection, asked);
    const { answer, version } =
      (await olderAnswer(question, args, context, sources)) ?? (await answerOfNow(question, args, context, sources));
    return {
      ...answer,
      rows: answer.rows.map((row) => metricsRow(kind, row, version, context)),
      asOf: asOf(context, kind, version, answer.tables),
      explain: { ...answer.explain, sql: null },
    };
  };
}

/** Only where the caller would take it. Nothing that it stood on need be so still: no whole answer is kept with it. */
async function olderAnswer(
  question: MetricsQuestion,
  { range, maxAge, atLeast }: MetricsFieldArguments,
  context: AskContext,
  sources: AskSources,
): Promise<OlderMetrics | null> {
  if (maxAge == null) return null;
  const age = { maxAgeMs: readMaxAge(maxAge), atLeast: atLeast == null ? null : decodeVersion(atLeast) };
  const older = await olderMetrics(question, { said: range, age }, sources);
  if (older !== null) context.reads.unrecorded('hit');
  return older;
}

async function answerOfNow(
  question: MetricsQuestion,
  { range, atLeast }: MetricsFieldArguments,
  context: AskContext,
  sources: AskSources,
): Promise<AnsweredMetrics> {
  await waitForAtLeast(atLeast, sources.progress, sources.waitDeadlineMs);
  const scan = operationScan(context, sources.warehouse);
  const answered = await answerMetrics(question, requestSources(sources, context), { scan, said: range });
  context.reads.read(answered);
  return answered;
}
