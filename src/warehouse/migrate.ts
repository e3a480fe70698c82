import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LakegateError } from '../platform/errors.ts';
import { DATABASE, type Warehouse } from './warehouse.ts';

/**
 * Runs each migration once, in the order given, and answers with the names of those it ran now. The first must make the database and the table
 * of migrations (clickhouse/000_database.sql).
 *
 * A migration is written down after its last statement. Killed in between, it runs again: statements must say IF NOT EXISTS, or be
 * harmless when repeated. One that ran and reads differently now is refused with MIGRATION_CHANGED before anything is run, because the tables
 * would not be what the files say.
 */
export async function migrate(
  warehouse: Warehouse,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  const applied = await appliedChecksums(warehouse);
  refuseChanged(migrations, applied);
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) {
    options.onApply?.(migration.name);
    for (const statement of statementsOf(migration.sql)) await warehouse.command(statement, { pool: 'load' });
    await warehouse.command(
      `INSERT INTO ${DATABASE}.migrations (name, checksum) SELECT {name:String}, {checksum:String}`,
      { params: { name: migration.name, checksum: checksumOf(migration) }, pool: 'load' },
    );
  }
  return missing.map(({ name }) => name);
}

export interface Migration {
  /** Its file below clickhouse/. It is known by this name for ever. */
  readonly name: string;
  /** Statements, each ending with ";" at the end of a line, or one by one. */
  readonly sql: string | readonly string[];
}

interface MigrateOptions {
  /** Called with the name of each that is about to run. */
  readonly onApply?: (name: string) => void;
}

/** The files written by hand: the top level of clickhouse/, in the order of their numbers. Those made from declarations lie in folders. */
export async function loadMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({ name: basename(name), sql: await readFile(join(directory, name), 'utf8') })),
  );
}

/** Without lines that are comments, so that a better comment is no other migration. */
export function statementsOf(sql: string | readonly string[]): readonly string[] {
  const texts = typeof sql === 'string' ? withoutComments(sql).split(/;[ \t]*$/m) : sql.map(withoutComments);
  return texts.map((text) => text.trim().replace(/;$/, '')).filter((text) => text !== '');
}

function withoutComments(sql: string): string {
  return sql.replaceAll('\r\n', '\n').replace(/^[ \t]*--.*\n?/gm, '');
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(statementsOf(migration.sql).join(';\n')).digest('hex');
}

async function appliedChecksums(warehouse: Warehouse): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await warehouse.query(
    "SELECT 1 FROM system.tables WHERE database = {database:String} AND name = 'migrations'",
    { params: { database: DATABASE }, pool: 'load' },
  );
  if (tables.length === 0) return new Map();
  const { rows } = await warehouse.query<{ name: string; checksum: string }>(
    `SELECT name, argMin(checksum, appliedAt) AS checksum FROM ${DATABASE}.migrations GROUP BY name`,
    { pool: 'load' },
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

function refuseChanged(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const changed = migrations.find((migration) => {
    const before = applied.get(migration.name);
    return before !== undefined && before !== checksumOf(migration);
  });
  if (changed === undefined) return;
  throw new LakegateError({
    code: 'MIGRATION_CHANGED',
    message:
      `expected the migration ${changed.name} to read as it did when it was applied, but its statements have changed. ` +
      'Put it back as it was, and write what is to change as a new migration that comes after it. ' +
      'Where the data may go, an empty data directory starts from the files as they are now.',
    facts: {
      migration: changed.name,
      appliedChecksum: applied.get(changed.name) ?? null,
      checksum: checksumOf(changed),
    },
  });
}
