import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventReader } from '../../src/ingest/read-event.ts';
import type { FieldModel } from '../../src/model/event-model.ts';
import { queueTable, rawTable, tableDefinitions } from '../../src/model/tables/tables.ts';
import { compileValidator } from '../../src/model/validate/validator.ts';
import { RECORD_FORMAT_SETTINGS } from '../../src/warehouse/load/load-settings.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { badLines } from '../support/bad-inputs.ts';
import { MEASUREMENT_KIND as KIND, MEASUREMENT, measurement } from '../support/measurement.ts';
import { openIngest, type StoredEvent, type TestIngest } from '../support/open-ingest.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const SEED = 20_261_121;
const INPUTS = 4_000;

let ingest: TestIngest;
let engine: TestWarehouse;
beforeAll(async () => {
  [ingest, engine] = await Promise.all([openIngest({ model: MEASUREMENT }), startTestWarehouse()]);
  await migrate(engine.warehouse, [
    ...(await loadMigrations(join(resolve(import.meta.dirname, '../..'), 'clickhouse'))),
    ...tableDefinitions(KIND).map(({ path, sql }) => ({ name: path, sql })),
  ]);
});
afterAll(async () => {
  await engine.stop();
  await ingest.stop();
});

test('the warehouse reads every record that is admitted, and stores of each value exactly what was meant', async () => {
  const meant = await admitStrangeEvents();
  const records = await ingest.stored(KIND.plural);
  expect(records).toHaveLength(meant.size);
  await engine.warehouse.insert(`${DATABASE}.${queueTable(KIND)}`, queueLines(records), {
    format: 'JSONEachRow',
    settings: RECORD_FORMAT_SETTINGS,
  });
  const stored = await readRaw();
  expect(stored.size).toBe(meant.size);
  for (const [id, texts] of meant) expect([id, ...(stored.get(id) ?? [])]).toEqual([id, ...texts]);
});

/** Each line has an id of its own, where it has one. What is admitted, as canonical texts by id. */
async function admitStrangeEvents(): Promise<Map<string, readonly (string | null)[]>> {
  const read = eventReader(KIND, compileValidator(KIND, MEASUREMENT.enums));
  const lines = fc
    .sample(badLines(KIND, measurement()), { numRuns: INPUTS, seed: SEED })
    .map((line, n) => Buffer.from(line.toString('latin1').replace('"m-1"', `"m-${n}"`), 'latin1'));
  const admitted = await ingest.admit(KIND, lines);
  const meant = new Map<string, readonly (string | null)[]>();
  for (const { index, id, verdict } of admitted.verdicts) {
    const event = read(lines[index] ?? Buffer.alloc(0));
    if (verdict === 'ADMITTED' && id !== null && 'event' in event) meant.set(id, event.event.texts);
  }
  expect(meant.size).toBe(admitted.admitted);
  expect(meant.size).toBeGreaterThan(300);
  return meant;
}

function queueLines(records: readonly StoredEvent[]): Buffer {
  const lines = records.map(
    ({ partition, offset, text }) => `{"_partition":${partition},"_offset":${offset},${text.slice(1)}`,
  );
  return Buffer.from(lines.join('\n'));
}

async function readRaw(): Promise<Map<string, readonly (string | null)[]>> {
  const columns = KIND.fields.map((field) => `${textIn(field)} AS _${field.name}`);
  const { rows } = await engine.warehouse.query<Record<string, string | null>>(
    `SELECT ${columns.join(', ')} FROM ${DATABASE}.${rawTable(KIND)}`,
  );
  return new Map(
    rows.map((row) => [String(row._id), KIND.fields.map((field) => canonical(field, row[`_${field.name}`]))]),
  );
}

function textIn(field: FieldModel): string {
  return field.type === 'DateTime'
    ? `toString(toUnixTimestamp64Micro(\`${field.name}\`))`
    : `toString(\`${field.name}\`)`;
}

/** ClickHouse writes doubles a little differently than JavaScript does: 1e21 and 1e+21. */
function canonical(field: FieldModel, text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return field.type === 'Float' ? String(Number(text)) : text;
}
