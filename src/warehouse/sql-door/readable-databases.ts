import { PEOPLE_DATABASE } from '../../model/tables/sql-views.ts';
import { refused } from '../engine/engine-error.ts';
import type { Readable } from './judge-tree.ts';

/** What tools ask of `system` to show what there is. Nothing of it tells of the machine, of other questions or of other tables. */
const SYSTEM_TABLES: ReadonlySet<string> = new Set([
  'aggregate_function_combinators',
  'collations',
  'columns',
  'data_skipping_indices',
  'data_type_families',
  'databases',
  'dictionaries',
  'formats',
  'functions',
  'keywords',
  'numbers',
  'one',
  'parts',
  'settings',
  'table_engines',
  'table_functions',
  'tables',
  'time_zones',
]);

export const READABLE: Readable['databases'] = new Map<string, 'all' | ReadonlySet<string>>([
  [PEOPLE_DATABASE, 'all'],
  ['system', SYSTEM_TABLES],
  ['information_schema', 'all'],
  ['INFORMATION_SCHEMA', 'all'],
]);

/** The session's own database. `default` is what clients say who know none. */
export function databaseFor(name: string): string {
  if (name === '' || name === 'default' || name === '__default__') return PEOPLE_DATABASE;
  if (READABLE.has(name)) return name;
  throw refused('UNKNOWN_DATABASE', `Database ${name.slice(0, 100)} does not exist`);
}

const LISTED = `database IN ('${[...READABLE.keys()].join("', '")}')`;

/**
 * Conditions that the engine adds to each of these tables wherever they are read, SHOW and DESCRIBE included: only what may be read here is
 * listed. As the setting `additional_table_filters` is written.
 */
export const HIDDEN_ROWS: string = `{${Object.entries({
  'system.columns': LISTED,
  'system.data_skipping_indices': LISTED,
  'system.databases': LISTED.replace('database', 'name'),
  'system.dictionaries': LISTED,
  'system.parts': LISTED,
  'system.tables': LISTED,
})
  .map(([table, condition]) => `'${table}': '${condition.replaceAll("'", "\\'")}'`)
  .join(', ')}}`;
