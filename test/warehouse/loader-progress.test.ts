import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawTable, rollupTables } from '../../src/model/tables/tables.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';
import {
  type LoadingBench,
  loadEverything,
  logVersion,
  openLoadingBench,
  randomTransactions,
} from '../support/loading.ts';

const TOPIC = 'transactions';
let bench: LoadingBench;
beforeAll(async () => {
  bench = await openLoadingBench({ kinds: ['transaction'] });
});
afterAll(() => bench.stop());

describe('what readers see', () => {
  test('a consistent read never sees a load in part, however hard it loads', async () => {
    const loading = appendFor(3_000);
    let reads = 0;
    while (!loading.done) {
      const { value, version } = await bench.loader.progress.consistently([TOPIC], countEverywhere, 20_000);
      const loaded = [...(version.offsets.get(TOPIC) ?? [])].reduce((sum, [, offset]) => sum + Number(offset) + 1, 0);
      expect(new Set([loaded, ...value]).size, `${loaded} loaded, the tables count ${value}`).toBe(1);
      reads++;
    }
    await loading.ended;
    expect(reads).toBeGreaterThan(3);
  });

  test.each([
    ['an offset above what the log gave', TOPIC, 0],
    ['a partition that is not there', TOPIC, 99],
  ])('a version with %s is refused at once', async (_, topic, partition) => {
    const never = { offsets: new Map([[topic, new Map([[partition, 10_000_000n]])]]), watermarksMs: new Map() };
    await expect(bench.loader.progress.waitFor(never, 60_000)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('expected a version that this server gave'),
    });
  });

  test('whoever waits need not wait for the regular time of the next load', async () => {
    await bench.loader.stop(5_000);
    await bench.restartLoader({ cadence: { restMs: 3_600_000, watchedMs: 3_600_000, collectMs: 5 } });
    await bench.log.append(TOPIC, randomTransactions(10));
    await loadEverything(bench, [TOPIC]);
    await bench.log.append(TOPIC, randomTransactions(10));
    await loadEverything(bench, [TOPIC]);
  });

  test('a stream that nobody knows is refused', async () => {
    const unknown = { offsets: new Map([['nothing', new Map([[0, 1n]])]]), watermarksMs: new Map() };
    await expect(bench.loader.progress.waitFor(unknown, 50)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('the watermark', () => {
  test('moves with what is visible, survives a restart and never goes back', async () => {
    const watermark = bench.watermarks.get(TOPIC);
    if (watermark === undefined) throw new Error('a watermark');
    const before = bench.loader.progress.version([TOPIC]).watermarksMs.get(TOPIC) ?? 0;
    const newestMs = Date.now() + 120_000;
    const records = randomTransactions(40, { newestMs, spreadMs: 1 });
    for (const position of await bench.log.append(TOPIC, records)) {
      watermark.judge(position.partition, newestMs, Date.now());
      watermark.settled(position.partition, 1);
    }
    await loadEverything(bench, [TOPIC]);
    const shown = bench.loader.progress.version([TOPIC]).watermarksMs.get(TOPIC) ?? 0;
    expect(shown).toBeGreaterThan(before);
    expect(shown).toBeLessThanOrEqual(newestMs - 10_000);
    await bench.loader.stop(5_000);
    await bench.restartLoader();
    expect(bench.loader.progress.version([TOPIC]).watermarksMs.get(TOPIC)).toBe(shown);
    expect(bench.watermarks.get(TOPIC)?.publishedMs).toBe(shown);
  });
});

describe('who waits for a version', () => {
  const wanted = { offsets: new Map([['things', new Map([[0, 5n]])]]), watermarksMs: new Map() };

  function newProgress() {
    const gate = new TableGate(20);
    const topic: TopicProgress = { gate, offsets: new Map(), watermarkMs: null, watchers: 0, waitedForSinceMs: null };
    const options = { clock: systemClock, isWarehouseUp: () => true, onDemand: () => {} };
    return { topic, progress: new LoaderProgress(new Map([['things', topic]]), options) };
  }

  test('is told NOT_YET_VISIBLE at the deadline, and hurries nobody any longer', async () => {
    const { topic, progress } = newProgress();
    const long = progress.waitFor(wanted, 60_000);
    const refused = { code: 'NOT_YET_VISIBLE', retryable: true };
    await expect(progress.waitFor(wanted, 10)).rejects.toMatchObject(refused);
    expect(topic.waitedForSinceMs).not.toBeNull();
    topic.offsets = new Map([[0, 5n]]);
    progress.advanced('things');
    await long;
    topic.offsets = new Map();
    await expect(progress.waitFor(wanted, 10)).rejects.toMatchObject(refused);
    expect(topic.waitedForSinceMs).toBeNull();
  });

  test('is told at once where nothing more will be loaded', async () => {
    const { progress } = newProgress();
    const waiting = progress.waitFor(wanted, 60_000);
    await new Promise(setImmediate);
    progress.stopWaiting();
    await expect(waiting).rejects.toMatchObject({ code: 'NOT_YET_VISIBLE' });
    await expect(progress.waitFor(wanted, 60_000)).rejects.toMatchObject({ code: 'NOT_YET_VISIBLE' });
  });
});

describe('a consistent read', () => {
  test('that is slower than a load waits is answered all the same before its deadline, and loading goes on behind it', async () => {
    const gate = new TableGate(20);
    const topic: TopicProgress = { gate, offsets: new Map(), watermarkMs: null, watchers: 0, waitedForSinceMs: null };
    const options = { clock: systemClock, isWarehouseUp: () => true, onDemand: () => {} };
    const progress = new LoaderProgress(new Map([['things', topic]]), options);
    let loading = true;
    const loads = (async () => {
      while (loading) {
        await gate.beginLoad();
        gate.endLoad();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    let runs = 0;
    const read = async () => {
      runs++;
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await progress.consistently(['things'], read, 5_000);
    expect(runs).toBe(2);
    const before = gate.loads;
    await expect.poll(() => gate.loads).toBeGreaterThan(before);
    loading = false;
    await loads;
  });

  test('that does not end is told so at its deadline, and is told to end', async () => {
    const topic = {
      gate: new TableGate(20),
      offsets: new Map(),
      watermarkMs: null,
      watchers: 0,
      waitedForSinceMs: null,
    };
    const options = { clock: systemClock, isWarehouseUp: () => true, onDemand: () => {} };
    const progress = new LoaderProgress(new Map([['things', topic]]), options);
    const read = (_: unknown, signal?: AbortSignal) =>
      new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    await expect(progress.consistently(['things'], read, 20)).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: expect.stringContaining('expected an answer of the warehouse within 0.02 s, got none'),
    });
  });
});

/** Appends as fast as the log takes it. */
function appendFor(ms: number): { done: boolean; readonly ended: Promise<void> } {
  const state = { done: false, ended: Promise.resolve() };
  state.ended = (async () => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs) {
      await bench.log.append(TOPIC, randomTransactions(200));
      bench.loader.progress.waitFor(await logVersion(bench.log, [TOPIC]), 30_000).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    state.done = true;
  })();
  return state;
}

/** One question a table, one after the other, as a reader of several tables does it. */
async function countEverywhere(): Promise<readonly number[]> {
  const [kind] = bench.kinds;
  if (kind === undefined) throw new Error('a kind');
  const questions = [
    ...rollupTables(kind).map(({ table }) => `SELECT sum(count) AS events FROM lakegate.${table}`),
    `SELECT count() AS events FROM lakegate.${rawTable(kind)}`,
  ];
  const counts: number[] = [];
  for (const sql of questions) {
    const { rows } = await bench.test.warehouse.query<{ events: string }>(sql);
    counts.push(Number(rows[0]?.events));
  }
  return counts;
}
