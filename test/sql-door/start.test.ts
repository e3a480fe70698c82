import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';
import { askDoor } from '../support/sql-door.ts';

let lakegate: LakegateHere;

beforeAll(async () => {
  lakegate = await startLakegateHere();
});

afterAll(() => {
  removeDir(lakegate.dataDir);
});

test('an event that was acknowledged as visible is there for SQL, in the events and in every rollup', async () => {
  const { url, sqlUrl } = lakegate;
  if (sqlUrl === null) throw new Error('expected a SQL door');
  const occurredAt = new Date().toISOString();
  const payment = {
    id: 'sql-1',
    userId: 'ada',
    amount: '12.34',
    currency: 'EUR',
    status: 'CAPTURED',
    category: 'books',
    occurredAt,
  };
  const sent = await fetch(`${url}/ingest/transaction?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payment),
  });
  expect(sent.status).toBe(200);
  expect((await askDoor(sqlUrl, 'SELECT id, amount, currency FROM transactions')).text).toBe('sql-1\t12.34\tEUR\n');
  for (const view of ['transactions_1m', 'transactions_1h', 'transactions_1d', 'transactions_by_merchant_1h']) {
    expect((await askDoor(sqlUrl, `SELECT sum(count), sum(revenue) FROM ${view}`)).text, view).toBe('1\t12.34\n');
  }
});

test('the SQL door closes with the product', async () => {
  const { sqlUrl } = lakegate;
  expect((await askDoor(sqlUrl ?? '', 'SELECT 1')).text).toBe('1\n');
  expect((await lakegate.stop()).left).toEqual([]);
  await expect(fetch(`${sqlUrl}/ping`)).rejects.toThrow();
});

test('LAKEGATE_SQL_PORT=off means none', async () => {
  const env = { LAKEGATE_SQL_PORT: 'off', LAKEGATE_DATA_DIR: lakegate.dataDir };
  const without = await startLakegateHere({ env });
  expect(without.sqlUrl).toBeNull();
  await without.stop();
});
