import { LakegateError } from '../../platform/errors.ts';
import type { FieldModel, KindModel, WhereTree } from '../event-model.ts';

/**
 * Reads a filter from the inside out. What a filter means is said here once, for whoever makes something of it (a condition in SQL, a
 * predicate, the fields it looks at): entries are joined by and, so are the operators of a field; of nothing, `all` holds and `any` does not.
 */
export function foldWhere<T>(kind: KindModel, where: WhereTree, reader: WhereReader<T>): T {
  return reader.all(Object.entries(where).map(([name, value]) => foldEntry(kind, name, value, reader)));
}

export interface WhereReader<T> {
  all(parts: readonly T[]): T;
  any(parts: readonly T[]): T;
  not(part: T): T;
  /** `value` is never null; for `in` and `notIn` it is a list without nulls. */
  condition(field: FieldModel, operator: string, value: unknown): T;
}

function foldEntry<T>(kind: KindModel, name: string, value: unknown, reader: WhereReader<T>): T {
  switch (name) {
    case 'and':
      return reader.all(treesOf(name, value).map((tree) => foldWhere(kind, tree, reader)));
    case 'or':
      return reader.any(treesOf(name, value).map((tree) => foldWhere(kind, tree, reader)));
    case 'not':
      return reader.not(foldWhere(kind, treeOf(name, value), reader));
    default:
      return foldOperators(fieldOf(kind, name), treeOf(name, value), reader);
  }
}

function foldOperators<T>(field: FieldModel, operators: WhereTree, reader: WhereReader<T>): T {
  return reader.all(
    Object.entries(operators).map(([operator, value]) =>
      reader.condition(field, operator, givenValue(field, operator, value)),
    ),
  );
}

function givenValue(field: FieldModel, operator: string, value: unknown): unknown {
  const path = `${field.name}.${operator}`;
  if (operator === 'in' || operator === 'notIn') {
    if (!Array.isArray(value)) throw unexpected(path, 'a list', value);
    for (const item of value) requireValue(path, item);
  }
  requireValue(path, value);
  return value;
}

function requireValue(path: string, value: unknown): void {
  if (value === null || value === undefined) throw unexpected(path, 'a value (or isNull: true)', value);
}

function fieldOf(kind: KindModel, name: string): FieldModel {
  const field = kind.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw unexpected(name, `a field of ${kind.typeName}`, name);
  return field;
}

function treeOf(name: string, value: unknown): WhereTree {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(name, 'an object', value);
  return value as WhereTree;
}

function treesOf(name: string, value: unknown): readonly WhereTree[] {
  if (!Array.isArray(value)) throw unexpected(name, 'a list of filters', value);
  return value.map((item) => treeOf(name, item));
}

/** `path` without the `where.` in front. */
export function unexpected(path: string, what: string, got: unknown): LakegateError {
  return new LakegateError({
    code: 'BAD_REQUEST',
    message: `where.${path}: expected ${what}, got ${JSON.stringify(got)}`,
  });
}

export const OPERATOR_WORDS = 'one of eq ne in notIn lt lte gt gte contains startsWith isNull';
