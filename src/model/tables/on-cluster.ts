import { sqlText } from './sql-text.ts';

/**
 * A statement of a migration for a cluster of several servers: on each of them, with tables that replicate, and with one more table for each
 * that reads all shards.
 *
 *   lakegate_shard.transactions   what this shard holds: the queue table, the views and everything they fill
 *   lakegate.transactions         Distributed over the shards: what the product reads
 *
 * Sums, counts and states merge over shards as they do over parts, so it does not matter which shard an event came to. Replicated tables
 * commit a token and its part together: a repeated insert finds either both or neither.
 */
export function onCluster(statement: string, cluster: string): readonly string[] {
  if (statement.startsWith('CREATE DATABASE')) return databases(onAllOf(cluster));
  const made = clustered(statement.replaceAll(/\blakegate\./g, `${SHARD_DATABASE}.`), onAllOf(cluster));
  const table = /^CREATE TABLE IF NOT EXISTS lakegate\.(\w+)/.exec(statement)?.[1];
  const isStored = /\nENGINE = \w*MergeTree\b/.test(statement);
  return table === undefined || !isStored ? [made] : [replicated(made, table), distributed(table, cluster)];
}

/** As a clause of a statement that makes, changes or drops a table. */
export function onAllOf(cluster: string): string {
  return `ON CLUSTER ${sqlText(cluster)}`;
}

/** Where the tables of one shard are. */
export const SHARD_DATABASE = 'lakegate_shard';

function databases(onAll: string): readonly string[] {
  return [SHARD_DATABASE, 'lakegate'].map(
    (database) => `CREATE DATABASE IF NOT EXISTS ${database} ${onAll} ENGINE = Atomic`,
  );
}

function clustered(statement: string, onAll: string): string {
  return statement.replace(
    /^((?:CREATE (?:TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE) [\w.]+)/,
    (made) => `${made} ${onAll}`,
  );
}

/** `{shard}` and `{replica}` are macros that each server has of its own. */
function replicated(statement: string, table: string): string {
  return statement
    .replace(
      /\nENGINE = (\w*MergeTree)(\(\))?/,
      `\nENGINE = Replicated$1('/clickhouse/tables/{shard}/${SHARD_DATABASE}/${table}', '{replica}')`,
    )
    .replace('non_replicated_deduplication_window', 'replicated_deduplication_window');
}

function distributed(table: string, cluster: string): string {
  return `CREATE TABLE IF NOT EXISTS lakegate.${table} ${onAllOf(cluster)} AS ${SHARD_DATABASE}.${table}
ENGINE = Distributed(${sqlText(cluster)}, ${SHARD_DATABASE}, ${table}, ${TOGETHER[table] ?? 'rand()'})`;
}

/** What must come to one shard: the rates of a tenant, so that those of one call are one part, seen all at once or not at all. */
const TOGETHER: Readonly<Record<string, string>> = { rates: 'cityHash64(_tenant)' };
