import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntilQuiet } from '../../src/warehouse/load/wait-until-quiet.ts';
import { until } from '../support/until.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let house: TestWarehouse;
beforeAll(async () => {
  house = await startTestWarehouse();
  for (const database of ['lakegate', 'theirs']) {
    await house.warehouse.command(`CREATE DATABASE ${database} ENGINE = Atomic`);
    await house.warehouse.command(`CREATE TABLE ${database}.things (id UInt64) ENGINE = Null`);
  }
});
afterAll(() => house.stop());

test('whoever writes to our tables is waited for, and nobody else on the server', async () => {
  const theirs = new AbortController();
  const running = write('theirs', { rows: 600, signal: theirs.signal }).catch(() => {});
  await until(() => isWriting('theirs'));
  await waitUntilQuiet(house.warehouse);
  expect(await isWriting('theirs')).toBe(true);
  const ours = write('lakegate', { rows: 20 });
  await until(() => isWriting('lakegate'));
  await waitUntilQuiet(house.warehouse);
  expect(await isWriting('lakegate')).toBe(false);
  await ours;
  theirs.abort();
  await house.warehouse.command("KILL QUERY WHERE query LIKE 'INSERT INTO theirs%' ASYNC");
  await running;
});

/** A row takes a tenth of a second. */
function write(database: string, { rows, signal }: { rows: number; signal?: AbortSignal }): Promise<void> {
  return house.warehouse.command(
    `INSERT INTO ${database}.things SELECT number + sleepEachRow(0.1) FROM numbers(${rows})`,
    {
      settings: { max_block_size: 1, function_sleep_max_microseconds_per_block: 0 },
      ...(signal === undefined ? {} : { signal }),
    },
  );
}

async function isWriting(database: string): Promise<boolean> {
  const { rows } = await house.warehouse.query(
    'SELECT 1 FROM system.processes WHERE startsWith(query, {begin:String})',
    { params: { begin: `INSERT INTO ${database}.` } },
  );
  return rows.length > 0;
}
