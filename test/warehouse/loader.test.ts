import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readLedger } from '../../src/warehouse/ledger.ts';
import { BATCH_LIMITS, cutBatch } from '../../src/warehouse/load/batch.ts';
import type { Loader } from '../../src/warehouse/load/load-from-log.ts';
import { encodeLoadNote, noteKey } from '../../src/warehouse/load/load-note.ts';
import { batchNote, RECORD_FORMAT_SETTINGS } from '../../src/warehouse/load/load-settings.ts';
import { damageFile } from '../support/damage-file.ts';
import { type LoadingBench, loadEverything, openLoadingBench, randomTransactions } from '../support/loading.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';

const TOPIC = 'transactions';
let bench: LoadingBench;
afterEach(() => bench.stop());

describe('loading', () => {
  test('whatever the batches are, raw has every event once and every rollup equals raw', async () => {
    bench = await openLoadingBench({
      kinds: ['transaction'],
      loader: { limits: { rowsMax: 700, bytesMax: 100_000, daysMax: 5 } },
    });
    let count = 0;
    for (const [events, spreadMs] of [
      [1, 1],
      [1500, 60_000],
      [3, 9 * DAY_MS],
      [1500, 9 * DAY_MS],
      [40, 1000],
    ] as const) {
      await bench.log.append(TOPIC, inOrder(randomTransactions(events, { spreadMs })));
      count += events;
    }
    await loadEverything(bench, [TOPIC]);
    await expectExactly(count);
  });

  test('a batch that spans more days than the engine takes at once is loaded in several', async () => {
    bench = await openLoadingBench({ kinds: ['transaction'] });
    await bench.log.append(TOPIC, inOrder(randomTransactions(300, { spreadMs: 70 * DAY_MS })));
    await loadEverything(bench, [TOPIC]);
    await expectExactly(300);
  });

  test('killed at random while it inserts, the engine comes back and every number is right', async () => {
    bench = await openLoadingBench({ kinds: ['transaction'], loader: { limits: SMALL_BATCHES } });
    for (let kill = 0; kill < 3; kill++) {
      await bench.log.append(TOPIC, randomTransactions(2000, { spreadMs: 3 * DAY_MS }));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
      process.kill(bench.test.engine.pid ?? 0, 'SIGKILL');
      await loadEverything(bench, [TOPIC]);
    }
    await expectExactly(6_000);
  });

  test('a record that the warehouse can never take is named, is a gap in the ledger, and keeps nothing else from being loaded', async () => {
    const setAside: bigint[] = [];
    bench = await openLoadingBench({
      kinds: ['transaction'],
      loader: { setAside: async ({ offset }) => void setAside.push(offset) },
    });
    const [good, bad, alsoGood] = randomTransactions(3).map((record) => ({ ...record, key: 'default/same' }));
    if (good === undefined || bad === undefined || alsoGood === undefined) throw new Error('three records');
    const broken = {
      ...bad,
      value: Buffer.from(
        Buffer.from(bad.value)
          .toString()
          .replace(/"amount":"[^"]*"/, '"amount":"much"'),
      ),
    };
    const [, place] = await bench.log.append(TOPIC, [good, broken, alsoGood]);
    await loadEverything(bench, [TOPIC]);
    await expectExactly(2);
    expect(setAside).toEqual([place?.offset]);
    expect(statusOf(bench.loader)).toMatchObject({ phase: 'ready', leftOut: [{ offset: place?.offset }] });
  });
});

describe('when the log is damaged', () => {
  test('what it cannot give back is named and is a gap, and all the rest is loaded', async () => {
    bench = await openLoadingBench({ kinds: ['transaction'] });
    await bench.loader.stop(5_000);
    const records = randomTransactions(9);
    const places = [];
    for (const record of records) {
      places.push(...(await bench.log.append(TOPIC, [{ ...record, key: 'default/same' }])));
    }
    await damage(records[4]?.value ?? new Uint8Array());
    await bench.restartLoader();
    await loadEverything(bench, [TOPIC]);
    await expectExactly(8);
    const place = places[4];
    const gap = { partition: place?.partition, first: place?.offset, last: place?.offset };
    expect(statusOf(bench.loader)?.missing).toEqual([gap]);
    const sources = { log: bench.log, warehouse: bench.test.warehouse, progress: bench.loader.progress };
    const ledger = await readLedger(sources, { topics: [TOPIC], appended: null });
    expect(ledger).toMatchObject({ expected: 9, seen: 8, gaps: 1, gapRanges: [{ topic: TOPIC, ...gap }] });
  });
});

describe('when the log is damaged while a batch is in doubt', () => {
  test.each([
    ['had come through, its rows stay, and what was lost is a gap in the ledger', true, 9],
    ['had not, the rest of it is there', false, 8],
  ])('and the insert %s', async (_, cameThrough, inRaw) => {
    bench = await openLoadingBench({ kinds: ['transaction'] });
    await bench.loader.stop(5_000);
    const records = randomTransactions(9);
    const places = [];
    for (const record of records) {
      places.push(...(await bench.log.append(TOPIC, [{ ...record, key: 'default/same' }])));
    }
    await leaveInDoubt(cameThrough);
    await damage(records[4]?.value ?? new Uint8Array());
    await bench.restartLoader();
    await whenReady(bench.loader);
    await bench.log.append(TOPIC, randomTransactions(5));
    await loadEverything(bench, [TOPIC]);
    const [kind] = bench.kinds;
    if (kind === undefined) throw new Error('a kind');
    const all = inRaw + 5;
    expect(await rawCounts(bench.test.warehouse, kind)).toEqual({ rows: all, positions: all, ids: all });
    expect(await differencesFromRaw(bench.test.warehouse, bench.kinds)).toEqual([]);
    const missing = { partition: places[4]?.partition, first: places[4]?.offset, last: places[4]?.offset };
    expect(statusOf(bench.loader)).toMatchObject({
      phase: 'ready',
      missing: [missing],
      damage: expect.stringContaining('LOG_CORRUPT'),
    });
    const sources = { log: bench.log, warehouse: bench.test.warehouse, progress: bench.loader.progress };
    expect(await readLedger(sources, { topics: [TOPIC], appended: null })).toMatchObject({ gaps: 1, duplicates: 0 });
  });

  /** As a crash leaves it: the batch is written down as begun, and its insert came through or did not. */
  async function leaveInDoubt(cameThrough: boolean): Promise<void> {
    const ends = await bench.log.ends(TOPIC);
    const spans = ends.map(({ partition, next }) => ({ partition, from: 0n, next }));
    const batch = await cutBatch(bench.log, TOPIC, spans, BATCH_LIMITS, new AbortController().signal);
    if (batch === null) throw new Error('a batch');
    const begun = batchNote(batch, 0, []);
    if (cameThrough) {
      await bench.test.warehouse.insert(`${TOPIC}_queue`, batch.bytes, {
        format: 'JSONEachRow',
        settings: { ...RECORD_FORMAT_SETTINGS, ...begun.settings, insert_deduplication_token: begun.token },
      });
    }
    const loaded = ends.map(() => -1n);
    const note = { epoch: 0, loaded, watermarkMs: null, bootId: 'any', recent: [], leftOut: [], batch: begun };
    await bench.log.notes.put({ [noteKey(TOPIC)]: encodeLoadNote(note) });
  }
});

describe('after the machine lost its power', () => {
  test('what is gone from raw, the ledger or a rollup is there again', async () => {
    bench = await openLoadingBench({ kinds: ['transaction'], loader: { bootId: 'before' } });
    await bench.log.append(TOPIC, randomTransactions(2000, { spreadMs: 2 * DAY_MS }));
    await loadEverything(bench, [TOPIC]);
    await bench.loader.stop(5_000);
    await loseRows(TOPIC, '_offset % 7 = 3');
    await loseRows('ledger', '_partition = 2');
    await loseRows('transactions_rollup_1m', 'toHour(start) % 3 = 1');
    await loseRows('transactions_rollup_merchant_1h', "merchant = 'm3'");
    await bench.restartLoader({ bootId: 'after' });
    await loadEverything(bench, [TOPIC]);
    await whenReady(bench.loader);
    await expectExactly(2000);
  });

  test('a ledger that is gone altogether is made again, and nothing is loaded twice', async () => {
    bench = await openLoadingBench({ kinds: ['transaction'], loader: { bootId: 'before' } });
    await bench.log.append(TOPIC, randomTransactions(1000));
    await loadEverything(bench, [TOPIC]);
    await bench.loader.stop(5_000);
    await bench.test.warehouse.command('TRUNCATE TABLE lakegate.ledger');
    await bench.restartLoader({ bootId: 'after' });
    await whenReady(bench.loader);
    await expectExactly(1000);
  });

  test('a warehouse that was taken away is filled again from the log', async () => {
    bench = await openLoadingBench({ kinds: ['transaction'] });
    await bench.log.append(TOPIC, randomTransactions(1000));
    await loadEverything(bench, [TOPIC]);
    await bench.loader.stop(5_000);
    for (const table of [TOPIC, 'ledger', ...ROLLUPS])
      await bench.test.warehouse.command(`TRUNCATE TABLE lakegate.${table}`);
    await bench.restartLoader();
    await bench.log.append(TOPIC, randomTransactions(10));
    await loadEverything(bench, [TOPIC]);
    await expectExactly(1010);
  });
});

const DAY_MS = 86_400_000;
const SMALL_BATCHES = { rowsMax: 500, bytesMax: 1_000_000, daysMax: 60 };
const ROLLUPS = ['1m', '1h', '1d', 'merchant_1h', 'merchant_1d'].map((name) => `transactions_rollup_${name}`);

async function expectExactly(count: number): Promise<void> {
  const [kind] = bench.kinds;
  if (kind === undefined) throw new Error('a kind');
  expect(await rawCounts(bench.test.warehouse, kind)).toEqual({ rows: count, positions: count, ids: count });
  expect(await differencesFromRaw(bench.test.warehouse, bench.kinds)).toEqual([]);
  const { rows } = await bench.test.warehouse.query(
    'SELECT sum(rows) AS events FROM lakegate.ledger WHERE topic = {topic:String}',
    {
      params: { topic: TOPIC },
    },
  );
  expect(rows).toEqual([{ events: `${count}` }]);
}

function damage(bytes: Uint8Array): Promise<void> {
  return damageFile(join(bench.test.dir, 'log', 'data.mdb'), bytes);
}

/** As a producer sends them. */
function inOrder<Item extends { readonly timeMs: number }>(records: readonly Item[]): readonly Item[] {
  return records.toSorted((a, b) => a.timeMs - b.timeMs);
}

async function loseRows(table: string, where: string): Promise<void> {
  await bench.test.warehouse.command(`ALTER TABLE lakegate.${table} DELETE WHERE ${where}`, {
    settings: { mutations_sync: 1 },
  });
}

function statusOf(loader: Loader) {
  return loader.status().find(({ topic }) => topic === TOPIC);
}

async function whenReady(loader: Loader): Promise<void> {
  await expect.poll(() => statusOf(loader)?.phase).toBe('ready');
}
