import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadMigrations, type Migration, migrate, statementsOf } from '../../src/warehouse/migrate.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const CLICKHOUSE = fileURLToPath(new URL('../../clickhouse', import.meta.url));

describe('migrations', () => {
  let started: TestWarehouse;
  beforeEach(async () => {
    started = await startTestWarehouse();
  });
  afterEach(() => started.stop());

  const first = async () => (await loadMigrations(CLICKHOUSE)).slice(0, 1);
  const make = (name: string, table: string, extra = ''): Migration => ({
    name,
    sql: `-- why;\nCREATE TABLE IF NOT EXISTS lakegate.${table} (id UInt8) ENGINE = MergeTree ORDER BY id${extra};\n`,
  });
  const tables = async () =>
    (
      await started.warehouse.query<{ name: string }>(
        "SELECT name FROM system.tables WHERE database = 'lakegate' ORDER BY name",
      )
    ).rows.map(({ name }) => name);

  test('each runs once, in the order given', async () => {
    const migrations = [...(await first()), make('b', 'second'), make('a', 'third')];
    expect(await migrate(started.warehouse, migrations)).toEqual(['000_database.sql', 'b', 'a']);
    expect(await migrate(started.warehouse, migrations)).toEqual([]);
    expect(await migrate(started.warehouse, [...migrations, make('c', 'fourth')])).toEqual(['c']);
    expect(await tables()).toEqual(['fourth', 'migrations', 'second', 'third']);
  });

  test('run by several processes at once end as if one had run them', async () => {
    const migrations = [...(await first()), ...['b', 'c', 'd', 'e'].map((name) => make(name, `table_${name}`))];
    const all = await Promise.all([1, 2, 3, 4].map(() => migrate(started.warehouse, migrations)));
    expect(new Set(all.flat())).toEqual(new Set(['000_database.sql', 'b', 'c', 'd', 'e']));
    expect(await tables()).toEqual(['migrations', 'table_b', 'table_c', 'table_d', 'table_e']);
    expect(await migrate(started.warehouse, migrations)).toEqual([]);
  });

  test('one that reads differently than when it ran is refused by its name before anything is run', async () => {
    await migrate(started.warehouse, [...(await first()), make('b', 'second')]);
    const changed = [...(await first()), make('b', 'second', ' SETTINGS index_granularity = 1024'), make('c', 'third')];
    await expect(migrate(started.warehouse, changed)).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringMatching(/migration b .*new migration/),
    });
    expect(await tables()).not.toContain('third');
  });

  test('another comment or other line ends are no other migration', async () => {
    await migrate(started.warehouse, [...(await first()), make('b', 'second')]);
    const sql = `-- another reason\r\n${make('b', 'second').sql}`.replaceAll('\n', '\r\n');
    expect(await migrate(started.warehouse, [...(await first()), { name: 'b', sql }])).toEqual([]);
  });

  test('killed between its statements and the record of it, it runs again and ends as if nothing had been', async () => {
    const migrations = [...(await first()), make('b', 'second')];
    const { warehouse, engine } = started;
    const dying: typeof warehouse = Object.create(warehouse, {
      command: {
        value: async (sql: string, options: object) => {
          if (sql.startsWith('INSERT') && engine.pid !== null) process.kill(engine.pid, 'SIGKILL');
          return warehouse.command(sql, options);
        },
      },
      query: { value: warehouse.query.bind(warehouse) },
    });
    await migrate(warehouse, await first());
    await expect(migrate(dying, migrations)).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN' });
    expect(await migrate(warehouse, migrations)).toEqual(['b']);
    expect(await migrate(warehouse, migrations)).toEqual([]);
  });

  test('those written by hand make the tables that everything else needs', async () => {
    await migrate(started.warehouse, await loadMigrations(CLICKHOUSE));
    const needed = ['ledger', 'migrations', 'rejected', 'rejected_ledger_mv', 'rejected_mv', 'rejected_queue'];
    expect(await tables()).toEqual(expect.arrayContaining(needed));
  });

  test('what was refused is kept whole and entered in the ledger, once however often it is inserted', async () => {
    await migrate(started.warehouse, await loadMigrations(CLICKHOUSE));
    const record = (offset: number) => ({
      ...{ _partition: 0, _offset: offset, _tenant: 'default', _receivedAt: 1795264000123, _time: 1795264000123000 },
      ...{ _watermark: 0, id: `r${offset}`, source: 'bulk', code: 'NOT_JSON', pointer: '', expected: 'an object' },
      ...{ payload: '{"amount":1e999', payloadEncoding: 'TEXT' },
    });
    const rows = Buffer.from([5, 6].map((offset) => `${JSON.stringify(record(offset))}\n`).join(''));
    const settings = { insert_deduplication_token: 't', deduplicate_blocks_in_dependent_materialized_views: 1 };
    for (let round = 0; round < 2; round++) {
      await started.warehouse.insert('rejected_queue', rows, { format: 'JSONEachRow', settings });
    }
    const kept = await started.warehouse.query(
      'SELECT id, kind, got, payload, receivedAt FROM lakegate.rejected ORDER BY id',
    );
    const what = { kind: null, got: null, payload: '{"amount":1e999', receivedAt: '2026-11-21T12:26:40.123Z' };
    expect(kept.rows).toEqual([
      { id: 'r5', ...what },
      { id: 'r6', ...what },
    ]);
    const { rows: ledger } = await started.warehouse.query('SELECT * EXCEPT (loadedAt) FROM lakegate.ledger');
    expect(ledger).toEqual([
      {
        ...{
          topic: 'rejected',
          _partition: 0,
          firstOffset: '5',
          lastOffset: '6',
          firstSequence: '5',
          lastSequence: '6',
          rows: '2',
        },
        ...{ hours: ['2026-11-21T12:00:00Z'], watermark: '1970-01-01T00:00:00.000Z' },
        ...{ minTime: '2026-11-21T12:26:40.123000Z', maxTime: '2026-11-21T12:26:40.123000Z' },
        ...{ minReceivedAt: '2026-11-21T12:26:40.123Z', maxReceivedAt: '2026-11-21T12:26:40.123Z' },
      },
    ]);
  });
});

test('a file is cut into statements at semicolons that end a line, and comments are left out', () => {
  const sql = "-- why; really;\nSELECT ';' AS a, 1;\n  -- more\nSELECT\n  2 ;  \n\nSELECT 3";
  expect(statementsOf(sql)).toEqual(["SELECT ';' AS a, 1", 'SELECT\n  2', 'SELECT 3']);
  expect(statementsOf(['SELECT 1;', '-- nothing'])).toEqual(['SELECT 1']);
});

test('only what was written by hand is loaded from the top of the folder, in the order of its numbers', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-migrations-'));
  await mkdir(join(dir, 'transactions'));
  for (const name of ['010_b.sql', '002_a.sql', 'notes.md', 'transactions/1_queue.sql'])
    await writeFile(join(dir, name), name);
  expect(await loadMigrations(dir)).toEqual([
    { name: '002_a.sql', sql: '002_a.sql' },
    { name: '010_b.sql', sql: '010_b.sql' },
  ]);
  await rm(dir, { recursive: true, force: true });
});
