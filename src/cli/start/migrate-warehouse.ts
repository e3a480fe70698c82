import { fileURLToPath } from 'node:url';
import { tableDefinitions } from '../../model/tables/tables.ts';
import { loadMigrations, migrate } from '../../warehouse/migrate.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { StartContext } from './pipeline.ts';

/** Waits until the warehouse is up and makes what is missing: our own tables, and those of every declared kind. */
export async function migrateWarehouse(warehouse: Warehouse, { model, logger }: StartContext): Promise<void> {
  const ofKinds = model.kinds.flatMap(tableDefinitions).map(({ path, sql }) => ({ name: path, sql }));
  await migrate(warehouse, [...(await loadMigrations(MIGRATIONS_DIR)), ...ofKinds], {
    onApply: (name) => logger.info({ migration: name }, 'applying'),
  });
}

const MIGRATIONS_DIR = fileURLToPath(new URL('../../../clickhouse', import.meta.url));
