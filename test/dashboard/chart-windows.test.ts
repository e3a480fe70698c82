import { expect, test } from 'vitest';
import type { MetricsRow } from '../../dashboard/api/metrics-update.ts';
import { chartWindows, seriesValues } from '../../dashboard/frame/chart-windows.ts';

const MINUTE = 60_000;

function row(startMs: number, over: Partial<MetricsRow> = {}): MetricsRow {
  const [start, end] = [startMs, startMs + MINUTE].map((ms) => new Date(ms).toISOString());
  return {
    id: String(startMs),
    start: start ?? '',
    end: end ?? '',
    final: true,
    revision: 0,
    lateCount: 0,
    others: false,
    count: 5,
    ...over,
  };
}

test('windows without events are there, and those that may still get some are open', () => {
  const rows = [row(0), row(2 * MINUTE, { final: false })];
  const windows = chartWindows(rows, { fromMs: 10, toMs: 4 * MINUTE, everyMs: MINUTE, watermarkMs: 2.5 * MINUTE });
  expect(windows.map(({ startMs, open }) => [startMs / MINUTE, open])).toEqual([
    [0, false],
    [1, false],
    [2, true],
    [3, true],
  ]);
  expect(seriesValues(rows, windows, ({ count }) => Number(count))).toEqual([5, null, 5, null]);
});

test('of several answers a window is open as long as one of them says so', () => {
  const rows = [row(0), row(0, { final: false })];
  const [window] = chartWindows(rows, { fromMs: 0, toMs: MINUTE, everyMs: MINUTE, watermarkMs: MINUTE });
  expect(window?.open).toBe(true);
});
