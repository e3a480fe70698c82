import {
  type MetricsArguments,
  type MetricsQuestion,
  type MetricsSelection,
  readMetricsQuestion,
} from '../../../src/analytics/metrics/metrics-question.ts';
import { windowCount } from '../../../src/analytics/time/windows.ts';
import type { KindModel } from '../../../src/model/event-model.ts';
import { LakegateError } from '../../../src/platform/errors.ts';

/** A question as people leave it standing on a dashboard: what it means is found out when it is asked. */
export interface Asked {
  readonly args: MetricsArguments;
  readonly selection: MetricsSelection;
}

export function readAsked(
  kind: KindModel,
  { args, selection }: Asked,
  at: { readonly tenant: string; readonly nowMs: number },
): MetricsQuestion {
  return readMetricsQuestion(kind, args, selection, at);
}

/** What stands on a dashboard. */
export interface Questions {
  /** Those at the front are asked most. */
  readonly all: readonly Asked[];
  /** With a period before. */
  readonly compared: readonly Asked[];
  /** Of money in several currencies. */
  readonly converted: readonly Asked[];
}

/** All sorts of questions; `nowMs` is when they must be allowed. */
export function someQuestions(
  kind: KindModel,
  random: (below: number) => number,
  { nowMs }: { readonly nowMs: number },
): Questions {
  const made = SORTS.map((sort) => ({ sort, asked: allowedQuestion(kind, random, sort, nowMs) }));
  const those = (is: keyof Sort) => made.filter(({ sort }) => sort[is]).map(({ asked }) => asked);
  return { all: made.map(({ asked }) => asked), compared: those('compared'), converted: those('converted') };
}

interface Sort {
  readonly compared: boolean;
  readonly converted: boolean;
}

const PLAIN: Sort = { compared: false, converted: false };
const SORTS: readonly Sort[] = [
  PLAIN,
  PLAIN,
  { ...PLAIN, compared: true },
  PLAIN,
  { ...PLAIN, converted: true },
  { compared: true, converted: true },
];

function allowedQuestion(kind: KindModel, random: (below: number) => number, sort: Sort, nowMs: number): Asked {
  for (;;) {
    const asked = someQuestion(kind, random, sort);
    if (isAllowed(kind, asked, nowMs)) return asked;
  }
}

/** Whose answers are put together from slices of their range. */
export function segmentedQuestions(kind: KindModel): readonly Asked[] {
  const selection = selectionOf(measuresNamed(kind, MEASURES), { ...PLAIN, total: false });
  return [
    { range: { last: '7d' }, every: '1h', by: ['STATUS'] } as const,
    { range: { last: '14d' }, every: '1d', by: ['COUNTRY'], timeZone: 'Europe/Berlin' } as const,
    { range: { last: '10d' }, every: '1d', timeZone: 'Asia/Kolkata' } as const,
    { range: { last: '6h' }, every: '1m' } as const,
  ].map((args) => ({ args, selection }));
}

const MEASURES = ['count', 'userIdDistinct', 'piecesSum', 'captured', 'euros', 'tipAvg'];
const MONEY = ['amountSum', 'revenue'];

function measuresNamed(kind: KindModel, names: readonly string[]): KindModel['measures'] {
  return kind.measures.filter(({ name }) => names.includes(name));
}

function selectionOf(
  measures: KindModel['measures'],
  { compared, converted, total }: Sort & { readonly total: boolean },
): MetricsSelection {
  const rows = { measures, shares: [], running: [], late: true };
  return { rows, total: total ? measures : null, previous: compared ? measures : null, rates: converted };
}

function someQuestion(kind: KindModel, random: (below: number) => number, sort: Sort): Asked {
  const one = <Value>(values: readonly Value[]) => values[random(values.length)] as Value;
  const args: MetricsArguments = {
    range: one<MetricsArguments['range']>([
      { last: '6h' },
      { last: '2d' },
      { last: '7d' },
      { last: '2w' },
      { this: 'DAY' },
      { this: 'WEEK' },
      { previous: 'WEEK' },
      { from: '2026-10-24T00:00:00+02:00', to: '2026-11-06T05:00:00Z' },
    ]),
    every: one([null, '5m', '1h', '1h', '6h', '1d', '1d', '1w']),
    by: one([[], ['STATUS'], ['COUNTRY'], ['USER_ID'], ['CURRENCY', 'STATUS'], ['MERCHANT']]),
    where: one([{}, {}, { country: { eq: 'DE' } }, { status: { in: ['CAPTURED', 'REFUNDED'] } }]),
    timeZone: one(['UTC', 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']),
    fill: one(['NONE', 'NONE', 'ZERO'] as const),
    orderBy: one([null, null, [{ by: 'START', direction: 'ASC' }] as const]),
    limit: one([null, null, null, 5]),
    compare: sort.compared
      ? one([{ precedingPeriod: true }, { shift: '1d' }, { shift: '1w' }, { shift: '1mo' }])
      : null,
    convertTo: sort.converted ? 'EUR' : null,
  };
  // Each measure costs the engine time to plan; two of them tell as much about the cache as six.
  const names = sort.converted ? MONEY : [one(MEASURES), one(MEASURES)];
  return { args, selection: selectionOf(measuresNamed(kind, names), { ...sort, total: random(6) === 0 }) };
}

/** Six hours of five minutes, two weeks of six hours: more rows only take longer to compare. */
const WINDOWS_MAX = 80;

/** Most combinations are. */
function isAllowed(kind: KindModel, asked: Asked, nowMs: number): boolean {
  try {
    return windowCount(readAsked(kind, asked, { tenant: 'default', nowMs }).range.windows) <= WINDOWS_MAX;
  } catch (error) {
    if (error instanceof LakegateError) return false;
    throw error;
  }
}
