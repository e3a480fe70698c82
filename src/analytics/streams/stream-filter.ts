import type { FieldModel, FieldType, KindModel, WhereTree } from '../../model/event-model.ts';
import { whereSql } from '../../model/tables/where-sql.ts';
import { compileWhere, type Predicate } from '../../model/where/compile-where.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import type { SqlParameters } from '../sql-parameters.ts';

/** The columns of a stream that a filter may name. */
export interface StreamFilter {
  /** With its values in their one spelling; what cannot be asked is refused. */
  normalise(where: WhereTree): WhereTree;
  /** As a condition over the columns of these names. */
  sql(where: WhereTree, params: SqlParameters): string;
  /** The same of values under these names. */
  predicate(where: WhereTree): Predicate;
}

/** Filters of streams mean what those of kinds do, because they are read by the same code: as if each row were an event of these fields. */
export function streamFilter(typeName: string, types: Readonly<Record<string, FieldType>>): StreamFilter {
  const fields = Object.entries(types).map(([name, type]) => fieldOf(name, type));
  const rows: KindModel = { ...NOT_DECLARED, typeName, fields };
  return {
    normalise: (where) => normaliseWhere(rows, where),
    sql: (where, { bind }) => whereSql(rows, where, { bind }),
    predicate: (where) => compileWhere(rows, where),
  };
}

/** Without what was left open: null says no more than nothing there. */
export function givenOnly(where: WhereTree): WhereTree {
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== null && value !== undefined));
}

function fieldOf(name: string, type: FieldType): FieldModel {
  return {
    name,
    type,
    typeName: type,
    nullable: false,
    description: null,
    dimension: null,
    measure: null,
    distinct: false,
    money: null,
    constraint: { min: null, max: null, maxLength: null, pattern: null, scale: null },
    searchable: false,
  };
}

const NOT_DECLARED: Omit<KindModel, 'typeName' | 'fields'> = {
  kind: '',
  singular: '',
  plural: '',
  description: null,
  sdl: '',
  keyField: '',
  idFields: [],
  timeField: '',
  from: null,
  keepRaw: null,
  dimensions: [],
  measures: [],
  rollups: [],
};
