import { expect, test } from 'vitest';
import { type BarPlace, barAt, barBeside, layerAt, middleOf } from '../../dashboard/frame/bar-place.ts';

const MINUTE_MS = 60_000;
/** Three windows; the second series has nothing in the second one. */
const BARS = {
  windows: [0, 1, 2].map((at) => ({ startMs: at * MINUTE_MS, endMs: (at + 1) * MINUTE_MS, open: at === 2 })),
  series: [{ values: [1, 2, 3] }, { values: [10, null, 30] }, { values: [100, 200, 300] }],
};
const place = (window: number, series: number): BarPlace => ({ startMs: window * MINUTE_MS, series });

test('whoever comes to a chart is at its newest bar, and goes sideways from there to either end and no further', () => {
  for (const key of ['ArrowLeft', 'ArrowRight', 'End']) expect(barBeside(BARS, null, key)).toEqual(place(2, 0));
  expect(barBeside(BARS, place(2, 0), 'ArrowLeft')).toEqual(place(1, 0));
  expect(barBeside(BARS, place(2, 0), 'ArrowRight')).toEqual(place(2, 0));
  expect(barBeside(BARS, place(2, 0), 'Home')).toEqual(place(0, 0));
  expect(barBeside(BARS, place(0, 0), 'ArrowLeft')).toEqual(place(0, 0));
});

test('up and down lead to the layers that there are, and sideways one stays in the same', () => {
  expect(barBeside(BARS, place(0, 0), 'ArrowUp')).toEqual(place(0, 1));
  expect(barBeside(BARS, place(1, 0), 'ArrowUp')).toEqual(place(1, 2));
  expect(barBeside(BARS, place(1, 2), 'ArrowUp')).toEqual(place(1, 2));
  expect(barBeside(BARS, place(1, 2), 'ArrowDown')).toEqual(place(1, 0));
  expect(barBeside(BARS, place(0, 1), 'ArrowRight')).toEqual(place(1, 0));
  expect(barBeside(BARS, place(1, 2), 'ArrowRight')).toEqual(place(2, 2));
});

test('a bar whose window has gone is the newest one, other keys are for others, and an empty chart has no bar', () => {
  expect(barBeside(BARS, { startMs: -MINUTE_MS, series: 2 }, 'ArrowLeft')).toEqual(place(2, 2));
  expect(barBeside(BARS, place(0, 0), 'p')).toBeNull();
  expect(barBeside({ windows: [], series: [] }, null, 'End')).toBeNull();
  expect(barAt(BARS, 3, null)).toBeNull();
});

test('a click means the layer under it, above the bar the highest, and the middle of each is in it', () => {
  expect([0.5, 5, 60, 1_000].map((height) => layerAt(BARS, 0, height))).toEqual([0, 1, 2, 2]);
  for (const series of [0, 1, 2]) expect(layerAt(BARS, 0, middleOf(BARS, 0, series))).toBe(series);
});
