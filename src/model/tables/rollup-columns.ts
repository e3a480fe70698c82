import type { FieldModel, KindModel, MeasureModel } from '../event-model.ts';
import { plainType, sumType, valueType } from './column-types.ts';
import { literalBind, whereSql } from './where-sql.ts';

/** One column of aggregates in a rollup. Sums, minima and maxima are plain numbers to read; the others are states to merge. */
export interface RollupColumn {
  readonly name: string;
  readonly type: string;
  /** Its value for a group of events. `late` is spelled by who reads, the rest are names of fields. */
  readonly fromEvents: (late: string) => string;
  /** Its value for a group of rows of a finer rollup, read under the alias `t`. */
  readonly fromRows: string;
}

/**
 * Values are counted by their first eight significant bits. The error is stated and guaranteed at every magnitude, and merging gives the
 * same counts in any order, so that a rollup rebuilt from raw equals the one that grew. (t-digest does neither; DDSketch merges three times
 * slower here, and is off by three percent below 1.)
 */
export const QUANTILES = 'quantilesBFloat16(0.5, 0.9, 0.95, 0.99)';
export const QUANTILE_LEVELS = ['p50', 'p90', 'p95', 'p99'] as const;
/** Eight bits cut off, not rounded: less than 2^-7 = 0.0078125 (measured: 0.0077), and the rounding of the answer. */
export const QUANTILE_RELATIVE_ERROR = 0.0079;

/** 2^14 registers: exact up to some hundred values, then a standard error of 1.04 / sqrt(2^14) = 0.8 percent. Three of those are stated. */
export const DISTINCT = 'uniqCombined64(14)';
export const DISTINCT_RELATIVE_ERROR = 0.025;

/** The columns of every rollup of a kind, whatever its dimensions and grain. */
export function rollupColumns(kind: KindModel): readonly RollupColumn[] {
  const columns: RollupColumn[] = [
    summed('count', 'UInt64', () => 'count()'),
    summed('lateCount', 'UInt64', (late) => `countIf(${late})`),
  ];
  for (const field of kind.fields) {
    if (field.distinct) columns.push(distinct(field));
    if (field.measure !== null) columns.push(...measured(field));
  }
  for (const measure of kind.measures) if (measure.metric !== null) columns.push(metric(kind, measure));
  return columns;
}

export function distinctColumn(field: FieldModel): string {
  return `${field.name}Distinct`;
}
export function sumColumn(field: FieldModel): string {
  return `${field.name}Sum`;
}
/** How many events had a value: needed for the average of a nullable field. Equals `count` where the field is always there. */
export function valueCountColumn(field: FieldModel): string {
  return field.nullable ? `_${field.name}Count` : 'count';
}
export function quantilesColumn(field: FieldModel): string {
  return `${field.name}Quantiles`;
}

function summed(name: string, type: string, fromEvents: (late: string) => string): RollupColumn {
  return { name, type: `SimpleAggregateFunction(sum, ${type})`, fromEvents, fromRows: `sum(t.\`${name}\`)` };
}

function distinct(field: FieldModel): RollupColumn {
  const name = distinctColumn(field);
  return {
    name,
    type: `AggregateFunction(${DISTINCT}, ${plainType(field)})`,
    fromEvents: () => `${combined(DISTINCT, 'State')}(CAST(\`${field.name}\`, '${plainType(field)}'))`,
    fromRows: `${combined(DISTINCT, 'MergeState')}(t.\`${name}\`)`,
  };
}

function measured(field: FieldModel): readonly RollupColumn[] {
  const value = `\`${field.name}\``;
  const columns = [summed(sumColumn(field), sumType(field), () => `sum(${sumOperand(field)})`)];
  if (field.nullable) columns.push(summed(valueCountColumn(field), 'UInt64', () => `count(${value})`));
  for (const side of ['min', 'max'] as const) {
    const name = `${field.name}${side === 'min' ? 'Min' : 'Max'}`;
    columns.push({
      name,
      type: `SimpleAggregateFunction(${side}, ${plainType(field)})`,
      fromEvents: () => `${side}(${value})`,
      fromRows: `${side}(t.\`${name}\`)`,
    });
  }
  if (field.measure?.quantiles === true) {
    const name = quantilesColumn(field);
    columns.push({
      name,
      type: `AggregateFunction(${QUANTILES}, Float64)`,
      fromEvents: () =>
        field.nullable
          ? `${combined(QUANTILES, 'StateIf')}(toFloat64(assumeNotNull(${value})), isNotNull(${value}))`
          : `${combined(QUANTILES, 'State')}(toFloat64(${value}))`,
      fromRows: `${combined(QUANTILES, 'MergeState')}(t.\`${name}\`)`,
    });
  }
  return columns;
}

function metric(kind: KindModel, measure: MeasureModel): RollupColumn {
  const where = measure.metric === null ? '1' : whereSql(kind, measure.metric.where, { bind: literalBind });
  if (measure.metric?.of === 'sum' && measure.field !== null) {
    const operand = sumOperand(measure.field);
    return summed(measure.name, sumType(measure.field), () => `sumIf(${operand}, ${where})`);
  }
  return summed(measure.name, 'UInt64', () => `countIf(${where})`);
}

/** A missing value adds nothing. Wide before adding, so that the sum has the type of its column. */
function sumOperand(field: FieldModel): string {
  const value = field.nullable ? `ifNull(\`${field.name}\`, CAST(0, '${valueType(field)}'))` : `\`${field.name}\``;
  return field.type === 'SafeInt' ? `toInt128(${value})` : value;
}

/** quantilesBFloat16(0.5, …) and State make quantilesBFloat16State(0.5, …). */
function combined(aggregate: string, combinator: string): string {
  return aggregate.replace('(', `${combinator}(`);
}
