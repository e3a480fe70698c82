import { describe, expect, test } from 'vitest';
import { CADENCE, type Demand, dueAtMs, nextToLoad } from '../../src/warehouse/load/load-schedule.ts';

const NOW_MS = 1_000_000;

describe('when a topic is loaded', () => {
  test('never, while nothing is pending', () => {
    expect(dueAtMs(demand({ pending: false, waitedForSinceMs: NOW_MS }), CADENCE)).toBeNull();
  });

  test('at rest half a second after the last time, watched a tenth', () => {
    expect(dueAtMs(demand({ lastStartedAtMs: NOW_MS }), CADENCE)).toBe(NOW_MS + 500);
    expect(dueAtMs(demand({ lastStartedAtMs: NOW_MS, watched: true }), CADENCE)).toBe(NOW_MS + 100);
  });

  test('almost at once where somebody waits, and with a backlog at once', () => {
    expect(dueAtMs(demand({ lastStartedAtMs: NOW_MS, waitedForSinceMs: NOW_MS }), CADENCE)).toBe(NOW_MS + 5);
    expect(dueAtMs(demand({ lastStartedAtMs: NOW_MS, backlog: true }), CADENCE)).toBe(NOW_MS);
  });

  test('after a failure not before its time, whoever waits', () => {
    expect(dueAtMs(demand({ waitedForSinceMs: NOW_MS, notBeforeMs: NOW_MS + 9 }), CADENCE)).toBe(NOW_MS + 9);
  });
});

describe('which topic is loaded next', () => {
  test('the one due the longest', () => {
    const demands = [due(10), due(30), due(20)];
    expect(nextToLoad(demands, CADENCE, NOW_MS)).toEqual({ index: 1, atMs: NOW_MS - 30 });
  });

  test('one that somebody waits for before one that is only due', () => {
    const waited = demand({ waitedForSinceMs: NOW_MS - 6, lastStartedAtMs: NOW_MS - 1 });
    expect(nextToLoad([due(400), waited], CADENCE, NOW_MS)?.index).toBe(1);
  });

  test('one that has been due for long before one that somebody always waits for', () => {
    const waited = demand({ waitedForSinceMs: NOW_MS - 6, lastStartedAtMs: NOW_MS - 1 });
    expect(nextToLoad([waited, due(1500)], CADENCE, NOW_MS)?.index).toBe(1);
  });

  test('where none is due, the first that will be', () => {
    const demands = [demand({ lastStartedAtMs: NOW_MS }), demand({ lastStartedAtMs: NOW_MS - 100 })];
    expect(nextToLoad(demands, CADENCE, NOW_MS)).toEqual({ index: 1, atMs: NOW_MS + 400 });
  });
});

function demand(given: Partial<Demand>): Demand {
  return {
    pending: true,
    backlog: false,
    watched: false,
    waitedForSinceMs: null,
    lastStartedAtMs: Number.NEGATIVE_INFINITY,
    notBeforeMs: Number.NEGATIVE_INFINITY,
    ...given,
  };
}

function due(sinceMs: number): Demand {
  return demand({ lastStartedAtMs: NOW_MS - CADENCE.restMs - sinceMs });
}
