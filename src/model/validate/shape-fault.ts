import type { ErrorObject } from 'ajv/dist/2020.js';
import { nearestName } from '../../platform/nearest-name.ts';
import type { FieldModel, KindModel } from '../event-model.ts';
import { type Fault, NO_DECIMAL, NOT_FINITE, NOT_SAFE } from './field-rule.ts';
import { describeText, describeValue, pointerTo, type Rejection } from './rejection.ts';

/** What JSON Schema found wrong with a field, in words for the person who sent it. */
export function shapeFault(
  field: FieldModel,
  value: unknown,
  numberText: string | null,
  error: Pick<ErrorObject, 'keyword' | 'params'>,
): Rejection {
  const pointer = pointerTo(field.name);
  if (value === undefined || value === null) {
    const got = value === undefined ? null : 'null';
    return { code: 'MISSING_FIELD', pointer, expected: `a value: ${describeType(field)}`, got };
  }
  const got =
    error.keyword === 'maxLength' ? `${lengthOf(value)} characters` : describeText(numberText ?? describeValue(value));
  return { ...faultOf(field, value, error), pointer, got };
}

function faultOf(field: FieldModel, value: unknown, error: Pick<ErrorObject, 'keyword' | 'params'>): Fault {
  const { limit } = error.params;
  switch (error.keyword) {
    case 'maxLength':
      return { code: 'TOO_LARGE', expected: `at most ${limit} characters` };
    case 'minLength':
      return { code: 'OUT_OF_RANGE', expected: 'at least one character' };
    case 'minimum':
    case 'maximum':
      if (field.type === 'SafeInt' && !Number.isSafeInteger(value)) return NOT_SAFE;
      return {
        code: 'OUT_OF_RANGE',
        expected: `at ${error.keyword === 'minimum' ? 'least' : 'most'} ${boundText(field, error)}`,
      };
    case 'enum':
      return { code: 'WRONG_TYPE', expected: `one of ${error.params.allowedValues.filter(Boolean).join(', ')}` };
    case 'pattern':
      return patternFault(field);
    default:
      return typeFault(field, value);
  }
}

/** As declared, if that is the bound: 9007199254740993 in a declaration is not what a double makes of it. */
function boundText(field: FieldModel, error: Pick<ErrorObject, 'keyword' | 'params'>): string {
  const declared = error.keyword === 'minimum' ? field.constraint.min : field.constraint.max;
  return declared !== null && Number(declared) === error.params.limit ? declared : String(error.params.limit);
}

function patternFault(field: FieldModel): Fault {
  if (field.type === 'Decimal') return NO_DECIMAL;
  if (field.type === 'ID' || field.type === 'String') {
    return { code: 'OUT_OF_RANGE', expected: `text that matches ${field.constraint.pattern}` };
  }
  return { code: 'WRONG_TYPE', expected: describeType(field) };
}

/** A number too large for a double (1e999) has the right type and the wrong size. */
function typeFault(field: FieldModel, value: unknown): Fault {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    if (field.type === 'Int' || field.type === 'SafeInt') return NOT_SAFE;
    if (field.type === 'Float' || field.type === 'Decimal') return NOT_FINITE;
  }
  return { code: 'WRONG_TYPE', expected: describeType(field) };
}

/** A type as people say it. */
function describeType(field: FieldModel): string {
  switch (field.type) {
    case 'ID':
      return 'an ID (text or a whole number)';
    case 'String':
      return 'text';
    case 'Int':
    case 'SafeInt':
      return 'a whole number';
    case 'Float':
      return 'a number';
    case 'Decimal':
      return NO_DECIMAL.expected;
    case 'Boolean':
      return 'true or false';
    case 'DateTime':
      return 'a time as RFC 3339 writes it, such as 2026-11-21T10:00:00Z, as text';
    case 'Date':
      return 'a day such as 2026-11-21, as text';
    case 'CountryCode':
      return 'a country code of ISO 3166-1 such as DE';
    case 'CurrencyCode':
      return 'a currency code of ISO 4217 such as EUR';
    case 'Enum':
      return `a value of ${field.typeName}`;
  }
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? [...value].length : 0;
}

export function unknownField(kind: KindModel, name: string): Rejection {
  const nearest =
    name.length > NAME_LENGTH_MAX
      ? null
      : nearestName(
          name,
          kind.fields.map((field) => field.name),
        );
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`;
  return {
    code: 'UNKNOWN_FIELD',
    pointer: pointerTo(name.slice(0, NAME_LENGTH_MAX)),
    expected: `a field of ${kind.typeName}${hint}`,
    got: describeText(name),
  };
}

/** Looking for the nearest name takes time that grows with its length; nobody misspells a name this long. */
const NAME_LENGTH_MAX = 100;
