import { type FieldModel, GRAIN_SECONDS, type KindModel, type MeasureModel } from '../../model/event-model.ts';
import { rawTable } from '../../model/tables/tables.ts';
import { type Bind, whereSql } from '../../model/tables/where-sql.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { begunWindowCount } from '../time/resolve-range.ts';
import { evenly, type WindowedRange, type Windows } from '../time/windows.ts';
import { isConverted, rateJoin, ratesSql } from './conversion.ts';
import { convertedMeasureSql } from './converted-measure-sql.ts';
import { havingSql } from './having-sql.ts';
import { lateCountSql, type MeasureSql, measureSql, type StateColumn } from './measure-sql.ts';
import { type MetricsQuestion, measureNamed, type OrderTarget } from './metrics-question.ts';
import type { MetricsPlan, PlanPart } from './plan-metrics.ts';

export interface Statement {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Its rows say in `_w` which window they are of: by its number, or by the time at which it starts. */
export interface RowsStatement extends Statement {
  readonly windowBy: 'number' | 'start';
}

/**
 * Which groups are shown by themselves. A group is spelled as the JSON list of its dimensions, by the engine both times, so that
 * null and the empty text stay apart.
 */
export interface GroupFilter {
  readonly groups: readonly string[];
  /** What becomes of the others: one row of them all, or nothing. */
  readonly rest: 'together' | 'dropped';
}

/** Rows of windows and groups, filled, filtered, in order and cut; at most `rowsMax` and one more, which shows that there are more. */
export function rowsStatement(
  question: MetricsQuestion,
  plan: MetricsPlan,
  topGroups: readonly string[] | null,
  rowsMax: number,
): RowsStatement {
  const params = new SqlParameters();
  const measures = question.select.rows?.measures ?? [];
  const cells = cellsSql(
    question,
    plan,
    question.range,
    { measures, late: question.select.rows?.late === true, groups: topFilter(question, topGroups) },
    params,
  );
  const shown = shownSql(filledSql(cells, question), question, measures);
  const kept = keptSql(question, measures, params);
  // Each level costs the engine half a millisecond, whatever it reads.
  const rows = shown === cells && kept === '' ? cells : `SELECT *\nFROM (\n${shown}\n)${kept}`;
  const sql = `${rows}\nORDER BY ${orderSql(question, measures)}\nLIMIT ${rowsMax + 1}`;
  return { sql, params: params.values, windowBy: windowBy(question, plan, question.range) };
}

/**
 * Where one rollup is read, and each of its rows is of a window of its own grain, the time in the row says which one: to work out the number costs the
 * engine half a millisecond, a tenth of all it takes for a few rows. Windows that are made or looked up have numbers.
 */
function windowBy(question: MetricsQuestion, { parts }: MetricsPlan, range: WindowedRange): RowsStatement['windowBy'] {
  const [first, ...others] = parts;
  const windows = evenly(range.windows);
  if (isNamed(question) || first === undefined || others.length > 0 || windows.kind !== 'length') return 'number';
  const grainUs = first.rollup === null ? null : GRAIN_SECONDS[first.rollup.grain] * 1e6;
  return windows.lengthUs === grainUs && windows.firstUs % grainUs === 0 ? 'start' : 'number';
}

/** How many groups `fill` would give a row in every window. */
export function groupCountStatement(
  question: MetricsQuestion,
  plan: MetricsPlan,
  topGroups: readonly string[] | null,
): Statement {
  const params = new SqlParameters();
  const cells = cellsSql(
    question,
    plan,
    wholeOf(question),
    { measures: [], late: false, groups: topFilter(question, topGroups) },
    params,
  );
  return { sql: `SELECT count() AS groups FROM (\n${cells}\n)`, params: params.values };
}

/** The same windows of another period, for the groups that are shown. */
export function previousStatement(
  question: MetricsQuestion,
  plan: MetricsPlan,
  range: WindowedRange,
  groups: GroupFilter | null,
  rowsMax: number,
): Statement {
  const params = new SqlParameters();
  const measures = question.select.previous ?? [];
  const cells = cellsSql(question, plan, range, { measures, late: false, groups }, params);
  return { sql: `${cells}\nLIMIT ${rowsMax + 1}`, params: params.values };
}

/** One row, also over nothing. */
export function totalStatement(question: MetricsQuestion, plan: MetricsPlan): Statement {
  const params = new SqlParameters();
  const measures = question.select.total ?? [];
  const values = measures.map((measure) => measureOf(question, measure));
  const source = sourceSql(question, plan, wholeOf(question), [], values, params);
  const selected = ['sum(t.`count`) AS _events', ...valueColumns(values)];
  return { sql: `SELECT ${selected.join(', ')}\n${fromSql(source)}`, params: params.values };
}

/** The groups of `top`, greatest first. */
export function topStatement(question: MetricsQuestion, plan: MetricsPlan, by: MeasureModel, n: number): Statement {
  const params = new SqlParameters();
  const value = measureOf(question, by);
  const source = sourceSql(question, plan, wholeOf(question), question.by, [value], params);
  const dimensions = question.by.map((field) => `t.\`${field.name}\``).join(', ');
  const sql = `SELECT ${groupKeySql(question.by)} AS _group, ${value.value} AS _value
${fromSql(source)}
GROUP BY ${dimensions}
ORDER BY _value DESC NULLS LAST, ${dimensions}
LIMIT ${n}`;
  return { sql, params: params.values };
}

function wholeOf({ range }: MetricsQuestion): WindowedRange {
  return { ...range, windows: { kind: 'one' } };
}

interface Cells {
  readonly measures: readonly MeasureModel[];
  readonly late: boolean;
  readonly groups: GroupFilter | null;
}

/**
 * One row a window and group in which something happened: `_w` the window, `_d…` the group, `_m…` the measures. Where rows stand for
 * more than one group, are made or are looked up: also `_others`, `_group` and `_present`.
 */
function cellsSql(
  question: MetricsQuestion,
  plan: MetricsPlan,
  range: WindowedRange,
  cells: Cells,
  params: SqlParameters,
): string {
  const { kind, by } = question;
  const values = cells.measures.map((measure) => measureOf(question, measure));
  const late = cells.late ? [lateCountSql(kind)] : [];
  const source = sourceSql(question, plan, range, by, [...values, ...late], params);
  const listed = cells.groups === null || by.length === 0 ? null : listedSql(by, cells.groups, params);
  const dimensions = by.map((field) => `t.\`${field.name}\``);
  const named = isNamed(question) ? namesSql(by, listed) : [];
  const number = windowNumberSql(range.windows, params.bind, '_start');
  // Where a window is said by its number already, another name for it would be worked out once more.
  const [key, ...window] = number === '_start' ? ['_w'] : ['_start', `${number} AS _w`];
  const selected = [
    `${source.start} AS ${key}`,
    ...window,
    ...dimensions.map((column, index) => `${listed === null ? column : `if(_others, NULL, ${column})`} AS _d${index}`),
    ...valueColumns(values),
    ...late.map(({ value }) => `${value} AS _late`),
    ...named,
  ];
  const names = named.length === 0 ? [] : ['_others', '_group'];
  const keys = [key, ...by.map((_, index) => `_d${index}`), ...names];
  const dropped = listed !== null && cells.groups?.rest === 'dropped' ? [listed] : [];
  return `SELECT ${selected.join(', ')}\n${fromSql(source, dropped)}\nGROUP BY ${keys.join(', ')}`;
}

/** Else a row is known by its window and its dimensions, and each key more makes grouping slower. */
function isNamed({ top, fill, select }: MetricsQuestion): boolean {
  return top !== null || fill !== 'NONE' || select.previous !== null;
}

function namesSql(by: readonly FieldModel[], listed: string | null): readonly string[] {
  return [
    `${listed === null ? 'toUInt8(0)' : `toUInt8(NOT ${listed})`} AS _others`,
    `${by.length === 0 ? "'[]'" : `if(_others, '', ${groupKeySql(by)})`} AS _group`,
    'toUInt8(1) AS _present',
  ];
}

/** The others stand together in one row, or go at once where nothing needs them: a share is of all of them, shown or not. */
function topFilter(question: MetricsQuestion, topGroups: readonly string[] | null): GroupFilter | null {
  if (topGroups === null) return null;
  const needed = question.top?.others === true || (question.select.rows?.shares.length ?? 0) > 0;
  return { groups: topGroups, rest: needed ? 'together' : 'dropped' };
}

/**
 * Windows without events get a row of zeros, up to the one that has begun last. Each group is filled by itself; where there is none
 * at all the engine makes one up, which has no name and goes again.
 */
function filledSql(cells: string, question: MetricsQuestion): string {
  const count = begunWindowCount(question.range);
  if (question.fill === 'NONE' || count === 0) return cells;
  const groups = ['_others', ...question.by.map((_, index) => `_d${index}`), '_group'];
  const filled = `SELECT * FROM (\n${cells}\n)\nORDER BY ${groups.join(', ')}, _w WITH FILL FROM 0 TO ${count} STEP 1`;
  return question.by.length === 0 ? filled : `SELECT * FROM (\n${filled}\n)\nWHERE _others OR _group != ''`;
}

/**
 * What stands in a row beside its own numbers: shares of the window, sums since the start, and with PREVIOUS the numbers of the last
 * window that had any. Sums and shares are of what happened, never of what was filled in.
 */
function shownSql(cells: string, question: MetricsQuestion, measures: readonly MeasureModel[]): string {
  const { rows } = question.select;
  const group = [...(isNamed(question) ? ['_others'] : []), ...question.by.map((_, index) => `_d${index}`)];
  const partition = group.length === 0 ? '' : `PARTITION BY ${group.join(', ')} `;
  const column = (measure: MeasureModel) => `_m${measures.indexOf(measure)}`;
  const shares = (rows?.shares ?? []).map(
    (measure, index) =>
      `toFloat64(${column(measure)}) / nullIf(toFloat64(sum(${column(measure)}) OVER (PARTITION BY _w)), 0) AS _share${index}`,
  );
  const running = (rows?.running ?? []).map(
    (measure, index) => `sum(${column(measure)}) OVER (${partition}ORDER BY _w) AS _running${index}`,
  );
  const carried =
    question.fill === 'PREVIOUS'
      ? measures.map(
          (_, index) =>
            `argMaxIf(tuple(_m${index}), _w, _present = 1) OVER (${partition}ORDER BY _w).1 AS _carried${index}`,
        )
      : [];
  const added = [...shares, ...running, ...carried];
  if (added.length === 0) return cells;
  const shown = `SELECT *, ${added.join(', ')}\nFROM (\n${cells}\n)`;
  if (carried.length === 0) return shown;
  const replaced = measures.map((_, index) => `_carried${index} AS _m${index}`);
  return `SELECT * REPLACE (${replaced.join(', ')})\nFROM (\n${shown}\n)`;
}

function keptSql(question: MetricsQuestion, measures: readonly MeasureModel[], params: SqlParameters): string {
  const conditions: string[] = [];
  if (question.top?.others === false) conditions.push('NOT _others');
  if (question.having !== null) {
    conditions.push(
      havingSql(question.having, params.bind, (name) => {
        const measure = measureNamed(question.kind, name);
        const { type } = measureOf(question, measure);
        return { column: `_m${measures.indexOf(measure)}`, type };
      }),
    );
  }
  return conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`;
}

/** Always a total order, so that a cut is the same cut each time. A missing value comes last in either direction. */
function orderSql(question: MetricsQuestion, measures: readonly MeasureModel[]): string {
  const asked = question.orderBy.map(({ by, direction }) => `${orderColumn(by, measures)} ${direction} NULLS LAST`);
  const groups = question.by.map((_, index) => `_d${index} ASC NULLS LAST`);
  return [...asked, '_w ASC', ...(isNamed(question) ? ['_others ASC'] : []), ...groups].join(', ');
}

function orderColumn(target: OrderTarget, measures: readonly MeasureModel[]): string {
  switch (target.kind) {
    case 'start':
      return '_w';
    case 'dimension':
      return `_d${target.index}`;
    case 'measure':
      return `_m${measures.indexOf(target.measure)}`;
  }
}

function measureOf(question: MetricsQuestion, measure: MeasureModel): MeasureSql {
  const { kind, convertTo, exact } = question;
  return convertTo !== null && isConverted(question, measure)
    ? convertedMeasureSql(kind, measure, convertTo, exact)
    : measureSql(kind, measure, exact);
}

/** Rows of states under the alias `t`. */
interface StateRows {
  /** A table, or a statement in parentheses. */
  readonly table: string;
  /** What of a table is read; null: all of it. */
  readonly prewhere: string | null;
  /** How the window of a row is said. */
  readonly start: string;
}

function fromSql({ table, prewhere }: StateRows, where: readonly string[] = []): string {
  const before = prewhere === null ? '' : `\nPREWHERE ${prewhere}`;
  return `FROM ${table} AS t${before}${where.length === 0 ? '' : `\nWHERE ${where.join(' AND ')}`}`;
}

/** The rows of every part of the plan, in the shape of a rollup with only the columns that are needed: those of one rollup are read as they are. */
function sourceSql(
  question: MetricsQuestion,
  plan: MetricsPlan,
  range: WindowedRange,
  by: readonly FieldModel[],
  values: readonly MeasureSql[],
  params: SqlParameters,
): StateRows {
  const columns = new Map(
    [countColumn(question.kind), ...values.flatMap((value) => value.columns)].map((column) => [column.name, column]),
  );
  const source: Source = {
    ...rowSource(question, params),
    by: by.map((field) => `\`${field.name}\``),
    columns: [...columns.values()],
    ratesBy: [...new Set(values.flatMap(({ ratesBy }) => (ratesBy === undefined ? [] : [ratesBy])))],
    windows: range.windows,
    windowBy: windowBy(question, plan, range),
  };
  const [first, ...others] = plan.parts;
  const areTheirOwn = source.ratesBy.length === 0 && source.columns.every(({ fromRow }) => fromRow === undefined);
  if (first !== undefined && first.rollup !== null && others.length === 0 && areTheirOwn) {
    return { table: tableSql(source, first), prewhere: partWhere(source, first), start: rollupStart(source) };
  }
  const parts = plan.parts.map((part) => (part.rollup === null ? rawSql(source, part) : rollupSql(source, part)));
  return { table: `(\n${parts.join(UNION)}\n)`, prewhere: null, start: 't._start' };
}

/** The parts of a plan do not overlap: their rows together are all there are. */
export const UNION = '\nUNION ALL\n';

/** What every part of a question reads by: whose events, which of them, and at which rates. */
export interface RowSource {
  readonly kind: KindModel;
  readonly tenant: string;
  readonly where: string;
  /** Null where nothing is converted. */
  readonly rates: string | null;
  readonly bind: Bind;
}

export function rowSource(
  question: Pick<MetricsQuestion, 'tenant' | 'kind' | 'where' | 'convertTo'>,
  params: SqlParameters,
): RowSource {
  const tenant = params.bind(question.tenant, 'String');
  return {
    kind: question.kind,
    tenant,
    where: whereSql(question.kind, question.where, { bind: params.bind }),
    rates: question.convertTo === null ? null : ratesSql(tenant, question.convertTo, params.bind),
    bind: params.bind,
  };
}

/**
 * The rows of one part, from FROM on, with the rates beside them that the named currency fields ask for. What of a rollup is read, the engine
 * would put before the reading of other columns by itself, but only after it has planned without: said so it saves a third of a millisecond.
 */
export function partRows(source: RowSource, part: PlanPart, ratesBy: readonly string[]): string {
  const joins = ratesBy.map((field) => rateJoin(field, `toDate(${timeColumn(source, part)})`, source.rates ?? ''));
  const where = part.rollup !== null && joins.length === 0 ? 'PREWHERE' : 'WHERE';
  return `FROM ${tableSql(source, part)}${joins.join('')}\n${where} ${partWhere(source, part)}`;
}

function tableSql({ kind }: RowSource, { rollup }: PlanPart): string {
  return `${DATABASE}.${rollup?.table ?? rawTable(kind)}`;
}

function timeColumn({ kind }: RowSource, { rollup }: PlanPart): string {
  return rollup === null ? `\`${kind.timeField}\`` : 'start';
}

function partWhere(source: RowSource, part: PlanPart): string {
  const { tenant, where, bind } = source;
  const time = timeColumn(source, part);
  const at = (us: number) =>
    part.rollup === null
      ? `fromUnixTimestamp64Micro(${bind(us, 'Int64')}, 'UTC')`
      : `toDateTime(${bind(us / 1e6, 'UInt32')}, 'UTC')`;
  return `_tenant = ${tenant} AND ${time} >= ${at(part.fromUs)} AND ${time} < ${at(part.toUs)} AND ${where}`;
}

interface Source extends RowSource {
  readonly by: readonly string[];
  readonly columns: readonly StateColumn[];
  /** Currency fields whose rates are needed. */
  readonly ratesBy: readonly string[];
  readonly windows: Windows;
  readonly windowBy: RowsStatement['windowBy'];
}

function rollupSql(source: Source, part: PlanPart): string {
  const columns = source.columns.map(({ name, fromRow }) =>
    fromRow === undefined ? `\`${name}\`` : `${fromRow} AS \`${name}\``,
  );
  const selected = [`${rollupStart(source)} AS _start`, ...source.by, ...columns];
  return `SELECT ${selected.join(', ')}\n${partRows(source, part, source.ratesBy)}`;
}

function rollupStart(source: Source): string {
  return source.windowBy === 'start' ? 'start' : startSql(source, 'toInt64(toUnixTimestamp(start)) * 1000000');
}

function rawSql(source: Source, part: PlanPart): string {
  const start = startSql(source, `toUnixTimestamp64Micro(\`${source.kind.timeField}\`)`);
  const columns = source.columns.map(({ name, fromEvents }) => `${fromEvents} AS \`${name}\``);
  return `SELECT ${[`${start} AS _start`, ...source.by, ...columns].join(', ')}
${partRows(source, part, source.ratesBy)}
GROUP BY ${['_start', ...source.by].join(', ')}`;
}

/** Calendar windows are known by the instant they start at, lengths by their number. */
export function startSql(
  { windows, bind }: { readonly windows: Windows; readonly bind: Bind },
  micros: string,
): string {
  const cut = evenly(windows);
  switch (cut.kind) {
    case 'one':
      return 'toInt64(0)';
    case 'length':
      return `intDiv(${micros} - ${bind(cut.firstUs, 'Int64')}, ${bind(cut.lengthUs, 'Int64')})`;
    case 'calendar':
      return `toInt64(roundDown(${micros}, ${bind(cut.startsUs, 'Array(Int64)')}))`;
  }
}

export function windowNumberSql(windows: Windows, bind: Bind, start = 't._start'): string {
  const cut = evenly(windows);
  return cut.kind === 'calendar' ? `toInt64(indexOf(${bind(cut.startsUs, 'Array(Int64)')}, ${start})) - 1` : start;
}

function valueColumns(values: readonly MeasureSql[]): readonly string[] {
  return values.map(({ value }, index) => `${value} AS _m${index}`);
}

function countColumn(kind: KindModel): StateColumn {
  return measureSql(kind, measureNamed(kind, 'count'), false).columns[0] ?? { name: 'count', fromEvents: 'count()' };
}

function groupKeySql(by: readonly FieldModel[]): string {
  return `toJSONString(tuple(${by.map((field) => `t.\`${field.name}\``).join(', ')}))`;
}

function listedSql(by: readonly FieldModel[], filter: GroupFilter, params: SqlParameters): string {
  return `${groupKeySql(by)} IN ${params.bind(filter.groups, 'Array(String)')}`;
}
