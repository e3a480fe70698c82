import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { queueTable, rollupTables, tableDefinitions } from '../../src/model/tables/tables.ts';
import { literalBind, whereSql } from '../../src/model/tables/where-sql.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const ROOT = join(import.meta.dirname, '../..');
const model = loadDeclarations(join(ROOT, 'schema/events'));
const transaction = kindOf('Transaction');

let house: TestWarehouse;

beforeAll(async () => {
  house = await startTestWarehouse();
  await migrate(house.warehouse, [
    ...(await loadMigrations(join(ROOT, 'clickhouse'))),
    ...model.kinds.flatMap(tableDefinitions).map(({ path, sql }) => ({ name: path, sql })),
  ]);
}, 120_000);

afterAll(() => house.stop());

describe('the tables of a kind', () => {
  test('are numbered in the order an event passes them, each rollup from fine to coarse', () => {
    expect(tableDefinitions(transaction).map(({ path }) => path)).toEqual([
      'transactions/1_queue.sql',
      'transactions/2_raw.sql',
      'transactions/3_ledger.sql',
      'transactions/4_rollup_1m.sql',
      'transactions/5_rollup_1h.sql',
      'transactions/6_rollup_1d.sql',
      'transactions/7_rollup_merchant_1h.sql',
      'transactions/8_rollup_merchant_1d.sql',
    ]);
  });

  test('take an event from the queue to raw, ledger and every rollup, and every rollup equals raw', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => transactionRow(index));
    // Three inserts, so that rollups hold states of several blocks.
    for (let from = 0; from < rows.length; from += 1000) {
      await house.warehouse.insert(
        `lakegate.${queueTable(transaction)}`,
        Buffer.from(rows.slice(from, from + 1000).join('\n')),
        {
          format: 'JSONEachRow',
          settings: {},
        },
      );
    }
    expect(await rawCounts(house.warehouse, transaction)).toEqual({ rows: 3000, positions: 3000, ids: 3000 });
    expect(await differencesFromRaw(house.warehouse, [transaction])).toEqual([]);
    const ledger = await house.warehouse.query<{ rows: string; late: string }>(
      `SELECT sum(rows) AS rows, max(lastOffset) AS last, (SELECT countIf(_late) FROM lakegate.transactions) AS late FROM lakegate.ledger`,
    );
    expect(ledger.rows[0]).toMatchObject({ rows: '3000', last: '2999' });
    expect(Number(ledger.rows[0]?.late)).toBeGreaterThan(0);
    for (const { table } of rollupTables(transaction)) {
      const { rows: found } = await house.warehouse.query<{ n: string }>(
        `SELECT sum(count) AS n FROM lakegate.${table}`,
      );
      expect(found[0]?.n, table).toBe('3000');
    }
  });
});

describe('a filter', () => {
  const cases = [
    [{ country: { eq: 'DE' } }, (country: string | null) => country === 'DE'],
    [{ country: { ne: 'DE' } }, (country: string | null) => country !== 'DE'],
    [{ not: { country: { eq: 'DE' } } }, (country: string | null) => country !== 'DE'],
    [{ country: { in: ['DE', 'FR'] } }, (country: string | null) => country === 'DE' || country === 'FR'],
    [{ country: { notIn: ['DE'] } }, (country: string | null) => country !== 'DE'],
    [{ country: { isNull: true } }, (country: string | null) => country === null],
    [
      { or: [{ country: { isNull: true } }, { country: { eq: 'FR' } }] },
      (country: string | null) => country === null || country === 'FR',
    ],
    [{ or: [] }, () => false],
    [{ and: [] }, () => true],
    [{ merchant: { contains: "'; DROP TABLE x; --\\" } }, () => false],
  ] as const;

  test.each(cases)('%j takes exactly the events it says, those without a value included', async (where, takes) => {
    const { rows } = await house.warehouse.query<{ n: string }>(
      `SELECT count() AS n FROM lakegate.transactions WHERE ${whereSql(transaction, where, { bind: literalBind })}`,
    );
    const expected = Array.from({ length: 3000 }, (_, index) => countryOf(index)).filter((country) =>
      takes(country),
    ).length;
    expect(Number(rows[0]?.n)).toBe(expected);
  });

  test('without a value is refused and not ignored', () => {
    expect(() => whereSql(transaction, { country: { eq: null } }, { bind: literalBind })).toThrow(
      /country\.eq: expected a value/,
    );
  });
});

function transactionRow(index: number): string {
  const now = Date.parse('2026-11-21T12:00:00Z');
  return JSON.stringify({
    _partition: index & 3,
    _offset: index,
    _tenant: index % 10 === 0 ? 'other' : 'default',
    _time: (now - ((index * 7919) % 7200) * 1000) * 1000,
    _receivedAt: now,
    _watermark: now - 3_600_000,
    id: `t-${index}`,
    userId: `user-${index % 97}`,
    amount: ((index % 1000) + 0.01).toFixed(2),
    currency: index % 2 === 0 ? 'USD' : 'EUR',
    status: index % 3 === 0 ? 'CAPTURED' : 'DECLINED',
    category: `category-${index % 5}`,
    country: countryOf(index),
    merchant: index % 7 === 0 ? null : `merchant-${index % 11}`,
  });
}

function countryOf(index: number): string | null {
  return ['DE', 'FR', null, 'US'][index % 4] ?? null;
}

function kindOf(typeName: string) {
  const kind = model.kinds.find((candidate) => candidate.typeName === typeName);
  if (kind === undefined) throw new Error(`no kind ${typeName}`);
  return kind;
}
