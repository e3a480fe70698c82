import { join } from 'node:path';
import { pino } from 'pino';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { EventModel } from '../../src/model/event-model.ts';
import { tableDefinitions } from '../../src/model/tables/tables.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { makeViews } from '../../src/warehouse/sql-door/make-views.ts';
import { openSqlDoor, type SqlDoor } from '../../src/warehouse/sql-door/sql-door.ts';
import { startTestWarehouse, type TestWarehouse } from './warehouse.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A SQL door on an engine of its own with the tables of the sample kinds, and payments of two tenants in them. */
export async function openTestSqlDoor(): Promise<TestSqlDoor> {
  const house = await startTestWarehouse();
  const model = loadDeclarations(join(ROOT, 'schema/events'));
  const ofKinds = model.kinds.flatMap(tableDefinitions).map(({ path, sql }) => ({ name: path, sql }));
  await migrate(house.warehouse, [...(await loadMigrations(join(ROOT, 'clickhouse'))), ...ofKinds]);
  await makeViews(house.warehouse, model);
  await house.warehouse.insert('lakegate.transactions_queue', Buffer.from(payments().join('\n')), {
    format: 'JSONEachRow',
    settings: {},
  });
  const door = await openSqlDoor({
    endpoint: house.engine,
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'silent' }),
    tenantOf: ({ user, password }) => (password === 'wrong' ? null : user === 'other' ? 'other' : 'default'),
  });
  return {
    door,
    house,
    model,
    url: door.url,
    ask: (sql, search = {}, headers = {}) => askDoor(door.url, sql, search, headers),
    stop: async () => {
      await door.close(1_000);
      await house.stop();
    },
  };
}

export interface TestSqlDoor {
  readonly door: SqlDoor;
  readonly house: TestWarehouse;
  readonly model: EventModel;
  readonly url: string;
  /** POST, with the statement as the body. */
  ask(sql: string, search?: Record<string, string>, headers?: Record<string, string>): Promise<DoorAnswer>;
  stop(): Promise<void>;
}

export interface DoorAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export async function askDoor(
  url: string,
  sql: string,
  search: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<DoorAnswer> {
  const response = await fetch(`${url}/?${new URLSearchParams(search)}`, { method: 'POST', body: sql, headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Of `default`: 3,000. Of `other`: 7, each with an id that begins with SECRET. */
export const PAYMENTS = 3_000;
export const PAYMENTS_OF_OTHER = 7;

function payments(): readonly string[] {
  const own = Array.from({ length: PAYMENTS }, (_, index) => payment(index, 'default', `t-${index}`));
  const foreign = Array.from({ length: PAYMENTS_OF_OTHER }, (_, index) => payment(index, 'other', `SECRET-${index}`));
  return [...own, ...foreign];
}

const LAST_MS = Date.parse('2026-11-20T12:00:00Z');

function payment(index: number, tenant: string, id: string): string {
  return JSON.stringify({
    _partition: index & 3,
    _offset: index,
    _sequence: index,
    _tenant: tenant,
    _time: (LAST_MS - ((index * 7919) % 172_800) * 1000) * 1000,
    _receivedAt: LAST_MS,
    _watermark: 0,
    id,
    userId: `user-${index % 97}`,
    amount: ((index % 1000) + 0.01).toFixed(2),
    currency: index % 2 === 0 ? 'USD' : 'EUR',
    status: index % 3 === 0 ? 'CAPTURED' : 'DECLINED',
    category: `category-${index % 5}`,
    country: ['DE', 'FR', null, 'US'][index % 4],
    merchant: index % 7 === 0 ? null : `merchant-${index % 11}`,
  });
}
