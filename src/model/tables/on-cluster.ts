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
  const quoted = `'${cluster.replace(/[\\']/g, '\\$&')}'`;
  if (statement.startsWith('CREATE DATABASE')) return databases(quoted);
  const made = clustered(statement.replaceAll(/\blakegate\./g, `${SHARD_DATABASE}.`), quoted);
  const table = /^CREATE TABLE IF NOT EXISTS lakegate\.(\w+)/.exec(statement)?.[1];
  const isStored = /\nENGINE = \w*MergeTree\b/.test(statement);
  return table === undefined || !isStored ? [made] : [replicated(made, table), distributed(table, quoted)];
}

/** Where the tables of one shard are. */
export const SHARD_DATABASE = 'lakegate_shard';

function databases(cluster: string): readonly string[] {
  return [SHARD_DATABASE, 'lakegate'].map(
    (database) => `CREATE DATABASE IF NOT EXISTS ${database} ON CLUSTER ${cluster} ENGINE = Atomic`,
  );
}

function clustered(statement: string, cluster: string): string {
  return statement.replace(
    /^((?:CREATE (?:TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE) [\w.]+)/,
    `$1 ON CLUSTER ${cluster}`,
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
  return `CREATE TABLE IF NOT EXISTS lakegate.${table} ON CLUSTER ${cluster} AS ${SHARD_DATABASE}.${table}
ENGINE = Distributed(${cluster}, ${SHARD_DATABASE}, ${table}, rand())`;
}
