import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Notes } from '../../src/log/log.ts';
import { bindToLog, embeddedLogName, kafkaLogName } from '../../src/warehouse/bind-to-log.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const CLICKHOUSE = join(import.meta.dirname, '../../clickhouse');

let house: TestWarehouse;
beforeAll(async () => {
  house = await startTestWarehouse();
  await migrate(house.warehouse, await loadMigrations(CLICKHOUSE));
});
afterAll(() => house.stop());

test('a warehouse belongs to the log that came first: another cluster of Kafka, another prefix and another embedded log are refused', async () => {
  const ours = kafkaLogName({ clusterId: 'one', prefix: 'a.' });
  for (const name of [ours, ours]) await bindToLog(house.warehouse, name);
  for (const other of [
    kafkaLogName({ clusterId: 'two', prefix: 'a.' }),
    kafkaLogName({ clusterId: 'one', prefix: '' }),
    kafkaLogName({ clusterId: null, prefix: 'a.' }),
    await embeddedLogName(emptyNotes()),
  ]) {
    await expect(bindToLog(house.warehouse, other)).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      retryable: false,
      message: expect.stringContaining(`got tables of ${ours}`),
    });
  }
  await bindToLog(house.warehouse, ours);
});

test('an embedded log is known by the same name whenever it is asked, and no two have the same', async () => {
  const notes = emptyNotes();
  const name = await embeddedLogName(notes);
  expect(await embeddedLogName(notes)).toBe(name);
  expect(await embeddedLogName(emptyNotes())).not.toBe(name);
});

function emptyNotes(): Notes {
  const entries = new Map<string, Uint8Array | null>();
  return {
    get: (key) => entries.get(key) ?? null,
    put: async (changes) => {
      for (const [key, value] of Object.entries(changes)) entries.set(key, value);
    },
  };
}
