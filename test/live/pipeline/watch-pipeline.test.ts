import { expect, test } from 'vitest';
import { EventRate } from '../../../src/live/pipeline/event-rate.ts';
import type { PipelineFigures } from '../../../src/live/pipeline/pipeline-figures.ts';
import { RecentDurations } from '../../../src/live/pipeline/recent-durations.ts';
import { type PipelineSources, watchPipeline } from '../../../src/live/pipeline/watch-pipeline.ts';
import { type Place, readPlace } from '../../../src/live/place.ts';
import { EMPTY_VERSION, type Version } from '../../../src/model/version.ts';
import type { PartitionLag } from '../../../src/warehouse/lag.ts';
import { type MovedClock, movedClock } from '../../support/moved-clock.ts';
import { until } from '../../support/until.ts';

/** What a pipeline would say of itself, as a test wants it. */
interface Said {
  readonly clock: MovedClock;
  loaded: bigint;
  end: bigint;
  isReadOnly: boolean;
  isWarehouseDown: boolean;
  problem: string | null;
  /** How often it was looked at. */
  measured: number;
  /** How often the warehouse was asked. */
  asked: number;
}

function saying(): { readonly said: Said; readonly sources: PipelineSources } {
  const said: Said = {
    clock: movedClock(),
    loaded: 10n,
    end: 10n,
    isReadOnly: false,
    isWarehouseDown: false,
    problem: null,
    measured: 0,
    asked: 0,
  };
  const unlessDown = async <Value>(value: Value): Promise<Value> => {
    said.asked++;
    if (said.isWarehouseDown) throw new Error('the warehouse is away');
    return value;
  };
  const lag = (): PartitionLag => ({
    topic: 'transactions',
    partition: 0,
    group: 'warehouse',
    committedOffset: said.loaded,
    endOffset: said.end,
    lag: Number(said.end - said.loaded),
  });
  const ledger = () => ({
    expected: Number(said.loaded),
    seen: Number(said.loaded),
    gaps: 0,
    duplicates: 0,
    gapRanges: [],
    duplicateRanges: [],
    partitions: [],
    version: EMPTY_VERSION,
  });
  const intake = { received: 10, counted: 10, duplicates: 0, rejected: 0, onTheWay: 0 };
  const sources: PipelineSources = {
    clock: said.clock,
    isReadOnly: () => said.isReadOnly,
    isWarehouseDown: () => said.isWarehouseDown,
    problem: () => said.problem,
    eventsPerSecond: () => 0,
    freshnessMs: () => null,
    lag: async () => {
      said.measured++;
      return [lag()];
    },
    ledger: () => unlessDown(ledger()),
    intake: () => unlessDown(intake),
    lastHour: () => unlessDown({ rejectedLastHour: 3, lateLastHour: 1 }),
    readers: () => 4,
    cache: () => ({ hits: 3, misses: 1 }),
  };
  return { said, sources };
}

async function next(reading: AsyncIterator<PipelineFigures>): Promise<PipelineFigures> {
  return (await reading.next()).value;
}

test('all who look share one measuring; nothing is measured before anybody looks, and after the last has left', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  expect(said.asked).toBe(0);
  const places: Place<PipelineFigures>[] = Array.from({ length: 100 }, () => watch.open('default'));
  const first = await next(readPlace(places[0] as Place<PipelineFigures>));
  for (const place of places.slice(1)) expect(place.take()).toBe(first);
  expect(first).toMatchObject({ status: 'OK', lag: 0, cacheHitRatio: 0.75, subscribers: 104, rejectedLastHour: 3 });
  const { asked } = said;
  expect(asked).toBeLessThanOrEqual(3);
  for (const place of places) place.leave();
  expect(watch.readers()).toBe(0);
  await watch.stop();
});

test('what stands still is not told again, and what has changed is', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  const place = watch.open('default');
  await until(() => place.take() !== null);
  const { measured } = said;
  await until(() => said.measured >= measured + 2);
  expect(place.take()).toBeNull();
  said.clock.advance(1_000);
  said.end = 12n;
  let changed: PipelineFigures | null = null;
  await until(() => {
    changed ??= place.take();
    return changed !== null;
  });
  expect(changed).toMatchObject({ lag: 2 });
  expect(place.take()).toBeNull();
  place.leave();
  await watch.stop();
});

test('the status is BEHIND once what came in ten seconds ago is not visible, and OK when it is', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  const place = watch.open('default');
  await until(() => place.take() !== null);
  const status = async () => (await watch.now('default')).status;
  said.end = 20n;
  expect(await status()).toBe('OK');
  said.clock.advance(9_999);
  expect(await status()).toBe('OK');
  said.clock.advance(1);
  expect(await status()).toBe('BEHIND');
  said.loaded = 20n;
  // More came meanwhile, and has time.
  said.end = 30n;
  expect(await status()).toBe('OK');
  said.problem = 'loading fails';
  expect(await status()).toBe('BEHIND');
  place.leave();
  await watch.stop();
});

test('who only asks, now and then, is told as well that what came in is late', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  const status = async () => (await watch.now('default')).status;
  said.end = 20n;
  expect(await status()).toBe('OK');
  said.clock.advance(10_000);
  expect(await status()).toBe('BEHIND');
  await watch.stop();
});

test('questions at the same time, and right after one another, ask the warehouse once', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  await Promise.all([watch.now('default'), watch.now('default'), watch.now('default')]);
  await watch.now('default');
  expect([said.asked, said.measured]).toEqual([3, 2]);
  await watch.stop();
});

test('who begins to look after the last has left is not shown what was so then', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  const before = readPlace(watch.open('default'));
  expect((await next(before)).lag).toBe(0);
  await before.return?.();
  said.end = 15n;
  const after = readPlace(watch.open('default'));
  expect((await next(after)).lag).toBe(5);
  await after.return?.();
  await watch.stop();
});

test('a clock that is set back holds nothing up', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  await watch.now('default');
  said.clock.advance(-3_600_000);
  await watch.now('default');
  expect(said.asked).toBe(6);
  said.end = 20n;
  await watch.now('default');
  said.clock.advance(10_000);
  expect((await watch.now('default')).status).toBe('BEHIND');
  await watch.stop();
});

test('while the warehouse is away the figures of before stay, and the status says why', async () => {
  const { said, sources } = saying();
  const watch = watchPipeline(sources);
  const reading = readPlace(watch.open('default'));
  expect((await next(reading)).status).toBe('OK');
  said.isReadOnly = true;
  expect((await watch.now('default')).status).toBe('READ_ONLY');
  said.isWarehouseDown = true;
  said.clock.advance(60_000);
  expect(await watch.now('default')).toMatchObject({ status: 'DOWN', rejectedLastHour: 3, ledger: { gaps: 0 } });
  await reading.return?.();
  // Who has nothing of before is told that there is nothing.
  await expect(watch.now('another')).rejects.toThrow('away');
  await watch.stop();
});

test('events a second are those that became visible within the last ten seconds', () => {
  const clock = movedClock();
  const loaded = new Map([[0, 99n]]);
  const version = (): Version => ({ offsets: new Map([['transactions', loaded]]), watermarksMs: new Map() });
  const listeners = new Set<(topic: string) => void>();
  const onAdvance = (listener: (topic: string) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const rate = new EventRate({ version, onAdvance }, ['transactions'], clock);
  const load = (partition: number, last: bigint) => {
    loaded.set(partition, last);
    for (const listener of listeners) listener('transactions');
  };
  expect(rate.perSecond()).toBe(0);
  load(0, 109n);
  load(1, 4n);
  expect(rate.perSecond()).toBe(1.5);
  clock.advance(8_000);
  load(0, 114n);
  expect(rate.perSecond()).toBe(2);
  clock.advance(2_001);
  expect(rate.perSecond()).toBe(0.5);
  clock.advance(8_000);
  expect(rate.perSecond()).toBe(0);
  rate.stop();
  expect(listeners.size).toBe(0);
});

test('percentiles are of the last five minutes', () => {
  const clock = movedClock();
  const durations = new RecentDurations(clock);
  expect(durations.percentile(0.5)).toBeNull();
  for (let ms = 1; ms <= 100; ms++) durations.add(ms);
  expect([durations.percentile(0.5), durations.percentile(0.99)]).toEqual([50, 99]);
  clock.advance(5 * 60_000 + 1);
  durations.add(7);
  expect([durations.percentile(0.5), durations.percentile(0.99)]).toEqual([7, 7]);
});
