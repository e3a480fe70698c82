import { afterEach, describe, expect, test } from 'vitest';
import type { Version } from '../../src/model/version.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { type KafkaProgress, openKafkaProgress } from '../../src/warehouse/kafka/kafka-progress.ts';
import type { PartitionFingerprint } from '../../src/warehouse/kafka/kafka-tables.ts';
import { until } from '../support/until.ts';

/** What ClickHouse would say if it were asked: moved by the tests. */
interface Loaded {
  next: Map<number, bigint>;
  parts: number;
  partitions: readonly PartitionFingerprint[];
  asked: number;
  /** Of these the stream that nobody watches. */
  othersAsked: number;
  watermarkMs: number | null;
  up: boolean;
  /** Tables are compared with the log. */
  closed: boolean;
  /** Behind the last event that a reader of the log can have. */
  end: bigint;
  endsAsked: number;
}

const opened: KafkaProgress[] = [];
afterEach(async () => {
  for (const progress of opened.splice(0)) await progress.stop();
});

async function open(): Promise<{ readonly progress: KafkaProgress; readonly loaded: Loaded }> {
  const loaded: Loaded = {
    next: new Map(),
    parts: 0,
    partitions: [],
    asked: 0,
    othersAsked: 0,
    watermarkMs: null,
    up: true,
    closed: false,
    end: 100n,
    endsAsked: 0,
  };
  const whileOpen = <Value>(value: Value): Value => {
    if (loaded.closed) throw new LakegateError({ code: 'WAREHOUSE_DOWN', message: 'compared with the log' });
    return value;
  };
  const progress = await openKafkaProgress({
    topics: ['things', 'others'],
    loadedNext: async (topic) => {
      loaded.asked++;
      if (topic === 'others') loaded.othersAsked++;
      if (!loaded.up) throw new Error('away');
      return topic === 'things' ? new Map(loaded.next) : new Map();
    },
    fingerprint: async () => whileOpen(String(loaded.parts)),
    fingerprintsOf: async () => whileOpen(loaded.partitions),
    endsOf: async () => {
      loaded.endsAsked++;
      return [{ partition: 0, first: 0n, next: loaded.end }];
    },
    watermarkMs: () => loaded.watermarkMs,
    isWarehouseUp: () => loaded.up,
    logger: { debug: () => {} },
  });
  opened.push(progress);
  return { progress, loaded };
}

function at(offset: bigint): Version {
  return { offsets: new Map([['things', new Map([[0, offset]])]]), watermarksMs: new Map() };
}

describe('a version', () => {
  test('is reached when what is before the committed offset includes it, and never goes back', async () => {
    const { progress, loaded } = await open();
    loaded.next.set(0, 6n);
    await progress.waitFor(at(5n), 5_000);
    expect(progress.version(['things']).offsets.get('things')?.get(0)).toBe(5n);
    loaded.next.set(0, 3n);
    loaded.next.set(1, 1n);
    await until(() => progress.version().offsets.get('things')?.get(1) === 0n);
    expect(progress.version().offsets.get('things')?.get(0)).toBe(5n);
  });

  test('keeps the watermark that it had where less is told of later: what was once final stays so', async () => {
    const { progress, loaded } = await open();
    loaded.watermarkMs = 5_000;
    await until(() => progress.version().watermarksMs.get('things') === 5_000);
    for (const [next, watermarkMs] of [
      [1n, 4_000],
      [2n, null],
    ] as const) {
      loaded.watermarkMs = watermarkMs;
      loaded.next.set(0, next);
      await progress.waitFor(at(next - 1n), 5_000);
      expect(progress.version().watermarksMs.get('things')).toBe(5_000);
    }
    loaded.watermarkMs = 6_000;
    await until(() => progress.version().watermarksMs.get('things') === 6_000);
  });

  test('that is not reached is NOT_YET_VISIBLE at the deadline, and at once when nothing more will be loaded', async () => {
    const { progress } = await open();
    await expect(progress.waitFor(at(5n), 10)).rejects.toMatchObject({ code: 'NOT_YET_VISIBLE', retryable: true });
    const waiting = progress.waitFor(at(5n), 60_000);
    await new Promise(setImmediate);
    progress.stopWaiting();
    await expect(waiting).rejects.toMatchObject({ code: 'NOT_YET_VISIBLE' });
  });

  test('that the log never gave is refused, and of a stream that nobody knows at once', async () => {
    const { progress } = await open();
    await expect(progress.waitFor(at(100n), 60_000)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const unknown = { offsets: new Map([['nothing', new Map([[0, 1n]])]]), watermarksMs: new Map() };
    await expect(progress.waitFor(unknown, 60_000)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('whose event is in the log a moment later than the verdict about it is waited for', async () => {
    const { progress, loaded } = await open();
    const waiting = progress.waitFor(at(100n), 60_000);
    const refused = waiting.catch((error: unknown) => error);
    await until(() => loaded.endsAsked > 1);
    loaded.end = 101n;
    loaded.next.set(0, 101n);
    expect(await refused).toBeUndefined();
  });

  test('stays what it was while nobody can be asked, and goes on by itself afterwards', async () => {
    const { progress, loaded } = await open();
    loaded.next.set(0, 6n);
    await progress.waitFor(at(5n), 5_000);
    loaded.up = false;
    loaded.next.set(0, 9n);
    const waiting = progress.waitFor(at(8n), 5_000);
    const asked = loaded.asked;
    await until(() => loaded.asked > asked + 1);
    expect(progress.version().offsets.get('things')?.get(0)).toBe(5n);
    loaded.up = true;
    await waiting;
  });
});

test('listeners hear of offsets and of a watermark that moved, and whoever watches is served sooner', async () => {
  const { progress, loaded } = await open();
  const heard: string[] = [];
  progress.onAdvance((topic) => heard.push(topic));
  const release = progress.watch(['things']);
  loaded.watermarkMs = 5_000;
  await until(() => heard.includes('things'));
  expect(progress.version().watermarksMs.get('things')).toBe(5_000);
  loaded.asked = 0;
  loaded.othersAsked = 0;
  // Unwatched, both would be asked in the same rounds.
  await until(() => loaded.asked - loaded.othersAsked > 3 * (loaded.othersAsked + 1));
  release();
});

describe('a read', () => {
  test('during which tables change runs again, and is answered with the state that it was read from', async () => {
    const { progress, loaded } = await open();
    let runs = 0;
    const read = async () => {
      runs++;
      if (runs <= 2) loaded.parts++;
      return loaded.parts;
    };
    const { value, identity } = await progress.consistently(['things'], read, 5_000);
    expect({ value, runs }).toEqual({ value: 2, runs: 3 });
    expect(identity).toBe((await progress.identity(['things'])).identity);
  });

  test('that finds no moment is told so at its deadline, with the reason, and is told to end', async () => {
    const { progress, loaded } = await open();
    let told: AbortSignal | undefined;
    const read = async (_: Version, signal?: AbortSignal) => {
      told = signal;
      loaded.parts++;
    };
    await expect(progress.consistently(['things'], read, 50)).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: 'expected a moment without loading of things before the deadline; there was none',
    });
    expect(told?.aborted).toBe(true);
    loaded.up = false;
    await expect(progress.consistently(['things'], read, 50)).rejects.toMatchObject({ code: 'WAREHOUSE_DOWN' });
  });

  test('that is not through at its deadline is told so, and not that something was loading', async () => {
    const { progress } = await open();
    const read = (_: Version, signal?: AbortSignal) =>
      new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    await expect(progress.consistently(['things'], read, 50)).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: expect.stringContaining('expected an answer of the warehouse within 0.05 s, got none'),
    });
  });

  test('fails with its own error where that is not the deadline', async () => {
    const { progress } = await open();
    const read = () => Promise.reject(new Error('a mistake in the question'));
    await expect(progress.consistently(['things'], read, 5_000)).rejects.toThrow('a mistake in the question');
  });
});

describe('the identity of what is there', () => {
  test('is another one as soon as a table changed, although no offset moved', async () => {
    const { progress, loaded } = await open();
    const before = await progress.identity(['things']);
    loaded.parts++;
    const after = await progress.identity(['things']);
    expect(after.identity).not.toBe(before.identity);
    expect(after.version).toEqual(before.version);
  });

  test('of tables that are closed for a moment is waited for by who reads, and unknown to who only looks', async () => {
    const { progress, loaded } = await open();
    const scope = { spans: [{ fromUs: 0, toUs: 1 }], tables: ['raw'] };
    loaded.closed = true;
    const waiting = progress.identity(['things']);
    expect(await progress.identityNow(['things'])).toBeNull();
    expect(await progress.identityNow(['things'], scope)).toBeNull();
    loaded.closed = false;
    expect(await waiting).toEqual(await progress.identityNow(['things']));
    expect(await progress.identityNow(['things'], scope)).toEqual(await progress.identity(['things'], scope));
    loaded.up = false;
    expect(await progress.identityNow(['things'])).toBeNull();
  });
});

describe('of spans of event time', () => {
  const DAY_US = 86_400e6;
  const dayOf = (day: number) => ({ fromUs: day * DAY_US, toUs: (day + 1) * DAY_US });
  const parts = (table: string, partition: string, name: string) => ({ table, partition, parts: name });
  // The first three days of 1970.
  const scope = { spans: [0, 1, 2].map(dayOf), tables: ['raw', 'rollup_1m'] };

  test('the identity follows the partitions of the tables that are read, and no others', async () => {
    const { progress, loaded } = await open();
    loaded.partitions = [parts('raw', '19700101', 'a'), parts('rollup_1m', '19700102', 'b')];
    const before = await progress.identitiesOf('things', scope);
    expect(new Set(before).size).toBe(3);
    loaded.partitions = [...loaded.partitions, parts('raw', '19700103', 'c'), parts('rollup_1d', '197001', 'd')];
    const after = await progress.identitiesOf('things', scope);
    expect(after.map((identity, day) => identity === before[day])).toEqual([true, true, false]);
    const monthly = { ...scope, tables: ['rollup_1d'] };
    const month = await progress.identitiesOf('things', monthly);
    loaded.partitions = [...loaded.partitions, parts('rollup_1d', '197001', 'e')];
    const changed = await progress.identitiesOf('things', monthly);
    expect(changed.some((identity, day) => identity === month[day])).toBe(false);
  });

  test('a read runs again when a table that it does not read changes: it is about to change in the others', async () => {
    const { progress, loaded } = await open();
    let runs = 0;
    const read = async () => {
      if (runs++ === 0) loaded.partitions = [parts('rollup_1d', '197001', 'f')];
    };
    const { identity } = await progress.consistently(['things'], read, 5_000, { scope });
    expect(runs).toBe(2);
    expect(identity).toBe((await progress.identity(['things'], scope)).identity);
  });
});
