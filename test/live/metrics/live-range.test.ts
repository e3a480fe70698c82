import { describe, expect, test } from 'vitest';
import { resolveRange, type TimeRangeInput } from '../../../src/analytics/time/resolve-range.ts';
import { liveMeaning, liveNowMs, nextMoveMs } from '../../../src/live/metrics/live-range.ts';

const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');

describe('a range that ends now', () => {
  test('moves in steps of about a hundredth of its length, between a second and a minute', () => {
    expect(['10s', '5m', '10m', '1h', '1d', '1y'].map((last) => stepOf({ last }))).toEqual([
      1000, 3000, 6000, 30_000, 60_000, 60_000,
    ]);
  });

  test('ends at the next step, so that the newest events are in it', () => {
    for (let nowMs = NOW_MS; nowMs < NOW_MS + 10_000; nowMs += 137) {
      const endMs = liveNowMs(said({ last: '5m' }), nowMs);
      expect(endMs - nowMs).toBeGreaterThanOrEqual(0);
      expect(endMs - nowMs).toBeLessThan(3000);
    }
  });

  test('never ends earlier than it did, also where it grows into longer steps', () => {
    const from = new Date(NOW_MS - 250_000).toISOString();
    let before = 0;
    for (let nowMs = NOW_MS; nowMs < NOW_MS + 400_000; nowMs += 999) {
      const now = liveNowMs(said({ from }), nowMs);
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
  });

  test('with windows moves at the border of one', () => {
    expect(movesAt({ last: '5m' }, { every: '1m' })).toBe('2026-11-05T12:35:00.000Z');
    expect(movesAt({ last: '5m' }, { every: '10s' })).toBe('2026-11-05T12:35:00.000Z');
  });

  test('with windows that do not divide it moves where its start does, too', () => {
    expect(movesAt({ last: '30s' }, { every: '20s' })).toBe('2026-11-05T12:35:00.001Z');
    expect(movesAt({ last: '35s' }, { every: '1m' }, Date.parse('2026-11-05T12:34:20.000Z'))).toBe(
      '2026-11-05T12:34:35.000Z',
    );
  });
});

describe('a range of the calendar', () => {
  const beforeMidnight = Date.parse('2026-11-05T22:59:30.000Z');

  test('moves at the border of the calendar in the time zone that was asked for', () => {
    const berlin = { timeZone: 'Europe/Berlin' };
    expect(movesAt({ this: 'DAY' }, berlin, beforeMidnight)).toBe('2026-11-05T23:00:00.000Z');
    expect(movesAt({ previous: 'DAY' }, berlin, beforeMidnight)).toBe('2026-11-05T23:00:00.000Z');
  });

  test('moves when a window of it begins: windows are filled as far as that', () => {
    expect(movesAt({ this: 'DAY' }, { every: '1h' }, beforeMidnight)).toBe('2026-11-05T23:00:00.000Z');
  });

  test('is asked for again where it does not move for a while', () => {
    expect(nextMoveMs(said({ this: 'YEAR' }), NOW_MS)).toBe(NOW_MS + 60_000);
  });
});

test('a range of the past with both its ends never moves', () => {
  const past = { from: '2026-11-05T00:00:00Z', to: '2026-11-05T12:00:00Z' };
  expect(nextMoveMs(said(past, { every: '1h' }), NOW_MS)).toBeNull();
});

test('a range means the same until it moves, and then something else', () => {
  const ranges = [said({ last: '5m' }), said({ last: '7m' }, { every: '90s' }), said({ last: '1d' }, { every: '1h' })];
  for (const each of ranges) {
    for (let nowMs = NOW_MS; nowMs < NOW_MS + 200_000; ) {
      const next = nextMoveMs(each, nowMs) ?? 0;
      expect(liveMeaning(each, next - 1)).toBe(liveMeaning(each, nowMs));
      if (next < nowMs + 60_000) expect(liveMeaning(each, next)).not.toBe(liveMeaning(each, nowMs));
      nowMs = next;
    }
  }
});

interface More {
  readonly every?: string;
  readonly timeZone?: string;
}

function said(range: TimeRangeInput, { every, timeZone }: More = {}) {
  return { range, every: every ?? null, timeZone: timeZone ?? 'UTC' };
}

function movesAt(range: TimeRangeInput, more: More, nowMs = NOW_MS): string {
  return new Date(nextMoveMs(said(range, more), nowMs) ?? 0).toISOString();
}

/** From one move to the next. */
function stepOf(range: TimeRangeInput): number {
  const first = nextMoveMs(said(range), NOW_MS) ?? 0;
  const ends = [first, nextMoveMs(said(range), first) ?? 0].map(
    (nowMs) => resolveRange({ ...said(range), nowMs: liveNowMs(said(range), nowMs) }).toUs / 1000,
  );
  return (ends[1] ?? 0) - (ends[0] ?? 0);
}
