import { type EnumModel, type FieldModel, ID_LENGTH_MAX, type KindModel, TEXT_LENGTH_MAX } from '../event-model.ts';
import { DECIMAL_PATTERN, NUMBER_DIGITS_MAX } from '../values/decimal.ts';
import { decimalRange } from './decimal-range.ts';

/**
 * What an event of this kind looks like, as JSON Schema (draft 2020-12): served to producers in other languages, and what admission itself
 * checks first. So the two never differ in what JSON Schema can say; what it cannot (exact decimals, days of the calendar, the
 * list of currencies) stands in the descriptions and is checked by field rules.
 */
export function jsonSchema(kind: KindModel, enums: ReadonlyMap<string, EnumModel>): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:lakegate:event:${kind.singular}`,
    title: kind.typeName,
    ...(kind.description === null ? {} : { description: kind.description }),
    type: 'object',
    required: kind.fields.filter((field) => !field.nullable).map((field) => field.name),
    properties: Object.fromEntries(kind.fields.map((field) => [field.name, fieldSchema(kind, field, enums)])),
    additionalProperties: false,
    examples: [exampleEvent(kind, enums)],
  };
}

type JsonSchema = Readonly<Record<string, unknown>>;

function fieldSchema(kind: KindModel, field: FieldModel, enums: ReadonlyMap<string, EnumModel>): JsonSchema {
  const { type, ...rest } = valueSchema(kind, field, enums);
  const types = Array.isArray(type) ? type : [type];
  const description = [field.description, noteOn(kind, field)].filter((part) => part !== null && part !== '').join(' ');
  return {
    ...(description === '' ? {} : { description }),
    type: field.nullable ? [...types, 'null'] : types.length === 1 ? types[0] : types,
    ...rest,
    ...(field.nullable && Array.isArray(rest.enum) ? { enum: [...rest.enum, null] } : {}),
  };
}

interface ValueSchema extends JsonSchema {
  readonly type: string | readonly string[];
  readonly enum?: readonly string[];
}

function valueSchema(kind: KindModel, field: FieldModel, enums: ReadonlyMap<string, EnumModel>): ValueSchema {
  const { pattern } = field.constraint;
  switch (field.type) {
    case 'ID':
      return {
        type: ['string', 'integer'],
        minLength: 1,
        maxLength: textLengthMax(kind, field),
        ...(pattern === null ? {} : { pattern }),
      };
    case 'String':
      return { type: 'string', maxLength: textLengthMax(kind, field), ...(pattern === null ? {} : { pattern }) };
    case 'Int':
      return { type: 'integer', ...numberRange(field, INT_MIN, INT_MAX) };
    case 'SafeInt':
      return { type: 'integer', ...numberRange(field, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) };
    case 'Float':
      return { type: 'number', ...numberRange(field, -Number.MAX_VALUE, Number.MAX_VALUE) };
    case 'Decimal':
      return { type: ['string', 'number'], pattern: DECIMAL_PATTERN };
    case 'Boolean':
      return { type: 'boolean' };
    case 'DateTime':
      return { type: 'string', format: 'date-time', maxLength: TIME_LENGTH_MAX };
    case 'Date':
      return { type: 'string', format: 'date', maxLength: TIME_LENGTH_MAX };
    case 'CountryCode':
      return { type: 'string', pattern: '^[A-Za-z]{2}$' };
    case 'CurrencyCode':
      return { type: 'string', pattern: '^[A-Za-z]{3}$' };
    case 'Enum':
      return { type: 'string', enum: enumValues(field, enums) };
  }
}

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** A time with nanoseconds and an offset has 35 characters. */
const TIME_LENGTH_MAX = 64;

/** In characters (Unicode code points). Ids and keys are looked up, hashed and kept in memory, so they are shorter than other texts. */
export function textLengthMax(kind: KindModel, field: FieldModel): number {
  const isName = field.type === 'ID' || field.name === kind.keyField || kind.idFields.includes(field.name);
  return Math.min(field.constraint.maxLength ?? Number.POSITIVE_INFINITY, isName ? ID_LENGTH_MAX : TEXT_LENGTH_MAX);
}

/** What the declaration asks for inside what the type can hold. */
function numberRange(field: FieldModel, typeMin: number, typeMax: number): { minimum: number; maximum: number } {
  const { min, max } = field.constraint;
  return {
    minimum: min === null ? typeMin : Math.max(typeMin, Number(min)),
    maximum: max === null ? typeMax : Math.min(typeMax, Number(max)),
  };
}

function enumValues(field: FieldModel, enums: ReadonlyMap<string, EnumModel>): readonly string[] {
  return enums.get(field.typeName)?.values.map((value) => value.name) ?? [];
}

function noteOn(kind: KindModel, field: FieldModel): string {
  const time = field.name === kind.timeField && field.nullable ? ' Absent: the time of receipt.' : '';
  switch (field.type) {
    case 'Decimal': {
      const { min, max, scale } = decimalRange(field);
      return `Exact: as text, or as a number of at most ${NUMBER_DIGITS_MAX} significant digits. From ${min} to ${max}, at most ${scale} digits after the point.`;
    }
    case 'DateTime':
      return `RFC 3339 with an offset; kept in UTC to the microsecond.${time}`;
    case 'Date':
      return 'A day of the calendar, 1900 to 2299.';
    case 'CountryCode':
      return 'ISO 3166-1 alpha-2.';
    case 'CurrencyCode':
      return 'ISO 4217.';
    default:
      return '';
  }
}

/** Complete but for texts with a pattern that may be absent: what matches one is not ours to make up. */
function exampleEvent(kind: KindModel, enums: ReadonlyMap<string, EnumModel>): JsonSchema {
  const shown = kind.fields.filter(({ nullable, constraint }) => !nullable || constraint.pattern === null);
  return Object.fromEntries(shown.map((field) => [field.name, exampleOf(field, enums)]));
}

function exampleOf(field: FieldModel, enums: ReadonlyMap<string, EnumModel>): unknown {
  switch (field.type) {
    case 'ID':
      return `${field.name}-1`;
    case 'String':
      return 'text'.slice(0, field.constraint.maxLength ?? undefined);
    case 'Int':
    case 'SafeInt':
    case 'Float':
      return Number(field.constraint.min ?? field.constraint.max ?? 1);
    case 'Decimal':
      return field.constraint.min ?? field.constraint.max ?? '1';
    case 'Boolean':
      return true;
    case 'DateTime':
      return '2026-11-21T10:00:00Z';
    case 'Date':
      return '2026-11-21';
    case 'CountryCode':
      return 'DE';
    case 'CurrencyCode':
      return 'EUR';
    case 'Enum':
      return enumValues(field, enums)[0];
  }
}
