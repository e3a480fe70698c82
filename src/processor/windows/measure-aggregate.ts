import type { FieldModel, KindModel, MeasureModel, WhereTree } from '../../model/event-model.ts';
import { allowedCurrencies } from '../../model/where/allowed-currencies.ts';
import { compileWhere, type Predicate } from '../../model/where/compile-where.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Aggregate } from './accumulator.ts';
import { ByCurrency } from './by-currency.ts';
import { Count } from './count.ts';
import { Extreme, FloatExtreme } from './extreme.ts';
import { Filtered } from './filtered.ts';
import { FloatAverage, FloatSum } from './float-sum.ts';
import { quantityOf } from './quantity.ts';
import { Average, Sum } from './sum.ts';
import { Distinct } from './value-counts.ts';

/** A measure of a kind as a job keeps it for each of its windows: its value equals that of a metrics query over the same events. */
export function measureAggregate(kind: KindModel, name: string, scope: MeasureScope): Aggregate {
  const measure = kind.measures.find((candidate) => candidate.name === name);
  if (measure === undefined) throw unknownMeasure(kind, name);
  const aggregate = plainAggregate(measure);
  if (measure.metric === null) return apartByCurrency(measure, scope, aggregate);
  const takes = compileWhere(kind, measure.metric.where);
  // Where the metric's own filter lets one currency through, others must not come as far as being kept apart.
  return hasOneCurrency(measure, scope)
    ? filtered(takes, apartByCurrency(measure, scope, aggregate))
    : apartByCurrency(measure, scope, filtered(takes, aggregate));
}

function filtered(takes: Predicate, of: Aggregate): Aggregate {
  return () => new Filtered(takes, of);
}

/** What decides how many currencies a measure of money can meet. */
export interface MeasureScope {
  readonly where: WhereTree | null;
  readonly keyField: string;
}

/** As it is, where it is no measure of money. */
export function apartByCurrency(measure: Amounts, scope: MeasureScope, aggregate: Aggregate): Aggregate {
  const { currencyField } = measure;
  if (currencyField === null) return aggregate;
  const currencies = { currencyField, hasOne: hasOneCurrency(measure, scope) };
  return () => new ByCurrency(currencies, aggregate);
}

type Amounts = Pick<MeasureModel, 'currencyField' | 'metric'>;

function hasOneCurrency(measure: Amounts, { where, keyField }: MeasureScope): boolean {
  if (measure.currencyField === keyField) return true;
  const allowed = allowedCurrencies(where ?? {}, measure);
  return allowed !== null && allowed.size <= 1;
}

function plainAggregate(measure: MeasureModel): Aggregate {
  const op = measure.op === 'metric' ? (measure.metric?.of ?? 'count') : measure.op;
  const { field } = measure;
  if (op === 'count' || field === null) return () => new Count();
  switch (op) {
    case 'distinct':
      return () => new Distinct(field.name);
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
      return numberAggregate(field, op);
    default:
      throw new LakegateError({
        code: 'BAD_REQUEST',
        message: `measures: expected a measure that a window can keep (count, a sum, an average, an extreme, a distinct count or a metric), got ${measure.name}: ask for quantiles in a metrics query over the same window`,
      });
  }
}

export function numberAggregate(field: FieldModel, op: 'sum' | 'avg' | 'min' | 'max'): Aggregate {
  if (field.type === 'Float') {
    if (op === 'sum') return () => new FloatSum(field.name);
    return op === 'avg' ? () => new FloatAverage(field.name) : () => new FloatExtreme(field.name, op);
  }
  const of = quantityOf(field);
  if (op === 'sum') return () => new Sum(of);
  return op === 'avg' ? () => new Average(of) : () => new Extreme(of, op);
}

function unknownMeasure(kind: KindModel, name: string): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: `measures: expected measures of ${kind.typeName} (${kind.measures.map((one) => one.name).join(', ')}), got ${name}`,
  });
}
