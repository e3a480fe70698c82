import type { FieldModel, MeasureModel } from '../../model/event-model.ts';
import { whereFields } from '../../model/tables/where-sql.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Rate } from '../../warehouse/rates.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { begunWindowCount, type ComparedRange, comparedRange } from '../time/resolve-range.ts';
import { evenly, type Interval, type WindowedRange, windowAt, windowIndexAt } from '../time/windows.ts';
import { needsEvents } from './conversion.ts';
import { type MeasureValue, measureValue, nothingOf } from './measure-value.ts';
import { type MetricsQuestion, ROWS_MAX } from './metrics-question.ts';
import {
  groupCountStatement,
  previousStatement,
  type RowsStatement,
  rowsStatement,
  type Statement,
  topStatement,
  totalStatement,
} from './metrics-sql.ts';
import { clippedPlan, type MetricsPlan, type PlanRequest } from './plan-metrics.ts';
import { readRatesUsed } from './rates-used.ts';
import { type RowPlace, rowIds } from './row-id.ts';
import { partOf } from './segments.ts';

/** Everything about an answer that is read, and none of what is said about it. */
export interface Scanned {
  readonly rows: readonly MetricsRow[];
  readonly hasMore: boolean;
  readonly total: Measures;
  /** Only if they are asked for: by day, then by currency. */
  readonly rates: readonly Rate[];
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface MetricsRow {
  readonly id: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly others: boolean;
  readonly lateCount: number;
  /** By field name. Null where the group has none, and in the row of all others. */
  readonly group: Readonly<Record<string, MeasureValue>>;
  readonly measures: Measures;
  /** By measure name. */
  readonly shares: Readonly<Record<string, number | null>>;
  readonly running: Measures;
  readonly previous: Measures | null;
}

/** By measure name; only those that were asked for. */
export type Measures = Readonly<Record<string, MeasureValue>>;

/** Chooses a plan for each part of a question; tests pass another one to compare. */
export type Planner = (request: PlanRequest) => MetricsPlan;

export interface ScanRequest {
  readonly question: MetricsQuestion;
  /** Whole windows of the range, of which alone rows are wanted. Null: all of it. */
  readonly part: Interval | null;
  readonly signal: AbortSignal | undefined;
}

export type Scan = (request: ScanRequest) => Promise<Scanned>;

/** Reads what the warehouse has now, by at most one statement for the rows, one for the total, and what these need before them. */
export function warehouseScan(warehouse: Pick<Warehouse, 'query'>, planner: Planner): Scan {
  return async ({ question: whole, part, signal }) => {
    const plans = partPlans(planParts(whole, planner), part);
    const question = part === null ? whole : { ...whole, range: partOf(whole.range, part) };
    const cost = { rowsRead: 0, bytesRead: 0 };
    const run = async (statement: Statement) => {
      const result = await warehouse.query<SqlRow>(statement.sql, {
        params: statement.params,
        ...(signal && { signal }),
      });
      cost.rowsRead += result.rowsRead;
      cost.bytesRead += result.bytesRead;
      return result.rows;
    };
    const rates = await readRatesUsed(question, conversionPlans(plans), run);
    const [rows, total] = await Promise.all([readRows(question, plans, run), readTotal(question, plans, run)]);
    return { ...rows, total, rates, ...cost };
  };
}

type SqlRow = Readonly<Record<string, unknown>>;
type Run = (statement: Statement) => Promise<readonly SqlRow[]>;

export interface Plans {
  /** Also what `explain` tells of, whether rows are asked for or the total alone. */
  readonly rows: MetricsPlan;
  readonly total: MetricsPlan | null;
  readonly top: MetricsPlan | null;
  readonly previous: { readonly plan: MetricsPlan; readonly range: ComparedRange } | null;
  readonly used: readonly MetricsPlan[];
}

/** A plan for each number that is asked for: a total needs fewer dimensions than rows do. */
export function planParts(question: MetricsQuestion, planner: Planner): Plans {
  const { kind, range, select } = question;
  const filtered = whereFields(kind, question.where);
  const grouped = kind.fields.filter((field) => filtered.has(field) || question.by.includes(field));
  const convertedQuantiles = needsEvents(question);
  const planFor = (over: WindowedRange, fields: readonly FieldModel[]) =>
    planner({ kind, range: over, fields, exact: question.exact, convertedQuantiles, nowUs: range.nowUs });
  const whole: WindowedRange = { ...range, windows: { kind: 'one' } };
  const total =
    select.total === null
      ? null
      : planFor(
          whole,
          kind.fields.filter((field) => filtered.has(field)),
        );
  const rows = select.rows === null && total !== null ? total : planFor(range, grouped);
  const top = question.top === null || select.rows === null ? null : planFor(whole, grouped);
  const before = previousRange(question);
  const previous = before === null ? null : { plan: planFor(before, grouped), range: before };
  const used = [rows, total, top, previous?.plan ?? null].filter((plan) => plan !== null);
  return { rows, total, top, previous, used };
}

function partPlans(plans: Plans, part: Interval | null): Plans {
  return part === null ? plans : { ...plans, rows: clippedPlan(plans.rows, part) };
}

/** Plans that between them read every amount that is converted: the total is of the same events as the rows, and cheaper to read. */
function conversionPlans({ rows, total, previous }: Plans): readonly MetricsPlan[] {
  return [total ?? rows, ...(previous === null ? [] : [previous.plan])];
}

/** The range compared with, where it is read. */
export function previousRange(question: MetricsQuestion): ComparedRange | null {
  if (question.compare === null || question.select.previous === null || question.select.rows === null) return null;
  return comparedRange(question.range, question.compare.shift, question.timeZone);
}

async function readRows(question: MetricsQuestion, plans: Plans, run: Run): Promise<Pick<Scanned, 'rows' | 'hasMore'>> {
  if (question.select.rows === null) return { rows: [], hasMore: false };
  const topGroups = await readTop(question, plans, run);
  await checkFill(question, plans, topGroups, run);
  const rowsMax = question.limit ?? ROWS_MAX;
  const statement = rowsStatement(question, plans.rows, topGroups, rowsMax);
  const found = await run(statement);
  const hasMore = found.length > rowsMax;
  if (hasMore && question.limit === null) throw tooManyRows(`the answer has more than ${ROWS_MAX} rows`);
  const shown = hasMore ? found.slice(0, rowsMax) : found;
  const previous = await readPrevious(question, plans, topGroups, shown, run);
  const compared = plans.previous?.range ?? null;
  const shape = { question, id: rowIds(question), windowOf: windowReader(question, statement), compared, topGroups };
  return { rows: shown.map((row) => rowOf(shape, row, previous)), hasMore };
}

/** Rows of zeros are made before `having`, `orderBy` and `limit` see them: these are refused before they fill the memory. */
async function checkFill(
  question: MetricsQuestion,
  plans: Plans,
  topGroups: readonly string[] | null,
  run: Run,
): Promise<void> {
  const windows = question.fill === 'NONE' ? 0 : begunWindowCount(question.range);
  if (windows === 0 || question.by.length === 0) return;
  if (windows * groupsExpected(question, topGroups) <= FILLED_ROWS_MAX) return;
  const [row] = await run(groupCountStatement(question, plans.rows, topGroups));
  if (windows * Number(row?.groups ?? 0) > FILLED_ROWS_MAX) throw tooManyFilled();
}

/** Only dimensions that are declared to have few values are known to make few groups without counting them. */
function groupsExpected(question: MetricsQuestion, topGroups: readonly string[] | null): number {
  if (topGroups !== null) return topGroups.length + 1;
  const unbounded = question.by.some((field) => field.dimension?.high !== false);
  return unbounded ? Number.POSITIVE_INFINITY : ROWS_MAX;
}

/** Five groups in as many windows as one question may have. */
const FILLED_ROWS_MAX = 500_000;

function tooManyFilled(): LakegateError {
  return new LakegateError({
    code: 'TOO_MANY_ROWS',
    message: `fill would make more than ${FILLED_ROWS_MAX} rows, one for every group in every window: ask for longer windows, fewer groups (\`top\`) or a narrower \`where\`, or leave \`fill\` out`,
  });
}

async function readTop(question: MetricsQuestion, plans: Plans, run: Run): Promise<readonly string[] | null> {
  if (question.top === null || plans.top === null) return null;
  const rows = await run(topStatement(question, plans.top, question.top.by, question.top.n));
  return rows.map((row) => String(row._group));
}

async function readTotal(question: MetricsQuestion, plans: Plans, run: Run): Promise<Measures> {
  const { total } = question.select;
  if (total === null || total.length === 0 || plans.total === null) return {};
  const [row] = await run(totalStatement(question, plans.total));
  return row === undefined ? nothingOf(total) : measuresOf(total, row);
}

/** By window and group, for the groups that are shown; null where nothing is compared. */
async function readPrevious(
  question: MetricsQuestion,
  plans: Plans,
  topGroups: readonly string[] | null,
  shown: readonly SqlRow[],
  run: Run,
): Promise<ReadonlyMap<string, Measures> | null> {
  const { previous } = question.select;
  if (plans.previous === null || previous === null) return null;
  const groups = topGroups ?? [...new Set(shown.map((row) => String(row._group)))];
  const filter = {
    groups,
    rest: topGroups !== null && question.top?.others === true ? 'together' : 'dropped',
  } as const;
  const rows = await run(
    previousStatement(question, plans.previous.plan, plans.previous.range, filter, PREVIOUS_ROWS_MAX),
  );
  if (rows.length > PREVIOUS_ROWS_MAX)
    throw tooManyRows(`the period compared with has more than ${PREVIOUS_ROWS_MAX} rows`);
  return new Map(rows.map((row) => [cellKey(row), measuresOf(previous, row)]));
}

/** A cut answer of few rows may stand in many windows, each of which the other period has too. */
const PREVIOUS_ROWS_MAX = 10 * ROWS_MAX;

export function tooManyRows(what: string): LakegateError {
  return new LakegateError({
    code: 'TOO_MANY_ROWS',
    message: `${what}: ask for longer windows, fewer groups or a narrower \`where\`, or set \`limit\` to get the first rows by \`orderBy\``,
  });
}

/** The number of the window, of what a row says of it. */
function windowReader({ range }: MetricsQuestion, { windowBy }: RowsStatement): (said: unknown) => number {
  if (windowBy === 'number') return Number;
  const even = { ...range, windows: evenly(range.windows) };
  return (said) => windowIndexAt(even, Date.parse(String(said)) * 1000);
}

interface RowShape {
  readonly question: MetricsQuestion;
  readonly id: (place: RowPlace) => string;
  readonly windowOf: (said: unknown) => number;
  readonly compared: ComparedRange | null;
  readonly topGroups: readonly string[] | null;
}

function rowOf(
  { question, id, windowOf, compared, topGroups }: RowShape,
  row: SqlRow,
  previous: ReadonlyMap<string, Measures> | null,
): MetricsRow {
  const selected = question.select.rows;
  const index = windowOf(row._w);
  const besideIndex = compared?.beside?.[index] ?? index;
  const window = windowAt(question.range, index);
  const others = Number(row._others) === 1;
  const group = question.by.map((field, at) => [field.name, groupValue(field, row[`_d${at}`])] as const);
  return {
    id: id({
      window,
      compared: compared && windowAt(compared, besideIndex),
      othersThan: others ? topGroups : null,
      group: group.map(([, value]) => value),
    }),
    startUs: window.fromUs,
    endUs: window.toUs,
    others,
    lateCount: Number(row._late ?? 0),
    group: Object.fromEntries(group),
    measures: measuresOf(selected?.measures ?? [], row),
    shares: byName(selected?.shares ?? [], (_, at) => (row[`_share${at}`] ?? null) as number | null),
    running: byName(selected?.running ?? [], (measure, at) => measureValue(measure, row[`_running${at}`])),
    previous:
      previous === null
        ? null
        : (previous.get(cellKey({ ...row, _w: besideIndex })) ?? nothingOf(question.select.previous ?? [])),
  };
}

function cellKey(row: SqlRow): string {
  return `${row._w}|${row._others}|${row._group}`;
}

/** Whole numbers of 64 bits come as text; as a dimension they are the number again. */
function groupValue(field: FieldModel, value: unknown): MeasureValue {
  if (value === null || value === undefined) return null;
  return field.type === 'SafeInt' || field.type === 'Int' ? Number(value) : (value as MeasureValue);
}

function measuresOf(measures: readonly MeasureModel[], row: SqlRow): Measures {
  return byName(measures, (measure, index) => measureValue(measure, row[`_m${index}`]));
}

function byName<T>(
  measures: readonly MeasureModel[],
  value: (measure: MeasureModel, index: number) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(measures.map((measure, index) => [measure.name, value(measure, index)]));
}
