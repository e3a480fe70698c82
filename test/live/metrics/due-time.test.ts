import { describe, expect, test } from 'vitest';
import { DueTime } from '../../../src/live/metrics/due-time.ts';

const THROTTLE_MS = 300;
/** When the evaluations of these tests end. */
const NOW_MS = 1_000_000;

describe('a live question is due', () => {
  test('at once when nobody has evaluated it yet', () => {
    expect(new DueTime(THROTTLE_MS).atMs(NOW_MS)).toBe(0);
  });

  test('when something was written, but not before its throttle is over', () => {
    const due = evaluated();
    due.behind();
    expect(due.atMs(NOW_MS)).toBe(NOW_MS + THROTTLE_MS);
  });

  test('when something was written while it was evaluated', () => {
    const due = new DueTime(THROTTLE_MS);
    due.began(NOW_MS - 10, null);
    due.behind();
    due.succeeded(NOW_MS);
    expect(due.atMs(NOW_MS)).toBe(NOW_MS + THROTTLE_MS);
  });

  test('when its range moves, or after five seconds', () => {
    expect(evaluated({ movesAtMs: NOW_MS + 700 }).atMs(NOW_MS)).toBe(NOW_MS + 700);
    expect(evaluated({ movesAtMs: NOW_MS + 50 }).atMs(NOW_MS)).toBe(NOW_MS + THROTTLE_MS);
    expect(evaluated({ movesAtMs: NOW_MS + 60_000 }).atMs(NOW_MS)).toBe(NOW_MS + 5000);
    expect(evaluated().atMs(NOW_MS)).toBe(NOW_MS + 5000);
  });

  test('not before its throttle is over, however long that is', () => {
    const due = new DueTime(60_000);
    due.began(NOW_MS, NOW_MS + 1000);
    due.succeeded(NOW_MS);
    due.behind();
    expect(due.atMs(NOW_MS)).toBe(NOW_MS + 60_000);
  });

  test('only after it has rested for as long as it worked, ten seconds at most', () => {
    const slow = (tookMs: number) => {
      const due = evaluated({ tookMs });
      due.behind();
      return due.atMs(NOW_MS) - NOW_MS;
    };
    expect([slow(100), slow(2000), slow(3_600_000), slow(-5000)]).toEqual([THROTTLE_MS, 2000, 10_000, THROTTLE_MS]);
  });

  test('later and later while it fails, until it succeeds', () => {
    const due = evaluated();
    const rests = Array.from({ length: 7 }, () => {
      due.began(NOW_MS, null);
      due.failed(NOW_MS);
      return due.atMs(NOW_MS) - NOW_MS;
    });
    expect(rests).toEqual([THROTTLE_MS, 500, 1000, 2000, 4000, 5000, 5000]);
    due.began(NOW_MS, null);
    due.succeeded(NOW_MS);
    due.failed(NOW_MS);
    expect(due.atMs(NOW_MS) - NOW_MS).toBe(THROTTLE_MS);
  });

  test('at once where the clock was set back, and from then on as ever', () => {
    const due = evaluated();
    due.failed(NOW_MS);
    const backMs = NOW_MS - 900_000;
    expect(due.atMs(backMs)).toBeLessThanOrEqual(backMs);
    due.began(backMs, null);
    due.succeeded(backMs + 10);
    expect(due.atMs(backMs + 20)).toBe(backMs + 10 + 5000);
  });

  test('at once when that is asked for', () => {
    const due = evaluated();
    due.failed(NOW_MS);
    due.atOnce();
    expect(due.atMs(NOW_MS)).toBe(0);
  });
});

function evaluated({ movesAtMs = null, tookMs = 0 }: { movesAtMs?: number | null; tookMs?: number } = {}): DueTime {
  const due = new DueTime(THROTTLE_MS);
  due.began(NOW_MS - tookMs, movesAtMs);
  due.succeeded(NOW_MS);
  return due;
}
