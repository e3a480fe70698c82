import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventGenerator } from '../../src/cli/generate/event-generator.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { recordHead } from '../../src/model/record-format.ts';
import { queueTable, rollupTables, tableDefinitions } from '../../src/model/tables/tables.ts';
import { RECORD_FORMAT_SETTINGS } from '../../src/warehouse/load/load-settings.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

/** The check that all the other tests lean on, shown to be right where all is well and to see what it is there to see. */

const MODEL = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);
const EVENTS = 3_000;
let running: TestWarehouse;

beforeAll(async () => {
  running = await startTestWarehouse();
  await migrate(running.warehouse, [
    ...(await loadMigrations(new URL('../../clickhouse', import.meta.url).pathname)),
    ...MODEL.kinds.flatMap(tableDefinitions).map(({ path, sql }) => ({ name: path, sql })),
  ]);
  for (const kind of MODEL.kinds) {
    for (let first = 0; first < EVENTS; first += 700) await load(kind, first, Math.min(first + 700, EVENTS));
  }
});
afterAll(() => running?.stop());

test('every rollup of every sample kind says what raw says, loaded in five batches', async () => {
  expect(await differencesFromRaw(running.warehouse, MODEL.kinds)).toEqual([]);
});

describe('a rollup that is wrong is found', () => {
  test('one event counted twice, in whichever rollup, and in no other', async () => {
    const transactions = kindOf('transactions');
    const wrong: string[] = [];
    // Coarse before fine: what is put into a table goes on into those it feeds, and they are wrong already.
    for (const { table } of rollupTables(transactions).toReversed()) {
      await running.warehouse.command(
        `INSERT INTO ${DATABASE}.${table} SELECT * FROM ${DATABASE}.${table} ORDER BY start LIMIT 1`,
      );
      wrong.unshift(table);
      const found = await differencesFromRaw(running.warehouse, [transactions]);
      expect(found.map((difference) => difference.table)).toEqual(wrong);
    }
  });

  test('an event that is missing from raw', async () => {
    const sales = kindOf('sales');
    await running.warehouse.command(
      `ALTER TABLE ${DATABASE}.sales DELETE WHERE _offset = 17 SETTINGS mutations_sync = 2`,
    );
    const found = await differencesFromRaw(running.warehouse, [sales]);
    expect(found.map(({ table }) => table)).toEqual(rollupTables(sales).map(({ table }) => table));
    expect(await rawCounts(running.warehouse, sales)).toEqual({
      rows: EVENTS - 1,
      positions: EVENTS - 1,
      ids: EVENTS - 1,
    });
  });
});

function kindOf(plural: string): KindModel {
  const kind = MODEL.kinds.find((candidate) => candidate.plural === plural);
  if (kind === undefined) throw new Error(`the sample kinds hold ${plural}`);
  return kind;
}

async function load(kind: KindModel, first: number, end: number): Promise<void> {
  const generator = new EventGenerator({
    kind,
    enums: MODEL.enums,
    seed: 'oracle',
    timeline: { startMs: Date.UTC(2026, 10, 20, 23, 30), stepMs: 1_000 },
    shares: { late: 0.05 },
  });
  const item = generator.item();
  const lines: string[] = [];
  for (let index = first; index < end; index++) {
    const { line, timeUs, id } = generator.make(index, item);
    const compositeId = kind.idFields.length > 1 ? id : null;
    const head = {
      tenant: 'default',
      timeUs: BigInt(timeUs),
      receivedAtMs: 0,
      watermarkMs: 1_795_218_000_000,
      sequence: null,
      compositeId,
    };
    lines.push(`{"_partition":0,"_offset":${index},${recordHead(head).slice(1)}${line.slice(1)}\n`);
  }
  await running.warehouse.insert(`${DATABASE}.${queueTable(kind)}`, Buffer.from(lines.join('')), {
    format: 'JSONEachRow',
    settings: RECORD_FORMAT_SETTINGS,
  });
}
