import type { KindModel } from '../../src/model/event-model.ts';
import { rollupColumns } from '../../src/model/tables/rollup-columns.ts';
import { type RollupTable, rawTable, rollupKey, rollupTables, startOfGrain } from '../../src/model/tables/tables.ts';
import { DATABASE, type Warehouse } from '../../src/warehouse/warehouse.ts';

/**
 * Where a rollup says something else than raw does: one entry a table that differs, empty when every number is right. Counts, sums, minima and
 * maxima must be equal, and distinct counts where they are exact; beyond that estimates and quantiles within their stated error of each other.
 */
export async function differencesFromRaw(
  warehouse: Pick<Warehouse, 'query'>,
  kinds: readonly KindModel[],
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const kind of kinds) {
    for (const table of rollupTables(kind)) {
      const { rows } = await warehouse.query<Record<string, unknown>>(comparison(kind, table));
      if (rows.length > 0) found.push({ table: table.table, groups: rows });
    }
  }
  return found;
}

export interface Difference {
  readonly table: string;
  /** The first groups that differ: their key, then the least and the greatest of the two sides for every column. */
  readonly groups: readonly Record<string, unknown>[];
}

/** What raw holds, and whether a position or an id is in it more than once. */
export async function rawCounts(
  warehouse: Pick<Warehouse, 'query'>,
  kind: KindModel,
): Promise<{ readonly rows: number; readonly positions: number; readonly ids: number }> {
  const { rows } = await warehouse.query<Record<'rows' | 'positions' | 'ids', string>>(
    `SELECT count() AS rows, uniqExact(_partition, _offset) AS positions, uniqExact(_tenant, _id) AS ids
     FROM ${DATABASE}.${rawTable(kind)}`,
  );
  const [row] = rows;
  return { rows: Number(row?.rows), positions: Number(row?.positions), ids: Number(row?.ids) };
}

/** One number for everything that a kind's raw table and each of its rollups say: it changes when any of them says something else. */
export async function fingerprints(
  warehouse: Pick<Warehouse, 'query'>,
  kind: KindModel,
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const raw = `SELECT * FROM ${DATABASE}.${rawTable(kind)} FINAL`;
  for (const [table, rows] of [
    [rawTable(kind), raw] as const,
    ...rollupTables(kind).map((rollup) => [rollup.table, rowsOf(kind, rollup)] as const),
  ]) {
    const hashed = await warehouse.query<{ hash: string }>(
      `SELECT concat(toString(count()), ' ', toString(groupBitXor(sipHash64(*)))) AS hash FROM (${rows})`,
    );
    found[table] = hashed.rows[0]?.hash ?? '';
  }
  return found;
}

const EXAMPLES_MAX = 5;

/** Twice the relative error of one sketch: each side may be off by it in its own direction. */
const QUANTILES_APART_MAX = 0.02;

/**
 * Up to 512 values uniqCombined64(14) counts exactly. At exactly 512 it depends on repetitions and on how states were merged whether it
 * estimates already (512, 506 and 517 were seen for one set), so from there on both sides are estimates: three standard errors apart at most.
 */
const DISTINCT_EXACT_BELOW = 500;
const DISTINCT_APART_MAX = 0.025;

function comparison(kind: KindModel, table: RollupTable): string {
  const key = rollupKey(table).map(quoted);
  const columns = rollupColumns(kind).map((column) => ({ ...column, shape: shapeOf(column.type) }));
  const fromRaw = columns.map(
    ({ name, shape, fromEvents }) => `${shape.finish(fromEvents('_late'))} AS ${quoted(name)}`,
  );
  const dimensions = table.rollup.by.map((field) => quoted(field.name));
  const start = `${startOfGrain(table.grain, quoted(kind.timeField))} AS start`;
  const differs = columns.map(({ name, shape }) => shape.differs(quoted(name)));
  return `
    SELECT ${[...key, 'count() AS sides', ...columns.flatMap(({ name }) => [`min(${quoted(name)})`, `max(${quoted(name)})`])].join(', ')}
    FROM (
      ${rowsOf(kind, table)}
      UNION ALL
      SELECT ${['_tenant', start, ...dimensions, ...fromRaw].join(', ')}
      FROM ${DATABASE}.${rawTable(kind)} FINAL GROUP BY ${key.join(', ')}
    )
    GROUP BY ${key.join(', ')}
    HAVING sides != 2 OR ${differs.join(' OR ')}
    ORDER BY start LIMIT ${EXAMPLES_MAX}`;
}

/** A rollup as it reads: rows of one key that the engine has not merged yet count as one. */
function rowsOf(kind: KindModel, table: RollupTable): string {
  const key = rollupKey(table).map(quoted);
  const merged = rollupColumns(kind).map(({ name, type }) => {
    const value = shapeOf(type).merge(`t.${quoted(name)}`);
    return `${value} AS ${quoted(name)}`;
  });
  return `SELECT ${[...key, ...merged].join(', ')} FROM ${DATABASE}.${table.table} AS t GROUP BY ${key.join(', ')}`;
}

interface Shape {
  /** The value of several rows of the rollup together. */
  readonly merge: (column: string) => string;
  /** The value of what the rollup's view would have written for the events. */
  readonly finish: (expression: string) => string;
  /** Over the two sides of one group. */
  readonly differs: (column: string) => string;
}

/** From a column's type: `SimpleAggregateFunction(sum, …)` or `AggregateFunction(uniqCombined64(14), …)`. */
function shapeOf(type: string): Shape {
  const simple = /^SimpleAggregateFunction\((\w+), /.exec(type)?.[1];
  if (simple !== undefined)
    return { merge: (column) => `${simple}(${column})`, finish: (expression) => expression, differs: unequal };
  const [, name = '', parameters = ''] = /^AggregateFunction\((\w+)(\([^)]*\))?, /.exec(type) ?? [];
  return {
    merge: (column) => `${name}Merge${parameters}(${column})`,
    finish: (expression) => `finalizeAggregation(${expression})`,
    differs: name.startsWith('quantiles') ? quantilesDiffer : estimatesDiffer,
  };
}

/** A value on one side and none on the other differs too. */
function unequal(column: string): string {
  return `(count(${column}) = 1 OR min(${column}) != max(${column}))`;
}

function quantilesDiffer(column: string): string {
  return `arrayExists((a, b) -> abs(a - b) > ${QUANTILES_APART_MAX} * greatest(abs(a), abs(b)), min(${column}), max(${column}))`;
}

function estimatesDiffer(column: string): string {
  const [least, most] = [`min(${column})`, `max(${column})`];
  return `if(${most} < ${DISTINCT_EXACT_BELOW}, ${least} != ${most}, ${most} - ${least} > ${DISTINCT_APART_MAX} * ${most})`;
}

function quoted(name: string): string {
  return `\`${name}\``;
}
