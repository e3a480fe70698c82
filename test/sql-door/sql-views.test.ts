import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeExample, rollupViewName, sqlViews } from '../../src/model/tables/sql-views.ts';
import { rollupTables } from '../../src/model/tables/tables.ts';
import { makeViews } from '../../src/warehouse/sql-door/make-views.ts';
import { openTestSqlDoor, PAYMENTS, type TestSqlDoor } from '../support/sql-door.ts';

let door: TestSqlDoor;

beforeAll(async () => {
  door = await openTestSqlDoor();
});

afterAll(() => door.stop());

async function rowsOf(sql: string): Promise<readonly Record<string, string>[]> {
  const { text, status } = await door.ask(`${sql} FORMAT JSONEachRow`);
  if (status !== 200) throw new Error(text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('the views for people', () => {
  test('are there for the events and every rollup of every kind and for what jobs write, each with a comment and every column readable', async () => {
    const ofKinds = door.model.kinds.flatMap(sqlViews).map(({ name }) => name);
    const names = [...ofKinds, 'sessions', 'alerts', 'results', 'late'];
    const listed = await rowsOf("SELECT name, comment FROM system.tables WHERE database = 'analytics'");
    expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
    for (const { name, comment } of listed) {
      expect(comment, name).not.toBe('');
      expect((await door.ask(`SELECT * FROM ${name} LIMIT 3 FORMAT Native`)).status, name).toBe(200);
    }
  });

  test('give with the example in their comment the same numbers as the events do', async () => {
    for (const kind of door.model.kinds) {
      for (const table of rollupTables(kind)) {
        const example = mergeExample(kind, rollupViewName(kind, table));
        const [{ comment = '' } = {}] = await rowsOf(
          `SELECT comment FROM system.tables WHERE database = 'analytics' AND name = '${rollupViewName(kind, table)}'`,
        );
        expect(comment).toContain(example);
        expect((await door.ask(example)).status, example).toBe(200);
      }
    }
    const transaction = door.model.kinds.find(({ plural }) => plural === 'transactions');
    if (transaction === undefined) throw new Error('expected transactions');
    for (const table of rollupTables(transaction).filter(({ grain }) => grain === '1d')) {
      const merged = await rowsOf(mergeExample(transaction, rollupViewName(transaction, table)));
      const counted =
        await rowsOf(`SELECT toDateTime(toStartOfDay(occurredAt), 'UTC') AS start, currency, count() AS events, sum(amount) AS amountTotal,
        max(amount) AS amountMost, uniqCombined64(14)(userId) AS userIds, quantileBFloat16(0.95)(toFloat64(amount)) AS amountP95
        FROM transactions GROUP BY start, currency ORDER BY start, currency`);
      expect(merged).toEqual(counted);
      expect(counted.length).toBeGreaterThan(3);
    }
  });

  test('have one row a key, whatever pieces the engine holds', async () => {
    // Every key is now in two parts that are not merged.
    await door.house.warehouse.command('SYSTEM STOP MERGES lakegate.transactions_rollup_1h', { pool: 'load' });
    await door.house.warehouse.command(
      'INSERT INTO lakegate.transactions_rollup_1h SELECT * FROM lakegate.transactions_rollup_1h',
      { pool: 'load' },
    );
    const [row] = await rowsOf(
      `SELECT count() AS rows, uniqExact(start, currency, status, category, ifNull(country, '')) AS keys, sum(count) AS events FROM transactions_1h`,
    );
    expect(row?.rows).toBe(row?.keys);
    expect(row?.events).toBe(String(2 * PAYMENTS));
  });

  test('say of every amount of money which column has its currency, and have that column', async () => {
    for (const kind of door.model.kinds) {
      const money = kind.fields.filter((field) => field.money !== null);
      for (const { sql, name } of money.length === 0 ? [] : sqlViews(kind)) {
        for (const field of money) {
          expect(sql, name).toContain(`\`${field.money?.currencyField}\` LowCardinality(String)`);
          expect(sql, name).toMatch(
            new RegExp(`\`${field.name}(Sum)?\` Decimal.*In the row\\\\'s ${field.money?.currencyField}`),
          );
        }
      }
    }
  });

  test('are made anew only where they have changed, and show nothing to a session without a tenant', async () => {
    const made = () =>
      door.house.warehouse.query(
        "SELECT max(metadata_modification_time) AS at, count() AS n FROM system.tables WHERE database = 'analytics'",
      );
    const before = await made();
    await makeViews(door.house.warehouse, door.model);
    expect((await made()).rows).toEqual(before.rows);
    const [first] = door.model.kinds;
    if (first === undefined) throw new Error('expected a kind');
    await makeViews(door.house.warehouse, { ...door.model, kinds: [{ ...first, description: 'Something else' }] });
    expect((await door.ask("SELECT comment FROM system.tables WHERE name = 'activities'")).text).toContain(
      'Something else.',
    );
    const { rows } = await door.house.warehouse.query('SELECT count() AS n FROM analytics.transactions');
    expect(rows).toEqual([{ n: '0' }]);
  });
});
