import type { ResolvedRange } from '../time/resolve-range.ts';
import { type Interval, lengthWindows, type Windows, windowCount } from '../time/windows.ts';
import type { MetricsQuestion } from './metrics-question.ts';

/**
 * A range cut into slices of whole windows, each of which can be cached alone, because its rows together are the rows of the range. Where the cuts
 * are depends on the windows and not on where the range begins, so that a range that moves on meets its older slices again.
 *
 * A slice holds the windows that begin in one UTC hour, where they are at most five minutes long, else in one UTC day: so a write of today
 * costs an hour of short windows, or a day of long ones (24 rows of an hour), and `last: 7d` is 8 slices. A longer window is a slice by itself.
 * A range that would have more than 128 of them has slices of twice, four times … the length: to look one up costs some 10 µs, and to
 * read a hundred of them from a rollup about 5 ms.
 */
export function segmentsOf(range: ResolvedRange): readonly ResolvedRange[] {
  const { windows } = range;
  if (windows.kind === 'one') return [range];
  const cutsUs = windows.kind === 'length' ? lengthCuts(range, windows) : calendarCuts(range, windows.startsUs);
  return cutsUs.map((fromUs, index) => partOf(range, { fromUs, toUs: cutsUs[index + 1] ?? range.toUs }));
}

/**
 * Whether the rows of each window follow from that window alone, and stand in the order of the windows. Shares do: they are of a window. What is
 * ranked, carried on, compared, converted, cut or filled for every group looks at the whole range.
 */
export function isSegmented({ select, top, fill, by, limit, convertTo, orderBy, range }: MetricsQuestion): boolean {
  const byTime = orderBy[0] === undefined || (orderBy[0].by.kind === 'start' && orderBy[0].direction === 'ASC');
  const filled = fill === 'PREVIOUS' || (fill === 'ZERO' && by.length > 0);
  const { rows, previous } = select;
  const alone = rows !== null && rows.running.length === 0 && top === null && previous === null && convertTo === null;
  return alone && byTime && !filled && limit === null && windowCount(range.windows) > 1;
}

/** The windows of the range that lie in `part`, which begins where a window or the range does, and ends so too. */
export function partOf(range: ResolvedRange, part: Interval): ResolvedRange {
  return { ...range, ...part, windows: windowsWithin(range.windows, part) };
}

const HOUR_US = 3600e6;
const DAY_US = 24 * HOUR_US;
const SHORT_WINDOW_US = 300e6;
const SEGMENTS_MAX = 128;

function lengthCuts({ fromUs, toUs }: Interval, { lengthUs }: { readonly lengthUs: number }): readonly number[] {
  const unitUs = unitOf(toUs - fromUs, lengthUs <= SHORT_WINDOW_US ? HOUR_US : DAY_US);
  const cutsUs = [fromUs];
  for (let unit = Math.floor(fromUs / unitUs) + 1; unit * unitUs < toUs; unit++) {
    const cutUs = Math.ceil((unit * unitUs) / lengthUs) * lengthUs;
    if (cutUs > (cutsUs.at(-1) ?? 0) && cutUs < toUs) cutsUs.push(cutUs);
  }
  return cutsUs;
}

function calendarCuts({ fromUs, toUs }: Interval, startsUs: readonly number[]): readonly number[] {
  const unitUs = unitOf(toUs - fromUs, DAY_US);
  const unitAt = (index: number) => Math.floor((startsUs[index] ?? 0) / unitUs);
  return [fromUs, ...startsUs.filter((_, index) => index > 0 && unitAt(index) !== unitAt(index - 1))];
}

function unitOf(lengthUs: number, leastUs: number): number {
  let unitUs = leastUs;
  while (lengthUs / unitUs > SEGMENTS_MAX) unitUs *= 2;
  return unitUs;
}

function windowsWithin(windows: Windows, part: Interval): Windows {
  switch (windows.kind) {
    case 'one':
      return windows;
    case 'length':
      return lengthWindows(part, windows.lengthUs);
    case 'calendar': {
      const { startsUs } = windows;
      const first = startsUs.findLastIndex((startUs) => startUs <= part.fromUs);
      const next = startsUs.findIndex((startUs) => startUs >= part.toUs);
      const end = next === -1 ? startsUs.length : next;
      return { kind: 'calendar', startsUs: startsUs.slice(first, end), endUs: startsUs[end] ?? windows.endUs };
    }
  }
}
