import { fileURLToPath } from 'node:url';
import { onCluster } from '../../model/tables/on-cluster.ts';
import { tableDefinitions } from '../../model/tables/tables.ts';
import { awaitWarehouse } from '../../warehouse/await-warehouse.ts';
import { loadMigrations, type Migration, migrate, statementsOf } from '../../warehouse/migrate.ts';
import { makeViews } from '../../warehouse/sql-door/make-views.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { StartContext } from './pipeline.ts';

/**
 * Waits until the warehouse is up and makes what is missing: our own tables, those of every declared kind, and the views for people. Gives back all that made tables,
 * now or earlier. Several processes may do this at once: every statement makes only what is not there.
 */
export async function migrateWarehouse(
  warehouse: Warehouse,
  { model, logger, config }: StartContext,
): Promise<readonly Migration[]> {
  await awaitWarehouse(warehouse, {
    onWaiting: (why) => logger.warn({ why }, 'waiting for the warehouse to come up'),
  });
  const ofKinds = model.kinds.flatMap(tableDefinitions).map(({ path, sql }) => ({ name: path, sql }));
  const migrations = [...(await loadMigrations(MIGRATIONS_DIR)), ...ofKinds];
  await migrate(warehouse, forServers(migrations, config.clickhouse.cluster), {
    onApply: (name) => logger.info({ migration: name }, 'applying'),
  });
  await makeViews(warehouse, model);
  return migrations;
}

function forServers(migrations: readonly Migration[], cluster: string | null): readonly Migration[] {
  if (cluster === null) return migrations;
  return migrations.map(({ name, sql }) => ({
    name,
    sql: statementsOf(sql).flatMap((statement) => onCluster(statement, cluster)),
  }));
}

const MIGRATIONS_DIR = fileURLToPath(new URL('../../../clickhouse', import.meta.url));
