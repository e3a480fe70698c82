import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { sqlAccess } from '../../src/model/tables/sql-access.ts';
import { rawTable, rollupTables } from '../../src/model/tables/tables.ts';
import { statementsOf } from '../../src/warehouse/migrate.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const model = loadDeclarations(join(import.meta.dirname, '../../schema/events'));
const sql = sqlAccess(model);

let house: TestWarehouse;

beforeAll(async () => {
  house = await startTestWarehouse();
});

afterAll(() => house.stop());

// Users cannot be made in the embedded engine, so its parser is as far as this goes here.
test('the SQL for users of a ClickHouse server is taken by the engine, statement by statement', async () => {
  const statements = statementsOf(sql);
  expect(statements.length).toBeGreaterThan(20);
  for (const statement of statements) {
    await expect(house.warehouse.query(`EXPLAIN AST ${statement}`), statement).resolves.toBeDefined();
  }
});

test('every table with rows of tenants is granted with a policy, and no other table is', () => {
  const ofKinds = model.kinds.flatMap((kind) => [rawTable(kind), ...rollupTables(kind).map(({ table }) => table)]);
  const tables = [...ofKinds, 'sessions', 'alerts', 'results', 'late', 'acknowledgements'];
  const granted = [...sql.matchAll(/GRANT SELECT ON lakegate\.(\w+) TO lakegate_people;/g)].map(([, table]) => table);
  const restricted = [...sql.matchAll(/POLICY OR REPLACE lakegate_tenant ON lakegate\.(\w+) /g)].map(
    ([, table]) => table,
  );
  expect(granted).toEqual(tables);
  expect(restricted).toEqual(tables);
});
