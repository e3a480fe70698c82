import type { FieldModel, KindModel, WhereTree } from '../event-model.ts';
import { foldWhere, OPERATOR_WORDS, unexpected } from '../where/fold-where.ts';
import { valueType } from './column-types.ts';
import { sqlText } from './sql-text.ts';

/** Turns a value into SQL: a typed placeholder for questions, a literal for definitions of views. */
export type Bind = (value: unknown, type: string) => string;

interface WhereSqlOptions {
  readonly bind: Bind;
  /** How a field is spelled where the condition stands. Default: its name in backticks. */
  readonly column?: (field: FieldModel) => string;
}

/**
 * A filter as a condition that is true or false, never null: a comparison with a missing value is false, and `ne` and `notIn` are exactly
 * the opposites of `eq` and `in` (so they take events without a value). The predicate of the same filter
 * (where/compile-where.ts) says the same of every event.
 */
export function whereSql(kind: KindModel, where: WhereTree, options: WhereSqlOptions): string {
  return foldWhere<string>(kind, where, {
    all: (parts) => joined(parts, 'AND', '1'),
    any: (parts) => joined(parts, 'OR', '0'),
    not: (part) => `NOT ${part}`,
    condition: (field, operator, value) => condition(field, operator, value, options),
  });
}

/** The fields that a filter looks at, for choosing a table that holds them. */
export function whereFields(kind: KindModel, where: WhereTree): ReadonlySet<FieldModel> {
  const union = (parts: readonly ReadonlySet<FieldModel>[]) => new Set(parts.flatMap((part) => [...part]));
  return foldWhere<ReadonlySet<FieldModel>>(kind, where, {
    all: union,
    any: union,
    not: (part) => part,
    condition: (field) => new Set([field]),
  });
}

/** Literals, for view definitions: the values come from declarations, the quoting is complete all the same. */
export const literalBind: Bind = (value, type) => {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (type.startsWith('Array(')) {
    const inner = type.slice('Array('.length, -1);
    return `[${(value as readonly unknown[]).map((item) => literalBind(item, inner)).join(', ')}]`;
  }
  const text = sqlText(String(value));
  return type === 'String' ? text : `CAST(${text}, ${sqlText(type)})`;
};

const COMPARISONS: Readonly<Record<string, string>> = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' };

function condition(field: FieldModel, operator: string, value: unknown, options: WhereSqlOptions): string {
  const column = options.column?.(field) ?? `\`${field.name}\``;
  const type = valueType(field);
  const bound = () => options.bind(sqlValue(field, value), type);
  const boundList = () => options.bind(sqlValues(field, value), `Array(${type})`);
  const known = (text: string) => (field.nullable ? `ifNull(${text}, false)` : text);
  const comparison = COMPARISONS[operator];
  if (comparison !== undefined) return known(`${column} ${comparison} ${bound()}`);
  switch (operator) {
    case 'ne':
      return `NOT ${known(`${column} = ${bound()}`)}`;
    case 'in':
      return known(`has(${boundList()}, ${column})`);
    case 'notIn':
      return `NOT ${known(`has(${boundList()}, ${column})`)}`;
    case 'contains':
      return known(`position(${column}, ${bound()}) > 0`);
    case 'startsWith':
      return known(`startsWith(${column}, ${bound()})`);
    case 'isNull':
      return field.nullable ? `${column} IS ${value === true ? '' : 'NOT '}NULL` : value === true ? '0' : '1';
    default:
      throw unexpected(`${field.name}.${operator}`, OPERATOR_WORDS, operator);
  }
}

/** Times in the spelling that the engine reads for a typed value. */
function sqlValue(field: FieldModel, value: unknown): unknown {
  return field.type === 'DateTime' ? String(value).replace('T', ' ').replace(/Z$/, '') : value;
}

function sqlValues(field: FieldModel, values: unknown): readonly unknown[] {
  return (values as readonly unknown[]).map((value) => sqlValue(field, value));
}

function joined(parts: readonly string[], by: 'AND' | 'OR', empty: string): string {
  return parts.length === 0 ? empty : `(${parts.join(` ${by} `)})`;
}
