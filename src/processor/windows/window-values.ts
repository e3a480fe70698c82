import type { FieldModel, KindModel } from '../../model/event-model.ts';
import type { Predicate } from '../../model/where/compile-where.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Aggregate } from './accumulator.ts';
import { Count } from './count.ts';
import { Extreme } from './extreme.ts';
import { Filtered } from './filtered.ts';
import { FirstOrLast } from './first-or-last.ts';
import { apartByCurrency, type MeasureScope, numberAggregate } from './measure-aggregate.ts';
import { derivedQuantity } from './quantity.ts';
import { Average, Sum } from './sum.ts';
import { Distinct, Top } from './value-counts.ts';

/** A value of a window that is no measure of the kind: over any field, declared or derived. For jobs in TypeScript. */
export interface WindowValue {
  /** How it is kept: state of before can be read where this is equal. */
  readonly shape: string;
  aggregate(scope: ValueScope): Aggregate;
}

export interface ValueScope extends MeasureScope {
  readonly kind: KindModel;
  /** Names of fields that the job derives: they stand for declared ones of the same name. */
  readonly derived: ReadonlySet<string>;
}

/** The value of the first event that has one, by event time, of equal times by id. */
export function first(field: string): WindowValue {
  return { shape: `first(${field})`, aggregate: () => () => new FirstOrLast(field, 'first') };
}

export function last(field: string): WindowValue {
  return { shape: `last(${field})`, aggregate: () => () => new FirstOrLast(field, 'last') };
}

/** The `size` values that came most often, each with its count: `[{value, count}]`. */
export function top(field: string, size: number): WindowValue {
  return { shape: `top(${field})`, aggregate: () => () => new Top(field, size) };
}

/** How many different values there were. */
export function distinct(field: string): WindowValue {
  return { shape: `distinct(${field})`, aggregate: () => () => new Distinct(field) };
}

/** How many rows the function takes. */
export function countOf(takes: Predicate): WindowValue {
  return { shape: 'count', aggregate: () => () => new Filtered(takes, () => new Count()) };
}

/**
 * Numbers of a declared field as the field says; of a derived one as decimals with `scale` digits after the point (default 4). Amounts of two
 * currencies are kept apart, as in measures.
 */
export function sum(field: string, options: NumberOptions = {}): WindowValue {
  return numberValue('sum', field, options);
}

export function avg(field: string, options: NumberOptions = {}): WindowValue {
  return numberValue('avg', field, options);
}

export function min(field: string, options: NumberOptions = {}): WindowValue {
  return numberValue('min', field, options);
}

export function max(field: string, options: NumberOptions = {}): WindowValue {
  return numberValue('max', field, options);
}

export interface NumberOptions {
  readonly scale?: number;
}

type NumberOp = 'sum' | 'avg' | 'min' | 'max';

function numberValue(op: NumberOp, name: string, { scale }: NumberOptions): WindowValue {
  return {
    shape: `${op}(${name},${scale ?? ''})`,
    aggregate(scope) {
      if (scope.derived.has(name)) return derivedAggregate(op, name, scale);
      return declaredAggregate(op, numberField(scope.kind, name), scope);
    },
  };
}

function derivedAggregate(op: NumberOp, name: string, scale: number | undefined): Aggregate {
  const of = derivedQuantity(name, scale);
  if (op === 'sum') return () => new Sum(of);
  return op === 'avg' ? () => new Average(of) : () => new Extreme(of, op);
}

function declaredAggregate(op: NumberOp, field: FieldModel, scope: ValueScope): Aggregate {
  const currencyField = field.money?.currencyField ?? null;
  return apartByCurrency({ currencyField, metric: null }, scope, numberAggregate(field, op));
}

function numberField(kind: KindModel, name: string): FieldModel {
  const field = kind.fields.find((candidate) => candidate.name === name);
  const isNumber = field !== undefined && NUMBER_TYPES.has(field.type);
  if (isNumber) return field;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `values: expected a number of ${kind.typeName} or a derived field, got ${name}`,
  });
}

const NUMBER_TYPES: ReadonlySet<FieldModel['type']> = new Set(['Int', 'SafeInt', 'Float', 'Decimal']);
