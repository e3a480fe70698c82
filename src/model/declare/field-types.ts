import type { FieldType } from '../event-model.ts';

/** What each type of field may be used for. The compiler refuses the rest, so that nothing behind it has to ask. */
export const FIELD_TYPES: readonly Exclude<FieldType, 'Enum'>[] = [
  'ID',
  'String',
  'Int',
  'SafeInt',
  'Float',
  'Decimal',
  'Boolean',
  'DateTime',
  'Date',
  'CountryCode',
  'CurrencyCode',
];

/** Types whose values are few enough, and equal exactly enough, to group by and to count the different ones of. */
export const DIMENSION_TYPES: readonly FieldType[] = [
  'ID',
  'String',
  'Enum',
  'CountryCode',
  'CurrencyCode',
  'Boolean',
  'Int',
  'Date',
];

/** A key decides the partition, so it is something that names a thing. */
export const KEY_TYPES: readonly FieldType[] = ['ID', 'String', 'Int', 'Enum', 'CountryCode', 'CurrencyCode'];

/** Types with one spelling for each value: the id's text is compared as it is. */
export const ID_TYPES: readonly FieldType[] = [
  'ID',
  'String',
  'Int',
  'SafeInt',
  'DateTime',
  'Date',
  'Enum',
  'CountryCode',
  'CurrencyCode',
];

export const NUMBER_TYPES: readonly FieldType[] = ['Int', 'SafeInt', 'Float', 'Decimal'];
export const TEXT_TYPES: readonly FieldType[] = ['String', 'ID'];

type WhereOperator = 'eq' | 'ne' | 'in' | 'notIn' | 'lt' | 'lte' | 'gt' | 'gte' | 'contains' | 'startsWith' | 'isNull';

const ONE_OF: readonly WhereOperator[] = ['eq', 'ne', 'in', 'notIn', 'isNull'];
const ORDERED: readonly WhereOperator[] = ['lt', 'lte', 'gt', 'gte', 'isNull'];

/** The operators of each filter input: those of schema/api/filters.graphql (a test compares), and of the generated enum filters. */
export const WHERE_OPERATORS: Readonly<Record<FieldType, readonly WhereOperator[]>> = {
  ID: ONE_OF,
  String: ['eq', 'ne', 'in', 'notIn', 'contains', 'startsWith', 'isNull'],
  Int: ['eq', 'ne', 'in', ...ORDERED],
  SafeInt: ['eq', 'ne', 'in', ...ORDERED],
  Float: ['eq', ...ORDERED],
  Decimal: ['eq', 'ne', ...ORDERED],
  Boolean: ['eq', 'isNull'],
  DateTime: ORDERED,
  Date: ['eq', 'ne', 'in', ...ORDERED],
  CountryCode: ONE_OF,
  CurrencyCode: ONE_OF,
  Enum: ONE_OF,
};

/** Types in the words of a message: Int, Decimal or an enum. */
export function typeWords(types: readonly FieldType[]): string {
  const words = types.map((type) => (type === 'Enum' ? 'an enum' : type));
  const last = words.at(-1) ?? 'nothing';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
