import { LakegateError } from '../../platform/errors.ts';
import type { FieldModel, KindModel, WhereTree } from '../event-model.ts';
import { valueType } from './column-types.ts';
import { sqlText } from './sql-text.ts';

/** Turns a value into SQL: a typed placeholder for questions, a literal for definitions of views. */
export type Bind = (value: unknown, type: string) => string;

export interface WhereSqlOptions {
  readonly bind: Bind;
  /** How a field is spelled where the condition stands. Default: its name in backticks. */
  readonly column?: (field: FieldModel) => string;
}

/**
 * A filter as a condition that is true or false, never null: a comparison with a missing value is false, and `ne` and `notIn` are exactly
 * the opposites of `eq` and `in` (so they take events without a value). The stream side reads the same tree with the same rules.
 */
export function whereSql(kind: KindModel, where: WhereTree, options: WhereSqlOptions): string {
  const conditions = Object.entries(where).map(([name, value]) => {
    if (value === null || value === undefined) throw expected(name, 'a filter', value);
    switch (name) {
      case 'and':
        return joined(asTrees(name, value), 'AND', '1', kind, options);
      case 'or':
        return joined(asTrees(name, value), 'OR', '0', kind, options);
      case 'not':
        return `NOT ${whereSql(kind, asTree(name, value), options)}`;
      default:
        return fieldCondition(fieldOf(kind, name), asTree(name, value), options);
    }
  });
  return conditions.length === 0 ? '1' : `(${conditions.join(' AND ')})`;
}

/** The fields that a filter looks at, for choosing a table that holds them. */
export function whereFields(kind: KindModel, where: WhereTree): ReadonlySet<FieldModel> {
  const fields = new Set<FieldModel>();
  for (const [name, value] of Object.entries(where)) {
    if (name === 'and' || name === 'or') {
      for (const tree of asTrees(name, value)) for (const field of whereFields(kind, tree)) fields.add(field);
    } else if (name === 'not') {
      for (const field of whereFields(kind, asTree(name, value))) fields.add(field);
    } else {
      fields.add(fieldOf(kind, name));
    }
  }
  return fields;
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

function fieldCondition(field: FieldModel, operators: WhereTree, options: WhereSqlOptions): string {
  const column = options.column?.(field) ?? `\`${field.name}\``;
  const type = valueType(field);
  const bound = (value: unknown) => options.bind(sqlValue(field, value), type);
  const boundList = (value: unknown) => {
    if (!Array.isArray(value)) throw expected(`${field.name}.in`, 'a list', value);
    return options.bind(
      value.map((item) => sqlValue(field, item)),
      `Array(${type})`,
    );
  };
  const known = (condition: string) => (field.nullable ? `ifNull(${condition}, false)` : condition);
  const conditions = Object.entries(operators).map(([operator, value]) => {
    if (value === null || value === undefined)
      throw expected(`${field.name}.${operator}`, 'a value (or isNull: true)', value);
    const comparison = COMPARISONS[operator];
    if (comparison !== undefined) return known(`${column} ${comparison} ${bound(value)}`);
    switch (operator) {
      case 'ne':
        return `NOT ${known(`${column} = ${bound(value)}`)}`;
      case 'in':
        return known(`has(${boundList(value)}, ${column})`);
      case 'notIn':
        return `NOT ${known(`has(${boundList(value)}, ${column})`)}`;
      case 'contains':
        return known(`position(${column}, ${bound(value)}) > 0`);
      case 'startsWith':
        return known(`startsWith(${column}, ${bound(value)})`);
      case 'isNull':
        return field.nullable ? `${column} IS ${value === true ? '' : 'NOT '}NULL` : value === true ? '0' : '1';
      default:
        throw expected(
          `${field.name}.${operator}`,
          'one of eq ne in notIn lt lte gt gte contains startsWith isNull',
          operator,
        );
    }
  });
  return conditions.length === 0 ? '1' : `(${conditions.join(' AND ')})`;
}

/** Times in the spelling that the engine reads for a typed value. */
function sqlValue(field: FieldModel, value: unknown): unknown {
  if (value === null || value === undefined) throw expected(field.name, 'a value', value);
  return field.type === 'DateTime' ? String(value).replace('T', ' ').replace(/Z$/, '') : value;
}

function joined(
  trees: readonly WhereTree[],
  by: 'AND' | 'OR',
  empty: string,
  kind: KindModel,
  options: WhereSqlOptions,
): string {
  if (trees.length === 0) return empty;
  return `(${trees.map((tree) => whereSql(kind, tree, options)).join(` ${by} `)})`;
}

function fieldOf(kind: KindModel, name: string): FieldModel {
  const field = kind.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw expected(name, `a field of ${kind.typeName}`, name);
  return field;
}

function asTree(name: string, value: unknown): WhereTree {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw expected(name, 'an object', value);
  return value as WhereTree;
}

function asTrees(name: string, value: unknown): readonly WhereTree[] {
  if (!Array.isArray(value)) throw expected(name, 'a list of filters', value);
  return value.map((item) => asTree(name, item));
}

function expected(where: string, what: string, got: unknown): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: `where.${where}: expected ${what}, got ${JSON.stringify(got)}`,
  });
}
