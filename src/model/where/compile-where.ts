import type { FieldModel, KindModel, WhereTree } from '../event-model.ts';
import { parseDateTime } from '../values/date-time.ts';
import { compareDecimals, type Decimal, NUMBER_DIGITS_MAX, parseDecimal } from '../values/decimal.ts';
import { foldWhere, OPERATOR_WORDS, unexpected, type WhereReader } from './fold-where.ts';

/**
 * A filter as a function of an event's members. It says of every event what the warehouse says of its row (model/tables/where-sql.ts): a
 * comparison with a missing value is false, and `ne` and `notIn` are exactly the opposites of `eq` and `in` (so they take events without a
 * value). The filter is as `normaliseWhere` leaves it; everything is looked at once, here, and nothing per event that needs not be.
 */
export function compileWhere(kind: KindModel, where: WhereTree): Predicate {
  return foldWhere(kind, where, PREDICATES);
}

/** The members as they are stored: a decimal is text or a number that says it exactly, a time is text with any offset. */
export type Members = Readonly<Record<string, unknown>>;
export type Predicate = (members: Members) => boolean;

const PREDICATES: WhereReader<Predicate> = {
  all(parts) {
    const [first, second] = parts;
    if (first === undefined) return () => true;
    if (second === undefined) return first;
    return parts.length === 2
      ? (members) => first(members) && second(members)
      : (members) => parts.every((part) => part(members));
  },
  any: (parts) => (members) => parts.some((part) => part(members)),
  not: (part) => (members) => !part(members),
  condition: compileCondition,
};

function compileCondition(field: FieldModel, operator: string, value: unknown): Predicate {
  const { name } = field;
  if (operator === 'isNull') return isNull(field, value === true);
  const holds = compileTest(field, operator, value);
  // Asked for once: members may be read out of a record only then.
  return operator === 'ne' || operator === 'notIn'
    ? ({ [name]: value }) => !isThere(value) || !holds(value)
    : ({ [name]: value }) => isThere(value) && holds(value);
}

/** Where a value is always there, its column has no null to find. */
function isNull(field: FieldModel, wanted: boolean): Predicate {
  if (!field.nullable) return () => !wanted;
  return (members) => isThere(members[field.name]) !== wanted;
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined;
}

type Test = (value: unknown) => boolean;

/** What is asked of a value that is there. For `ne` and `notIn` their opposite. */
function compileTest(field: FieldModel, operator: string, value: unknown): Test {
  switch (operator) {
    case 'eq':
    case 'ne':
      return compileEqual(field, value);
    case 'in':
    case 'notIn':
      return compileOneOf(field, value as readonly unknown[]);
    case 'lt':
      return compileOrder(field, value, (order) => order < 0);
    case 'lte':
      return compileOrder(field, value, (order) => order <= 0);
    case 'gt':
      return compileOrder(field, value, (order) => order > 0);
    case 'gte':
      return compileOrder(field, value, (order) => order >= 0);
    case 'contains':
      return (held) => String(held).includes(String(value));
    case 'startsWith':
      return (held) => String(held).startsWith(String(value));
    default:
      throw unexpected(`${field.name}.${operator}`, OPERATOR_WORDS, operator);
  }
}

function compileEqual(field: FieldModel, value: unknown): Test {
  return hasOneSpelling(field) ? (held) => held === value : compileOrder(field, value, (order) => order === 0);
}

function compileOneOf(field: FieldModel, values: readonly unknown[]): Test {
  if (!hasOneSpelling(field)) {
    const tests = values.map((value) => compileEqual(field, value));
    return (held) => tests.some((test) => test(held));
  }
  const set = new Set(values);
  return (held) => set.has(held);
}

/** Equal values are equal in JSON. */
function hasOneSpelling(field: FieldModel): boolean {
  return field.type !== 'Decimal' && field.type !== 'DateTime';
}

/** `wanted` is asked of how the value stands to the bound: below 0, 0 or above 0. */
function compileOrder(field: FieldModel, bound: unknown, wanted: (order: number) => boolean): Test {
  switch (field.type) {
    case 'Decimal':
      return compileDecimalOrder(field, bound, wanted);
    case 'DateTime': {
      const boundUs = timeOf(field, bound);
      return (held) => wanted(orderOf(timeOf(field, held), boundUs));
    }
    case 'Int':
    case 'SafeInt':
    case 'Float': {
      const number = Number(bound);
      return (held) => wanted(orderOf(Number(held), number));
    }
    // Days written as 2026-11-21 sort like words.
    case 'Date':
      return (held) => wanted(orderOf(String(held), String(bound)));
    default:
      throw unexpected(field.name, 'eq, ne, in, notIn or isNull for a type without an order', bound);
  }
}

/**
 * Decimals of few digits are compared as doubles, at a tenth of the price: up to 15 significant digits different decimals are different
 * doubles in the same order (DBL_DIG), so nothing is lost by it. Whatever is longer is compared digit by digit.
 */
function compileDecimalOrder(field: FieldModel, bound: unknown, wanted: (order: number) => boolean): Test {
  const exact = decimalOf(field, bound);
  const isShort = exact.digits.length <= NUMBER_DIGITS_MAX;
  const number = Number(bound);
  return (held) => {
    const nearby = typeof held === 'number' || (typeof held === 'string' && held.length <= NUMBER_DIGITS_MAX);
    if (isShort && nearby) return wanted(orderOf(Number(held), number));
    return wanted(compareDecimals(decimalOf(field, held), exact));
  };
}

function decimalOf(field: FieldModel, value: unknown): Decimal {
  const decimal = parseDecimal(String(value));
  if (decimal === null) throw unexpected(field.name, 'a decimal', value);
  return decimal;
}

function timeOf(field: FieldModel, value: unknown): bigint {
  const timeUs = parseDateTime(String(value));
  if (timeUs === null) throw unexpected(field.name, 'an instant such as 2026-11-21T10:00:00Z', value);
  return timeUs;
}

function orderOf<T extends number | bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
