import { LakegateError } from '../../platform/errors.ts';
import type { FieldModel, KindModel, WhereTree } from '../event-model.ts';
import { decimalShape } from '../tables/column-types.ts';
import { normaliseCountryCode } from '../values/country-code.ts';
import { dateTimeText, parseDateTime } from '../values/date-time.ts';
import { decimalText, integerDigitsOf, parseDecimal, scaleOf } from '../values/decimal.ts';

/**
 * A filter with its values as events hold them: times in UTC, codes in capitals, decimals in their one spelling. What no event can hold
 * (digits beyond the scale, a number beyond the column) is refused rather than rounded into another question.
 */
export function normaliseWhere(kind: KindModel, where: WhereTree): WhereTree {
  return mapGivenEntries(where, 'where', (name, value) => {
    if (name === 'and' || name === 'or') {
      return (value as readonly WhereTree[]).map((tree) => normaliseWhere(kind, tree));
    }
    if (name === 'not') return normaliseWhere(kind, value as WhereTree);
    const field = kind.fields.find((candidate) => candidate.name === name);
    return field === undefined ? value : normaliseOperators(field, value as WhereTree);
  });
}

function normaliseOperators(field: FieldModel, operators: WhereTree): WhereTree {
  const path = `where.${field.name}`;
  return mapGivenEntries(operators, path, (operator, value) => {
    if (operator === 'isNull') return value;
    const valuePath = `${path}.${operator}`;
    return Array.isArray(value)
      ? value.map((item) => normaliseValue(field, item, valuePath))
      : normaliseValue(field, value, valuePath);
  });
}

function normaliseValue(field: FieldModel, value: unknown, path: string): unknown {
  switch (field.type) {
    case 'DateTime':
      return dateTimeText(
        parseDateTime(String(value)) ?? refuse(path, 'an instant such as 2026-11-21T10:00:00Z', value),
      );
    case 'CountryCode':
      return normaliseCountryCode(String(value)) ?? refuse(path, 'a country code such as DE', value);
    case 'CurrencyCode':
      return String(value).toUpperCase();
    case 'Decimal':
      return normaliseDecimal(field, value, path);
    case 'Int':
      return Math.abs(Number(value)) < 2 ** 31 ? value : refuse(path, 'a whole number of 32 bits', value);
    default:
      return value;
  }
}

function normaliseDecimal(field: FieldModel, value: unknown, path: string): string {
  const { precision, scale } = decimalShape(field);
  const decimal = parseDecimal(String(value));
  const fits = decimal !== null && scaleOf(decimal) <= scale && integerDigitsOf(decimal) <= precision - scale;
  if (decimal === null || !fits) {
    return refuse(
      path,
      `a decimal with at most ${precision - scale} digits before the point and ${scale} after it`,
      value,
    );
  }
  return decimalText(decimal);
}

/** GraphQL lets null stand for every entry; what it would mean is a guess, so it is refused. */
export function mapGivenEntries(
  tree: WhereTree,
  path: string,
  map: (name: string, value: unknown) => unknown,
): WhereTree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => {
      if (value === null || value === undefined) return refuse(`${path}.${name}`, 'a value, or isNull: true', value);
      return [name, map(name, value)];
    }),
  );
}

function refuse(path: string, expected: string, got: unknown): never {
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `${path}: expected ${expected}, got ${JSON.stringify(got)}`,
  });
}
