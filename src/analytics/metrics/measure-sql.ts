import type { FieldModel, KindModel, MeasureModel } from '../../model/event-model.ts';
import { decimalShape, plainType } from '../../model/tables/column-types.ts';
import {
  DISTINCT,
  distinctColumn,
  QUANTILE_LEVELS,
  QUANTILES,
  quantilesColumn,
  rollupColumns,
  sumColumn,
  valueCountColumn,
} from '../../model/tables/rollup-columns.ts';
import { perKind } from '../per-kind.ts';
import { DECIMAL_BOUND } from './having-sql.ts';

/**
 * How a measure comes out of rows of states. The rows, read under the alias `t`, are those of a rollup, or of raw brought into the
 * same shape: so one expression serves every table, and their rows can stand together.
 */
export interface MeasureSql {
  readonly columns: readonly StateColumn[];
  readonly value: string;
  /** The engine's type of a bound to compare the value with. */
  readonly type: string;
  /** The currency field by which rates must stand beside the rows, where amounts are converted. */
  readonly ratesBy?: string;
}

export interface StateColumn {
  readonly name: string;
  /** Its value for a group of raw events. */
  readonly fromEvents: string;
  /** Its value for one row of a rollup. Absent: the column of that name as it is. */
  readonly fromRow?: string;
}

export function measureSql(kind: KindModel, measure: MeasureModel, exact: boolean): MeasureSql {
  const { field } = measure;
  if (measure.op === 'count' || measure.op === 'metric') return summed(kind, measure.name, measure);
  if (field === null) throw new Error(`measure ${measure.name} without a field`);
  switch (measure.op) {
    case 'sum':
      return summed(kind, sumColumn(field), measure);
    case 'distinct':
      return exact ? exactDistinct(field) : distinct(kind, field);
    case 'avg':
      return average(kind, field, measure);
    case 'min':
    case 'max':
      return extreme(kind, field, measure, measure.op);
    default:
      return quantile(kind, field, measure, exact);
  }
}

/** How many late events are counted in: asked for with `lateCount` and `revision`. */
export function lateCountSql(kind: KindModel): MeasureSql {
  return { columns: [stateColumn(kind, 'lateCount')], value: 'sum(t.`lateCount`)', type: 'Int64' };
}

/**
 * An average has this many digits more than what it is the average of, rounded half away from zero: a million cents over three people are
 * right to the last digit that anybody reads.
 */
export const AVERAGE_EXTRA_DIGITS = 6;

function summed(kind: KindModel, column: string, measure: MeasureModel): MeasureSql {
  return { columns: [stateColumn(kind, column)], value: `sum(t.\`${column}\`)`, type: boundType(measure) };
}

function distinct(kind: KindModel, field: FieldModel): MeasureSql {
  const column = distinctColumn(field);
  const value = orNone(`${DISTINCT.replace('(', 'Merge(')}(t.\`${column}\`)`);
  return { columns: [stateColumn(kind, column)], value, type: 'Int64' };
}

function exactDistinct(field: FieldModel): MeasureSql {
  const name = `_${field.name}Exact`;
  const fromEvents = `uniqExactState(CAST(\`${field.name}\`, '${plainType(field)}'))`;
  return { columns: [{ name, fromEvents }], value: orNone(`uniqExactMerge(t.\`${name}\`)`), type: 'Int64' };
}

/** The engine merges no states of a nullable column at all to null, where other counts are 0. */
function orNone(distinct: string): string {
  return `ifNull(${distinct}, 0)`;
}

/** Digits are cut after one more than wanted and then rounded, which is the same as rounding the exact quotient. */
function average(kind: KindModel, field: FieldModel, measure: MeasureModel): MeasureSql {
  const columns = [stateColumn(kind, sumColumn(field)), stateColumn(kind, valueCountColumn(field))];
  const sum = `sum(t.\`${sumColumn(field)}\`)`;
  const type = boundType(measure);
  if (measure.graphqlType === 'Decimal') return { columns, value: averageSql(field, sum), type };
  return { columns, value: orNull(field, `toFloat64(${sum}) / ${valueCount(field)}`), type };
}

/** Of a decimal sum, beside the column that counts the values. */
export function averageSql(field: FieldModel, sum: string): string {
  const digits = decimalShape(field).scale + AVERAGE_EXTRA_DIGITS;
  const quotient = `toDecimal256(${sum}, ${digits + 1}) / greatest(${valueCount(field)}, 1)`;
  return orNull(field, `round(${quotient}, ${digits})`);
}

function extreme(kind: KindModel, field: FieldModel, measure: MeasureModel, side: 'min' | 'max'): MeasureSql {
  const column = sideColumn(field, side);
  return { columns: [stateColumn(kind, column)], value: `${side}OrNull(t.\`${column}\`)`, type: boundType(measure) };
}

/** An estimate may be off by its stated error, but never so that it lies outside of what there was: of one event it is the value itself. */
function quantile(kind: KindModel, field: FieldModel, measure: MeasureModel, exact: boolean): MeasureSql {
  const index = quantileIndex(measure);
  const counted = stateColumn(kind, valueCountColumn(field));
  const type = boundType(measure);
  if (exact) {
    const name = `_${field.name}QuantilesExact`;
    const value = orNull(field, `${EXACT_QUANTILES.replace('(', 'Merge(')}(t.\`${name}\`)[${index}]`);
    return { columns: [{ name, fromEvents: exactQuantiles(field) }, counted], value, type };
  }
  const column = quantilesColumn(field);
  const estimate = `${QUANTILES.replace('(', 'Merge(')}(t.\`${column}\`)[${index}]`;
  const columns = [
    stateColumn(kind, column),
    counted,
    ...SIDES.map((side) => stateColumn(kind, sideColumn(field, side))),
  ];
  if (measure.graphqlType !== 'Decimal') {
    return {
      columns,
      value: orNull(
        field,
        withinExtremes(field, estimate, (side) => `toFloat64(${side})`),
      ),
      type,
    };
  }
  const { scale } = decimalShape(field);
  const decimal = `toDecimal128OrNull(toString(round(${estimate}, ${scale})), ${scale})`;
  return {
    columns,
    value: orNull(
      field,
      withinExtremes(field, decimal, (side) => `toDecimal128(${side}, ${scale})`),
    ),
    type,
  };
}

/** Where the quantile stands in the list of all four, from 1. */
export function quantileIndex(measure: MeasureModel): number {
  return QUANTILE_LEVELS.map(String).indexOf(measure.op) + 1;
}

/** `cast` brings the least and the greatest value into the type of the estimate. */
function withinExtremes(field: FieldModel, estimate: string, cast: (extreme: string) => string): string {
  const [least, greatest] = SIDES.map((side) => cast(`${side}(t.\`${sideColumn(field, side)}\`)`));
  return `greatest(${least}, least(${greatest}, ${estimate}))`;
}

const SIDES = ['min', 'max'] as const;

function sideColumn(field: FieldModel, side: 'min' | 'max'): string {
  return `${field.name}${side === 'min' ? 'Min' : 'Max'}`;
}

/**
 * So many of 100 values are at most that value: of two, the median is the less, as estimates have it too. The engine takes the value after so many, which
 * is another one where they come out even: levels are less by what makes no difference elsewhere.
 */
export const EXACT_QUANTILES = 'quantilesExact(0.499999999999, 0.899999999999, 0.949999999999, 0.989999999999)';

function exactQuantiles(field: FieldModel): string {
  const column = `\`${field.name}\``;
  return field.nullable
    ? `${EXACT_QUANTILES.replace('(', 'StateIf(')}(assumeNotNull(${column}), isNotNull(${column}))`
    : `${EXACT_QUANTILES.replace('(', 'State(')}(${column})`;
}

function valueCount(field: FieldModel): string {
  return `sum(t.\`${valueCountColumn(field)}\`)`;
}

/** Over nothing there is no average and no quantile. */
function orNull(field: FieldModel, value: string): string {
  return `if(${valueCount(field)} = 0, NULL, ${value})`;
}

/** Bounds may have more digits than the column: a comparison must not round them. */
function boundType(measure: MeasureModel): string {
  switch (measure.graphqlType) {
    case 'Decimal':
      return DECIMAL_BOUND;
    case 'Float':
      return 'Float64';
    case 'DateTime':
      return "DateTime64(6, 'UTC')";
    case 'SafeInt':
      return 'Int64';
  }
}

export function stateColumn(kind: KindModel, name: string): StateColumn {
  const column = columnsOf(kind).get(name);
  if (column === undefined) throw new Error(`${kind.typeName} has no rollup column ${name}`);
  return column;
}

const columnsOf = perKind((kind): ReadonlyMap<string, StateColumn> => {
  const columns = rollupColumns(kind);
  return new Map(columns.map(({ name, fromEvents }) => [name, { name, fromEvents: fromEvents('_late') }]));
});
