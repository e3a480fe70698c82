import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawTable } from '../../src/model/tables/tables.ts';
import { type KafkaTables, kafkaTables } from '../../src/warehouse/kafka/kafka-tables.ts';
import { loadTarget } from '../../src/warehouse/load/load-target.ts';
import { createTables, paymentKind } from '../support/asked-kind.ts';
import { type PaymentLoads, paymentLoads, paymentMaker } from '../support/payment-loads.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const DAY_MS = 86_400_000;
const END_MS = Date.parse('2026-11-05T12:00:00Z');
const SPAN = { fromUs: (END_MS - 2 * DAY_MS) * 1000, toUs: END_MS * 1000 };

let engine: TestWarehouse;
let loads: PaymentLoads;
let tables: KafkaTables;
const makePayment = paymentMaker(3);

beforeAll(async () => {
  engine = await startTestWarehouse();
  const { warehouse } = engine;
  await createTables(warehouse, kind);
  // As whoever opens queue tables marks them; the rows come in here without a broker.
  await warehouse.command(
    `CREATE TABLE lakegate.queues_opened (topic String, isOpen Bool, at DateTime64(6) DEFAULT now64(6)) ENGINE = Memory`,
  );
  await mark(true);
  loads = paymentLoads(warehouse, kind);
  await load(END_MS - 3 * DAY_MS, 60);
  await load(END_MS - 40 * DAY_MS, 60, END_MS - 3 * DAY_MS);
  tables = kafkaTables({
    warehouse,
    groups: { nextOffsets: async () => new Map() },
    targets: [loadTarget(kind)],
    cluster: null,
  });
}, 180_000);

afterAll(() => engine.stop());

test('the partitions of a span are named each by itself: alike through merges, otherwise after a load into them alone', async () => {
  const before = await tables.fingerprintsOf(kind.plural, SPAN);
  const partitions = new Set(before.map(({ partition }) => partition));
  expect(partitions).toEqual(new Set(['202611', '20261103', '20261104', '20261105']));
  await load(END_MS - 40 * DAY_MS, 20, END_MS - 5 * DAY_MS);
  for (const table of [rawTable(kind), `${kind.plural}_rollup_1d`]) {
    await engine.warehouse.command(`OPTIMIZE TABLE lakegate.${table} FINAL`);
  }
  const daysOf = (found: typeof before) => found.filter(({ partition }) => partition.length === 8);
  const elsewhere = await tables.fingerprintsOf(kind.plural, SPAN);
  expect(daysOf(elsewhere)).toEqual(daysOf(before));
  await load(END_MS - 3_600_000, 5);
  const after = await tables.fingerprintsOf(kind.plural, SPAN);
  const known = new Set(daysOf(elsewhere).map((each) => JSON.stringify(each)));
  const changed = daysOf(after).filter((each) => !known.has(JSON.stringify(each)));
  expect(new Set(changed.map(({ partition }) => partition))).toEqual(new Set(['20261105']));
});

test('no merge changes a name, although loads of several days share the numbers of their blocks, and every load changes one', async () => {
  const names = new Set<string>();
  const wide = { fromUs: (END_MS - 40 * DAY_MS) * 1000, toUs: END_MS * 1000 };
  await ofAllTables((table) => `SYSTEM STOP MERGES lakegate.${table}`);
  for (let round = 1; round <= 8; round++) {
    await load(END_MS - 3 * DAY_MS, 1 + (round % 4));
    names.add(await tables.fingerprint(kind.plural));
    expect(names.size).toBe(round);
  }
  const [all, each] = [await tables.fingerprint(kind.plural), await tables.fingerprintsOf(kind.plural, wide)];
  const partsBefore = await partCount();
  await ofAllTables((table) => `SYSTEM START MERGES lakegate.${table}`);
  await ofAllTables((table) => `OPTIMIZE TABLE lakegate.${table} FINAL`);
  expect(await partCount()).toBeLessThan(partsBefore);
  expect(await tables.fingerprintsOf(kind.plural, wide)).toEqual(each);
  expect(await tables.fingerprint(kind.plural)).toBe(all);
});

test('a part of raw that goes from the middle changes the names of its day and of the topic', async () => {
  await engine.warehouse.command(`SYSTEM STOP MERGES lakegate.${rawTable(kind)}`);
  for (let block = 0; block < 3; block++) await load(END_MS - 3_600_000, 2);
  const before = await tables.fingerprintsOf(kind.plural, SPAN);
  const all = await tables.fingerprint(kind.plural);
  const { rows } = await engine.warehouse.query<{ name: string }>(
    `SELECT name FROM system.parts WHERE database = 'lakegate' AND table = '${rawTable(kind)}' AND partition_id = '20261105'
     AND active ORDER BY min_block_number DESC LIMIT 1 OFFSET 1`,
  );
  await engine.warehouse.command(`ALTER TABLE lakegate.${rawTable(kind)} DROP PART '${rows[0]?.name}'`);
  const isChanged = ({ parts }: (typeof before)[number]) => !before.some((each) => each.parts === parts);
  const changed = (await tables.fingerprintsOf(kind.plural, SPAN)).filter(isChanged);
  expect(changed).toMatchObject([{ table: rawTable(kind), partition: '20261105' }]);
  expect(await tables.fingerprint(kind.plural)).not.toBe(all);
});

test('nothing is named while a queue table is not open', async () => {
  expect(await tables.fingerprintsOf(kind.plural, { fromUs: 0, toUs: 1 })).toEqual([]);
  expect((await tables.fingerprint(kind.plural)).length).toBeGreaterThan(10);
  await mark(false);
  const refused = { code: 'WAREHOUSE_DOWN', retryable: true };
  await expect(tables.fingerprintsOf(kind.plural, SPAN)).rejects.toMatchObject(refused);
  await expect(tables.fingerprint(kind.plural)).rejects.toMatchObject(refused);
});

async function ofAllTables(statement: (table: string) => string): Promise<void> {
  const { rollups } = loadTarget(kind);
  for (const table of [rawTable(kind), ...rollups.map((rollup) => rollup.table)]) {
    await engine.warehouse.command(statement(table));
  }
}

async function partCount(): Promise<number> {
  const { rows } = await engine.warehouse.query<{ parts: string }>(
    `SELECT count() AS parts FROM system.parts WHERE database = 'lakegate' AND startsWith(table, '${kind.plural}') AND active`,
  );
  return Number(rows[0]?.parts);
}

function mark(isOpen: boolean): Promise<void> {
  return engine.warehouse.command(
    `INSERT INTO lakegate.queues_opened (topic, isOpen) VALUES ('${kind.plural}', ${isOpen})`,
  );
}

async function load(fromMs: number, count: number, toMs = END_MS): Promise<void> {
  await loads.load(Array.from({ length: count }, () => makePayment(fromMs, toMs)));
}
