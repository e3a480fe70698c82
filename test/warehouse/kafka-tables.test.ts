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

test('nothing is named while a queue table is not open', async () => {
  expect(await tables.fingerprintsOf(kind.plural, { fromUs: 0, toUs: 1 })).toEqual([]);
  expect((await tables.fingerprint(kind.plural)).length).toBeGreaterThan(10);
  await mark(false);
  const refused = { code: 'WAREHOUSE_DOWN', retryable: true };
  await expect(tables.fingerprintsOf(kind.plural, SPAN)).rejects.toMatchObject(refused);
  await expect(tables.fingerprint(kind.plural)).rejects.toMatchObject(refused);
});

function mark(isOpen: boolean): Promise<void> {
  return engine.warehouse.command(
    `INSERT INTO lakegate.queues_opened (topic, isOpen) VALUES ('${kind.plural}', ${isOpen})`,
  );
}

async function load(fromMs: number, count: number, toMs = END_MS): Promise<void> {
  await loads.load(Array.from({ length: count }, () => makePayment(fromMs, toMs)));
}
