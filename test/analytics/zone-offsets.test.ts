import { expect, test } from 'vitest';
import { resolveRange } from '../../src/analytics/time/resolve-range.ts';
import { timeZone } from '../../src/analytics/time/time-zone.ts';
import { ZoneOffsets } from '../../src/analytics/time/zone-offsets.ts';
import { randomFrom } from '../support/random.ts';

const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261122);
/** Of each zone. A long run: LAKEGATE_TEST_TIMES=10000. */
const TIMES = Number(process.env.LAKEGATE_TEST_TIMES ?? 15);
const END_MS = 49_710 * 86_400_000;

test('the clock of every zone shows what Intl says, at any time, also in the seconds around its changes', () => {
  const below = randomFrom(SEED);
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const zone = timeZone(name);
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
    const check = (ms: number) => {
      const shown = new Date(zone.toLocalMs(ms)).toISOString();
      expect([name, ms, shown.slice(0, 19).replace('T', ' ')]).toEqual([name, ms, format.format(ms)]);
    };
    for (let time = 0; time < TIMES; time++) check(below(END_MS / 1000) * 1000);
    for (const change of changesNear(zone.toLocalMs, below(END_MS)))
      for (const ms of [-1, 0, 1]) check(change + ms * 1000);
  }
});

test('a change is found to the millisecond wherever in its week it lies, and no week is looked up twice', () => {
  const WEEK_MS = 7 * 86_400_000;
  for (const changeMs of [1, 12_345, WEEK_MS - 1, WEEK_MS, WEEK_MS + 1, 5 * WEEK_MS]) {
    let lookUps = 0;
    const offsets = new ZoneOffsets((utcMs) => {
      lookUps++;
      return utcMs < changeMs ? 3_600_000 : -1000;
    });
    for (const ms of [changeMs - 1, changeMs, changeMs + 1, 0, 6 * WEEK_MS]) {
      expect([changeMs, ms, offsets.at(ms)]).toEqual([changeMs, ms, ms < changeMs ? 3_600_000 : -1000]);
    }
    const before = lookUps;
    for (let ms = changeMs - 1; ms < changeMs + 1000; ms++) offsets.at(ms);
    expect(lookUps).toBe(before);
  }
});

test('a range of many years by the day costs no more than so many days, and more of them are refused', () => {
  const range = { from: '2000-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
  const resolve = (to: string) =>
    resolveRange({ range: { ...range, to }, every: '1d', timeZone: 'Europe/Berlin', nowMs: END_MS });
  const { windows } = resolve(range.to);
  expect(windows.kind === 'calendar' && windows.startsUs.length).toBe(9_498);
  expect(() => resolve('2030-01-01T00:00:00Z')).toThrow(
    expect.objectContaining({
      code: 'TOO_MANY_ROWS',
      message: expect.stringContaining('at most 10000 windows, got 10958'),
    }),
  );
});

/** Where the offset changes in the year behind a time, by the day and then by halving. */
function changesNear(toLocalMs: (utcMs: number) => number, fromMs: number): readonly number[] {
  const changes: number[] = [];
  const offset = (ms: number) => toLocalMs(ms) - ms;
  for (let day = 0; day < 366; day++) {
    let [low, high] = [fromMs + day * 86_400_000, fromMs + (day + 1) * 86_400_000];
    if (offset(low) === offset(high)) continue;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    changes.push(Math.floor(high / 1000) * 1000);
  }
  return changes;
}
