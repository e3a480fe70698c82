import type { FieldModel, KindModel, MeasureModel } from '../model/event-model.ts';
import { type RollupTable, rawTable } from '../model/tables/tables.ts';
import { type Bind, whereSql } from '../model/tables/where-sql.ts';
import { DATABASE } from '../warehouse/warehouse.ts';
import { havingSql } from './having-sql.ts';
import { lateCountSql, type MeasureSql, measureSql, type StateColumn } from './measure-sql.ts';
import { type MetricsQuestion, measureNamed, type OrderTarget } from './metrics-question.ts';
import type { MetricsPlan } from './plan-metrics.ts';
import { SqlParameters } from './sql-parameters.ts';
import type { ResolvedRange } from './time/resolve-range.ts';
import { type Interval, type WindowedRange, type Windows, windowIndexAt } from './time/windows.ts';

export interface Statement {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
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
): Statement {
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
  const sql = `SELECT *\nFROM (\n${shown}\n)${kept}\nORDER BY ${orderSql(question, measures)}\nLIMIT ${rowsMax + 1}`;
  return { sql, params: params.values };
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
    { ...question.range, windows: { kind: 'one' } },
    { measures: [], late: false, groups: topFilter(question, topGroups) },
    params,
  );
  return { sql: `SELECT count() AS groups FROM (\n${cells}\n)`, params: params.values };
}

/** The windows that `fill` gives rows: all that have begun. */
export function filledWindowCount(question: MetricsQuestion): number {
  return question.fill === 'NONE' ? 0 : begunCount(question.range);
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
  const values = measures.map((measure) => measureSql(question.kind, measure, question.exact));
  const source = sourceSql(question, plan, { ...question.range, windows: { kind: 'one' } }, [], values, params);
  const selected = ['sum(t.`count`) AS _events', ...valueColumns(values)];
  return { sql: `SELECT ${selected.join(', ')}\nFROM (\n${source}\n) AS t`, params: params.values };
}

/** The groups of `top`, greatest first. */
export function topStatement(question: MetricsQuestion, plan: MetricsPlan, by: MeasureModel, n: number): Statement {
  const params = new SqlParameters();
  const value = measureSql(question.kind, by, question.exact);
  const source = sourceSql(
    question,
    plan,
    { ...question.range, windows: { kind: 'one' } },
    question.by,
    [value],
    params,
  );
  const dimensions = question.by.map((field) => `t.\`${field.name}\``).join(', ');
  const sql = `SELECT ${groupKeySql(question.by)} AS _group, ${value.value} AS _value
FROM (\n${source}\n) AS t
GROUP BY ${dimensions}
ORDER BY _value DESC NULLS LAST, ${dimensions}
LIMIT ${n}`;
  return { sql, params: params.values };
}

interface Cells {
  readonly measures: readonly MeasureModel[];
  readonly late: boolean;
  readonly groups: GroupFilter | null;
}

/** One row a window and group in which something happened: `_w` the number of the window, `_d…` the group, `_m…` the measures. */
function cellsSql(
  question: MetricsQuestion,
  plan: MetricsPlan,
  range: WindowedRange,
  cells: Cells,
  params: SqlParameters,
): string {
  const { kind, by } = question;
  const values = cells.measures.map((measure) => measureSql(kind, measure, question.exact));
  const late = cells.late ? [lateCountSql(kind)] : [];
  const source = sourceSql(question, plan, range, by, [...values, ...late], params);
  const listed = cells.groups === null || by.length === 0 ? null : listedSql(by, cells.groups, params);
  const others = listed === null ? 'toUInt8(0)' : `toUInt8(NOT ${listed})`;
  const selected = [
    `${windowNumberSql(range.windows, params.bind)} AS _w`,
    `${others} AS _others`,
    ...by.map(
      (field, index) =>
        `${listed === null ? '' : 'if(_others, NULL, '}t.\`${field.name}\`${listed === null ? '' : ')'} AS _d${index}`,
    ),
    ...valueColumns(values),
    ...late.map(({ value }) => `${value} AS _late`),
    `${by.length === 0 ? "'[]'" : `if(_others, '', ${groupKeySql(by)})`} AS _group`,
    'toUInt8(1) AS _present',
  ];
  const keys = ['t._start', '_others', ...by.map((_, index) => `_d${index}`), '_group'];
  const dropped = listed !== null && cells.groups?.rest === 'dropped' ? `\nWHERE ${listed}` : '';
  return `SELECT ${selected.join(', ')}\nFROM (\n${source}\n) AS t${dropped}\nGROUP BY ${keys.join(', ')}`;
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
  const count = begunCount(question.range);
  if (question.fill === 'NONE' || count === 0) return cells;
  const groups = ['_others', ...question.by.map((_, index) => `_d${index}`), '_group'];
  const filled = `SELECT * FROM (\n${cells}\n)\nORDER BY ${groups.join(', ')}, _w WITH FILL FROM 0 TO ${count} STEP 1`;
  return question.by.length === 0 ? filled : `SELECT * FROM (\n${filled}\n)\nWHERE _others OR _group != ''`;
}

function begunCount(range: ResolvedRange): number {
  return range.nowUs < range.fromUs ? 0 : windowIndexAt(range, range.nowUs) + 1;
}

/**
 * What stands in a row beside its own numbers: shares of the window, sums since the start, and with PREVIOUS the numbers of the last
 * window that had any. Sums and shares are of what happened, never of what was filled in.
 */
function shownSql(cells: string, question: MetricsQuestion, measures: readonly MeasureModel[]): string {
  const { rows } = question.select;
  const group = ['_others', ...question.by.map((_, index) => `_d${index}`)].join(', ');
  const column = (measure: MeasureModel) => `_m${measures.indexOf(measure)}`;
  const shares = (rows?.shares ?? []).map(
    (measure, index) =>
      `toFloat64(${column(measure)}) / nullIf(toFloat64(sum(${column(measure)}) OVER (PARTITION BY _w)), 0) AS _share${index}`,
  );
  const running = (rows?.running ?? []).map(
    (measure, index) => `sum(${column(measure)}) OVER (PARTITION BY ${group} ORDER BY _w) AS _running${index}`,
  );
  const carried =
    question.fill === 'PREVIOUS'
      ? measures.map(
          (_, index) =>
            `argMaxIf(tuple(_m${index}), _w, _present = 1) OVER (PARTITION BY ${group} ORDER BY _w).1 AS _carried${index}`,
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
        const { type } = measureSql(question.kind, measure, question.exact);
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
  return [...asked, '_w ASC', '_others ASC', ...groups].join(', ');
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

/** The rows of every part of the plan, in the shape of a rollup with only the columns that are needed, and `_start`. */
function sourceSql(
  question: MetricsQuestion,
  plan: MetricsPlan,
  range: WindowedRange,
  by: readonly FieldModel[],
  values: readonly MeasureSql[],
  params: SqlParameters,
): string {
  const columns = new Map(
    [countColumn(question.kind), ...values.flatMap((value) => value.columns)].map((column) => [column.name, column]),
  );
  const source: Source = {
    kind: question.kind,
    by: by.map((field) => `\`${field.name}\``),
    columns: [...columns.values()],
    tenant: params.bind(question.tenant, 'String'),
    where: whereSql(question.kind, question.where, { bind: params.bind }),
    windows: range.windows,
    bind: params.bind,
  };
  return plan.parts
    .map((part) => (part.rollup === null ? rawSql(source, part) : rollupSql(source, part, part.rollup)))
    .join('\nUNION ALL\n');
}

interface Source {
  readonly kind: KindModel;
  readonly by: readonly string[];
  readonly columns: readonly StateColumn[];
  readonly tenant: string;
  readonly where: string;
  readonly windows: Windows;
  readonly bind: Bind;
}

function rollupSql(source: Source, part: Interval, rollup: RollupTable): string {
  const start = startSql(source, 'toInt64(toUnixTimestamp(start)) * 1000000');
  const selected = [`${start} AS _start`, ...source.by, ...source.columns.map(({ name }) => `\`${name}\``)];
  const from = `toDateTime(${source.bind(part.fromUs / 1e6, 'UInt32')}, 'UTC')`;
  const to = `toDateTime(${source.bind(part.toUs / 1e6, 'UInt32')}, 'UTC')`;
  return `SELECT ${selected.join(', ')}
FROM ${DATABASE}.${rollup.table}
WHERE _tenant = ${source.tenant} AND start >= ${from} AND start < ${to} AND ${source.where}`;
}

function rawSql(source: Source, part: Interval): string {
  const time = `\`${source.kind.timeField}\``;
  const start = startSql(source, `toUnixTimestamp64Micro(${time})`);
  const selected = [
    `${start} AS _start`,
    ...source.by,
    ...source.columns.map(({ name, fromEvents }) => `${fromEvents} AS \`${name}\``),
  ];
  const from = `fromUnixTimestamp64Micro(${source.bind(part.fromUs, 'Int64')}, 'UTC')`;
  const to = `fromUnixTimestamp64Micro(${source.bind(part.toUs, 'Int64')}, 'UTC')`;
  return `SELECT ${selected.join(', ')}
FROM ${DATABASE}.${rawTable(source.kind)}
WHERE _tenant = ${source.tenant} AND ${time} >= ${from} AND ${time} < ${to} AND ${source.where}
GROUP BY ${['_start', ...source.by].join(', ')}`;
}

/** Calendar windows are known by the instant they start at, lengths by their number. */
function startSql({ windows, bind }: Source, micros: string): string {
  switch (windows.kind) {
    case 'one':
      return 'toInt64(0)';
    case 'length':
      return `intDiv(${micros} - ${bind(windows.firstUs, 'Int64')}, ${bind(windows.lengthUs, 'Int64')})`;
    case 'calendar':
      return `toInt64(roundDown(${micros}, ${bind(windows.startsUs, 'Array(Int64)')}))`;
  }
}

function windowNumberSql(windows: Windows, bind: Bind): string {
  if (windows.kind !== 'calendar') return 't._start';
  return `toInt64(indexOf(${bind(windows.startsUs, 'Array(Int64)')}, t._start)) - 1`;
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
