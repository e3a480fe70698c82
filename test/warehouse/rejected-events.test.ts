import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REJECTED_TOPIC } from '../../src/model/record-format.ts';
import { rejectedResolver } from '../../src/resolvers/rejected.ts';
import { LoaderProgress } from '../../src/warehouse/load/loader-progress.ts';
import { readRejectedPage } from '../../src/warehouse/rejected-events.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { openIngest } from '../support/open-ingest.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

describe('a page of what was refused', () => {
  let engine: TestWarehouse;
  beforeAll(async () => {
    engine = await startTestWarehouse();
    const sql = await readFile(join(import.meta.dirname, '../../clickhouse/002_rejected.sql'), 'utf8');
    const table = sql.split(';\n').find((statement) => statement.includes(`${DATABASE}.${REJECTED_TOPIC}\n`)) ?? '';
    await engine.warehouse.command(`CREATE DATABASE ${DATABASE}`);
    await engine.warehouse.command(table);
    await engine.warehouse.command(
      `INSERT INTO ${DATABASE}.${REJECTED_TOPIC} (_tenant, receivedAt, id, kind, source, code, payload, payloadEncoding)
       SELECT 'default', fromUnixTimestamp64Milli(toInt64(1790000000123) + intDiv(number, 2), 'UTC'),
         concat('00000000-0000-7000-8000-00000000000', toString(number)), if(number = 0, 'FORMER', 'TRANSACTION'), 'bulk', 'NOT_JSON',
         repeat(repeat('x', 1024), 30 * 1024), 'TEXT' FROM numbers(3)`,
    );
  });
  afterAll(() => engine.stop());

  const page = (first: number, after: string | null) =>
    readRejectedPage(engine.warehouse, { tenant: 'default', filter: {}, first, after });

  test('ends before its payloads are more than 64 MiB, says that there are more, and goes on there', async () => {
    const one = await page(1000, null);
    expect([one.events.map(({ event }) => event.id.slice(-1)), one.hasMore]).toEqual([['2', '1'], true]);
    const two = await page(1000, one.events.at(-1)?.place ?? null);
    expect([two.events.map(({ event }) => event.id.slice(-1)), two.hasMore]).toEqual([['0'], false]);
    expect(two.events[0]?.event.payload).toHaveLength(30 * 1048576);
    expect((await page(1000, two.events[0]?.place ?? null)).events).toEqual([]);
  });

  test('has no kind where the kind is no longer declared', async () => {
    const { model, log, clock, stop } = await openIngest();
    const progress = new LoaderProgress(new Map(), { clock, isWarehouseUp: () => true, onDemand: () => {} });
    const resolve = rejectedResolver(model, { log, warehouse: engine.warehouse, progress, waitDeadlineMs: 1000 });
    const first = await resolve({}, { first: 2 }, { tenant: 'default' });
    const second = await resolve({}, { first: 2, after: first.pageInfo.endCursor }, { tenant: 'default' });
    expect([...first.nodes, ...second.nodes].map(({ kind }) => kind)).toEqual(['TRANSACTION', 'TRANSACTION', null]);
    await stop();
  });
});
