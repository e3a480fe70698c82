import { type FieldModel, GRAIN_SECONDS, type Grain, type KindModel } from '../event-model.ts';
import { columnType } from './column-types.ts';
import { DISTINCT, QUANTILE_LEVELS, QUANTILES, type RollupColumn, rollupColumns } from './rollup-columns.ts';
import { sqlText } from './sql-text.ts';
import { type RollupTable, rawTable, rollupTables, type TableDefinition } from './tables.ts';

/**
 * What people and their tools see of a kind over SQL: its events and each of its rollups, under the names that GraphQL has for the columns, in a
 * database of their own.
 *
 *   analytics.transactions                  one row an event
 *   analytics.transactions_1h               one row an hour and default dimensions
 *   analytics.transactions_by_merchant_1h   one row an hour and merchant
 *
 * A view keeps nothing and may be made anew at any time.
 */
export interface SqlView {
  /** Without the database. */
  readonly name: string;
  /** One statement. */
  readonly sql: string;
}

export const PEOPLE_DATABASE = 'analytics';

/**
 * Whose rows a session sees. `log_comment` is free text that the engine only writes down, and nobody but whoever opens the session can set it: the
 * SQL door after it has found out who asks, a server's settings profile with CONST. Where it is not set there are no rows at all.
 */
export const TENANT_OF_SESSION = "JSONExtractString(getSetting('log_comment'), 'tenant')";

export function sqlViews(kind: KindModel): readonly SqlView[] {
  return [eventsView(kind), ...rollupTables(kind).map((table) => rollupView(kind, table))];
}

/** The name of the view on a rollup: transactions_1h, transactions_by_merchant_1h. */
export function rollupViewName(kind: KindModel, { rollup, grain }: RollupTable): string {
  return rollup.name === null ? `${kind.plural}_${grain}` : `${kind.plural}_by_${rollup.name}_${grain}`;
}

/** One file a kind, beside its tables. */
export function viewsFile(kind: KindModel): TableDefinition {
  return {
    path: `${kind.plural}/views.sql`,
    sql: `-- Made from the declaration of ${kind.typeName}. Do not edit: change the declaration and run \`npm run codegen\`.
-- What people see of it over SQL, through the SQL door or as a user of a ClickHouse server. Made anew when it has changed.
${sqlViews(kind)
  .map(({ sql }) => `${sql};\n`)
  .join('\n')}`,
  };
}

export interface ViewColumn {
  readonly name: string;
  readonly type: string;
  /** An expression over what the view reads. */
  readonly value: string;
  readonly comment: string;
}

function eventsView(kind: KindModel): SqlView {
  const fields = kind.fields.map((field) => ({
    name: field.name,
    type: field.name === kind.timeField ? "DateTime64(6, 'UTC')" : columnType(field),
    value: quoted(field.name),
    comment: fieldComment(field),
  }));
  const meta: readonly ViewColumn[] = [
    ...(kind.idFields.length > 1 ? [same('_id', 'String', `${kind.idFields.join(' and ')} as one text.`)] : []),
    same('_receivedAt', "DateTime64(3, 'UTC')", 'When it came in.'),
    same('_late', 'Bool', 'It came after the watermark had passed the time it happened.'),
  ];
  const comment = `${sentence(kind.description ?? kind.typeName)} One row an event, as it was admitted. Filter on ${kind.timeField}: rows are sorted by it.`;
  return view({ name: kind.plural, columns: [...fields, ...meta], source: rawTable(kind), comment });
}

function rollupView(kind: KindModel, table: RollupTable): SqlView {
  const name = rollupViewName(kind, table);
  const columns: readonly ViewColumn[] = [
    same('start', "DateTime('UTC')", `Start of the window of event time, ${table.grain} long.`),
    {
      name: 'end',
      type: "DateTime('UTC')",
      value: `start + ${GRAIN_SECONDS[table.grain]}`,
      comment: 'Its end, exclusive.',
    },
    ...table.rollup.by.map((field) => ({
      name: field.name,
      type: columnType(field),
      value: quoted(field.name),
      comment: fieldComment(field),
    })),
    ...rollupColumns(kind).map((column) => ({
      name: column.name,
      type: plainColumnType(column),
      value: quoted(column.name),
      comment: aggregateComment(kind, column),
    })),
  ];
  const by = table.rollup.by.map((field) => field.name).join(', ');
  const comment = `${kind.typeName}: one row ${GRAIN_WORDS[table.grain]}${by === '' ? '' : ` and ${by}`}. For example: ${mergeExample(kind, name)}`;
  return view({ name, columns, source: `${table.table} FINAL`, comment });
}

const GRAIN_WORDS: Readonly<Record<Grain, string>> = {
  '1s': 'a second',
  '1m': 'a minute',
  '1h': 'an hour',
  '1d': 'a day',
};

/**
 * A question over any rollup of the kind that merges every sort of column it has. Money is grouped by its currency, and nothing else is.
 */
export function mergeExample(kind: KindModel, viewName: string): string {
  const measured = kind.fields.find(({ measure }) => measure !== null);
  const distinct = kind.fields.find((field) => field.distinct);
  const group = ['start', ...(measured?.money == null ? [] : [measured.money.currencyField])];
  const selected = [
    ...group,
    'sum(count) AS events',
    ...(measured === undefined
      ? []
      : [`sum(${measured.name}Sum) AS ${measured.name}Total`, `max(${measured.name}Max) AS ${measured.name}Most`]),
    ...(distinct === undefined ? [] : [`${mergeDistinct(`${distinct.name}Distinct`)} AS ${distinct.name}s`]),
    ...(measured?.measure?.quantiles === true
      ? [`${mergeQuantiles(`${measured.name}Quantiles`)}[3] AS ${measured.name}P95`]
      : []),
  ];
  return `SELECT ${selected.join(', ')} FROM ${PEOPLE_DATABASE}.${viewName} GROUP BY ${group.join(', ')} ORDER BY ${group.join(', ')}`;
}

/**
 * PREWHERE, because it is over before a condition of whoever asks is looked at. The engine puts conditions of a WHERE and of the question around it
 * into one, in any order, and an error in the other (`toUInt8(id)`) would then tell of rows that nobody here may see.
 */
function view({
  name,
  columns,
  source,
  comment,
}: {
  name: string;
  columns: readonly ViewColumn[];
  source: string;
  comment: string;
}): SqlView {
  return viewOf({ name, columns, from: `lakegate.${source}\nPREWHERE _tenant = ${TENANT_OF_SESSION}`, comment });
}

/** `from` sees to it that there are rows of the session's tenant only. */
export function viewOf({
  name,
  columns,
  from,
  comment,
}: {
  name: string;
  columns: readonly ViewColumn[];
  from: string;
  comment: string;
}): SqlView {
  const declared = columns.map((column) => `  ${quoted(column.name)} ${column.type}${commented(column.comment)}`);
  const selected = columns.map(({ name: column, value }) =>
    value === quoted(column) ? `  ${value}` : `  ${value} AS ${quoted(column)}`,
  );
  return {
    name,
    sql: `CREATE OR REPLACE VIEW ${PEOPLE_DATABASE}.${name}
(
${declared.join(',\n')}
)
AS SELECT
${selected.join(',\n')}
FROM ${from}
COMMENT ${sqlText(comment)}`,
  };
}

function same(name: string, type: string, comment: string): ViewColumn {
  return { name, type, value: quoted(name), comment };
}

/** SimpleAggregateFunction(sum, UInt64) is a UInt64 to read; what is left are states. */
function plainColumnType({ type }: RollupColumn): string {
  return /^SimpleAggregateFunction\(\w+, (.*)\)$/.exec(type)?.[1] ?? type;
}

function fieldComment(field: FieldModel): string {
  const money = field.money === null ? '' : ` In the row's ${field.money.currencyField}.`;
  return `${field.description === null ? '' : sentence(field.description)}${money}`.trim();
}

function aggregateComment(kind: KindModel, { name, type }: RollupColumn): string {
  if (type.startsWith('AggregateFunction')) {
    return type.includes(DISTINCT)
      ? `State. Count it: ${mergeDistinct(name)}`
      : `State. Quantiles ${QUANTILE_LEVELS.join(', ')}: ${mergeQuantiles(name)}`;
  }
  const [, merge = 'sum'] = /^SimpleAggregateFunction\((\w+),/.exec(type) ?? [];
  const measure = kind.measures.find((each) => each.name === name);
  const currency = measure?.currencyField ?? null;
  const about = measure?.description == null ? '' : `${sentence(measure.description)} `;
  return `${about}Merge: ${merge}(${name}).${currency === null ? '' : ` In the row's ${currency}: group by it or filter on it.`}`;
}

function mergeDistinct(column: string): string {
  return `${DISTINCT.replace('(', 'Merge(')}(${column})`;
}

function mergeQuantiles(column: string): string {
  return `${QUANTILES.replace('(', 'Merge(')}(${column})`;
}

function sentence(description: string): string {
  const line = description.replace(/\s+/g, ' ').trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function commented(comment: string): string {
  return comment === '' ? '' : ` COMMENT ${sqlText(comment)}`;
}

function quoted(name: string): string {
  return `\`${name}\``;
}
