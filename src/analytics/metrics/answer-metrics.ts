import type { KindModel } from '../../model/event-model.ts';
import { DISTINCT_RELATIVE_ERROR, QUANTILE_RELATIVE_ERROR } from '../../model/tables/rollup-columns.ts';
import { rawTable } from '../../model/tables/tables.ts';
import type { Version } from '../../model/version.ts';
import type { ReadScope } from '../../warehouse/progress.ts';
import type { Rate } from '../../warehouse/rates.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type ReadSources, type ReadStamp, readThrough } from '../read-through.ts';
import { saidQuestion, type WantedAge } from '../recent-answers.ts';
import type { TimeRangeInput } from '../time/resolve-range.ts';
import { type FirstAndLast, readFirstAndLast } from './first-and-last.ts';
import { type MetricsQuestion, questionText } from './metrics-question.ts';
import { planMetrics, tablesOf } from './plan-metrics.ts';
import {
  type Measures,
  type MetricsRow,
  type Planner,
  type Plans,
  planParts,
  previousRange,
  type Scan,
  warehouseScan,
} from './scan-metrics.ts';
import { segmentedScan } from './segmented-scan.ts';

/** Everything about the answer that the data decides. What the watermark decides (`final`) is not in it and is said when it is read. */
export interface MetricsAnswer {
  readonly rows: readonly MetricsRow[];
  readonly hasMore: boolean;
  readonly total: Measures;
  readonly approximations: readonly { readonly measure: string; readonly relativeError: number }[];
  /** Only if they are asked for: by day, then by currency. */
  readonly rates: readonly Rate[];
  readonly tables: readonly string[];
  readonly explain: MetricsExplain;
  /** Only if they are asked for. */
  readonly times?: FirstAndLast;
}

export interface MetricsExplain {
  readonly table: string;
  readonly reason: string;
  readonly notUsed: readonly { readonly table: string; readonly reason: string }[];
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly segments: number;
  /** How many of them came from the cache. */
  readonly segmentsReused: number;
  readonly advice: string | null;
}

/** Its version is what the numbers were computed from, exactly, and the watermark as of now. */
export interface AnsweredMetrics extends ReadStamp {
  readonly answer: MetricsAnswer;
  readonly outcome: 'hit' | 'miss';
}

export interface MetricsOptions {
  /** How an operation reads from the warehouse. Default: each question by itself. */
  readonly scan?: Scan;
  /** Also when the first and the last event were, in the same read. */
  readonly times?: boolean;
  /** The range in the caller's words, by which whoever takes an older answer finds it. */
  readonly said?: TimeRangeInput;
}

/** An answer that is not of now has no identity of now. */
export type OlderMetrics = Pick<AnsweredMetrics, 'answer' | 'version'>;

/** The answer that this question got lately, as it was then, if the caller would take it and it is still kept. */
export async function olderMetrics(
  question: MetricsQuestion,
  { said, age }: { readonly said: TimeRangeInput; readonly age: WantedAge },
  { cache, recent }: ReadSources,
): Promise<OlderMetrics | null> {
  const place = recent?.find(saidQuestion(question, said), age, question.range.nowUs / 1000) ?? null;
  if (place === null) return null;
  const found = await cache.answers.get(place.entry);
  return found.state === 'kept' ? { answer: JSON.parse(found.text) as MetricsAnswer, version: place.version } : null;
}

/** From the cache if it holds this question for the data there is now, else from the warehouse, from one state of it exactly. */
export async function answerMetrics(
  question: MetricsQuestion,
  sources: ReadSources,
  { scan = warehouseScan(sources.warehouse, planMetrics), said, times = false }: MetricsOptions = {},
): Promise<AnsweredMetrics> {
  const { tenant, kind, convertTo } = question;
  const plans = planParts(question, planMetrics);
  const scope = scopeOf(question, plans, times);
  const text = times ? `with times: ${questionText(question)}` : questionText(question);
  const { value, ...stamp } = await readThrough(
    { tenant, question: text, topics: [kind.plural], scope, ratesTo: convertTo },
    async (reading) => {
      const [scanned, found] = await Promise.all([
        segmentedScan({ question, scope, ...reading }, scan, sources),
        times ? readFirstAndLast(question, reading) : null,
      ]);
      const answer = metricsAnswer(question, plans, scanned);
      return found === null ? answer : { ...answer, times: found };
    },
    sources,
  );
  if (said !== undefined) {
    const { entry, version } = stamp;
    sources.recent?.note(saidQuestion(question, said), { entry, version, rightAtMs: question.range.nowUs / 1000 });
  }
  return { answer: value, ...stamp };
}

/** The answer as the warehouse has it now. Whoever calls makes sure that it stands still meanwhile. */
export async function computeMetrics(
  question: MetricsQuestion,
  warehouse: Warehouse,
  planner: Planner,
): Promise<MetricsAnswer> {
  const scanned = await warehouseScan(warehouse, planner)({ question, part: null, signal: undefined });
  return metricsAnswer(question, planParts(question, planner), { ...scanned, segments: 1, segmentsReused: 0 });
}

/** The watermark has passed its end. That nothing is missing before the watermark is what a version means. */
export function isFinal(endUs: number, kind: KindModel, version: Version): boolean {
  return (version.watermarksMs.get(kind.plural) ?? 0) * 1000 >= endUs;
}

/** What of the tables the question reads. */
function scopeOf(question: MetricsQuestion, plans: Plans, times: boolean): ReadScope {
  const { fromUs, toUs } = question.range;
  const previous = previousRange(question);
  const tables = plans.used.flatMap(({ parts }) => parts.map(({ rollup }) => rollup?.table ?? rawTable(question.kind)));
  return {
    spans: [{ fromUs, toUs }, ...(previous === null ? [] : [{ fromUs: previous.fromUs, toUs: previous.toUs }])],
    tables: [...new Set([...tables, ...(times ? [rawTable(question.kind)] : [])])],
  };
}

function metricsAnswer(
  question: MetricsQuestion,
  plans: Plans,
  { rowsRead, bytesRead, segments, segmentsReused, ...answer }: Awaited<ReturnType<typeof segmentedScan>>,
): MetricsAnswer {
  const { table, reason, notUsed, advice } = plans.rows;
  return {
    ...answer,
    approximations: approximationsOf(question),
    tables: [...new Set(plans.used.flatMap(tablesOf))],
    explain: { table, reason, notUsed, advice, rowsRead, bytesRead, segments, segmentsReused },
  };
}

function approximationsOf(question: MetricsQuestion): MetricsAnswer['approximations'] {
  if (question.exact) return [];
  const { rows, total, previous } = question.select;
  const asked = new Set([...(rows?.measures ?? []), ...(total ?? []), ...(previous ?? [])]);
  return question.kind.measures
    .filter((measure) => measure.approximate && asked.has(measure))
    .map((measure) => ({
      measure: measure.name,
      relativeError: measure.op === 'distinct' ? DISTINCT_RELATIVE_ERROR : QUANTILE_RELATIVE_ERROR,
    }));
}
