import DataLoader from 'dataloader';
import type { MeasureModel } from '../../model/event-model.ts';
import { LakegateError } from '../../platform/errors.ts';
import { allAborted } from '../../platform/shared-flight.ts';
import { needsEvents } from './conversion.ts';
import { type MetricsQuestion, type MetricsSelection, questionText } from './metrics-question.ts';
import type { Measures, MetricsRow, Scan, Scanned, ScanRequest } from './scan-metrics.ts';

/**
 * One scan for all questions of an operation that differ only in what they select: they are asked at the same time, read together, and each gets
 * what it selected. So two fields, or two aliases of one, cost the warehouse what one costs.
 */
export function sharedScan(scan: Scan): Scan {
  const loader = new DataLoader<ScanRequest, Scanned>((requests) => scanAll(requests, scan), {
    cache: false,
    // Behind everything that came in with one packet: a store elsewhere answers the questions of an operation together.
    batchScheduleFn: (run) => setImmediate(run),
  });
  return (request) => loader.load(request);
}

async function scanAll(requests: readonly ScanRequest[], scan: Scan): Promise<readonly (Scanned | Error)[]> {
  const alike = new Map<string, ScanRequest[]>();
  for (const request of requests) {
    const name = shapeOf(request);
    alike.set(name, [...(alike.get(name) ?? []), request]);
  }
  const found = new Map<ScanRequest, Scanned | Error>();
  await Promise.all(
    [...alike.values()].map(async (group) => {
      for (const [request, answer] of await scanGroup(group, scan)) found.set(request, answer);
    }),
  );
  return requests.map((request) => found.get(request) ?? new Error('a scan answers every request'));
}

/**
 * Everything but what is selected, and what of that others must not be given: quantiles of converted amounts, which come from raw alone, and sums
 * since the start, whose rows are rows of that start alone.
 */
function shapeOf({ question, part }: ScanRequest): string {
  const isRunning = question.select.rows !== null && question.select.rows.running.length > 0;
  return JSON.stringify([questionText({ ...question, select: NOTHING }), part, needsEvents(question), isRunning]);
}

const NOTHING: MetricsSelection = { rows: null, total: null, previous: null, rates: false };

type Answers = readonly (readonly [ScanRequest, Scanned | Error])[];

/** What one selection makes fail (a rate that is missing, a number out of range) must not fail the others: then each is read by itself. */
async function scanGroup(group: readonly ScanRequest[], scan: Scan): Promise<Answers> {
  const [first, ...others] = group;
  if (first === undefined) return [];
  if (others.length === 0) return [[first, await scan(first).catch(asError)]];
  const signals = group.flatMap(({ signal }) => signal ?? []);
  const question = { ...first.question, select: union(group.map((request) => request.question)) };
  const signal = signals.length === group.length ? allAborted(signals) : undefined;
  try {
    const answer = await scan({ ...first, question, signal });
    return group.map((request) => [request, selectedOf(request.question.select, answer)]);
  } catch (error) {
    const isOfOne = error instanceof LakegateError && OF_A_SELECTION.has(error.code);
    if (!isOfOne) return group.map((request) => [request, asError(error)]);
    return Promise.all(group.map(async (request) => [request, await scan(request).catch(asError)] as const));
  }
}

const OF_A_SELECTION: ReadonlySet<string> = new Set(['RATE_MISSING', 'OUT_OF_RANGE', 'TOO_EXPENSIVE', 'TOO_MANY_ROWS']);

function union(questions: readonly MetricsQuestion[]): MetricsSelection {
  const kind = questions[0]?.kind;
  const selections = questions.map(({ select }) => select);
  const rows = selections.flatMap((select) => select.rows ?? []);
  const all = (lists: readonly (readonly MeasureModel[] | null)[]) => {
    const wanted = new Set(lists.flatMap((list) => list ?? []));
    return kind?.measures.filter((measure) => wanted.has(measure)) ?? [];
  };
  const orNull = (lists: readonly (readonly MeasureModel[] | null)[]) =>
    lists.every((list) => list === null) ? null : all(lists);
  return {
    rows:
      rows.length === 0
        ? null
        : {
            measures: all(rows.map(({ measures }) => measures)),
            shares: all(rows.map(({ shares }) => shares)),
            running: all(rows.map(({ running }) => running)),
            late: rows.some(({ late }) => late),
          },
    total: orNull(selections.map(({ total }) => total)),
    previous: orNull(selections.map(({ previous }) => previous)),
    rates: selections.some(({ rates }) => rates),
  };
}

/** Exactly what the question would have got by itself. */
function selectedOf(select: MetricsSelection, answer: Scanned): Scanned {
  const { rows } = select;
  return {
    ...answer,
    rows: rows === null ? [] : answer.rows.map((row) => selectedRow(select, rows, row)),
    hasMore: rows !== null && answer.hasMore,
    total: only(answer.total, select.total ?? []),
    rates: select.rates ? answer.rates : [],
  };
}

function selectedRow(
  select: MetricsSelection,
  { measures, shares, running, late }: NonNullable<MetricsSelection['rows']>,
  row: MetricsRow,
): MetricsRow {
  const isCompared = select.previous !== null && row.previous !== null;
  return {
    ...row,
    lateCount: late ? row.lateCount : 0,
    measures: only(row.measures, measures),
    shares: only(row.shares, shares),
    running: only(row.running, running),
    previous: isCompared ? only(row.previous ?? {}, select.previous ?? []) : null,
  };
}

function only<Values extends Measures>(values: Values, measures: readonly MeasureModel[]): Values {
  const wanted = new Set(measures.map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name))) as Values;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the scan failed', { cause: error });
}
