import { addLocalSteps, type CalendarStep, localStartOfStep } from './calendar.ts';
import type { TimeZone } from './time-zone.ts';

/**
 * How a range is cut: not at all, into equal lengths, or at given instants. Windows have numbers from 0 on; all of them count, whether
 * something happened in them or not. The first and the last end where the range ends.
 */
export type Windows =
  | { readonly kind: 'one' }
  | { readonly kind: 'length'; readonly firstUs: number; readonly lengthUs: number; readonly count: number }
  | CalendarWindows;

export interface CalendarWindows {
  readonly kind: 'calendar';
  /** One a window. */
  readonly startsUs: readonly number[];
  readonly endUs: number;
}

/** Half-open, microseconds since 1970, UTC. */
export interface Interval {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface WindowedRange extends Interval {
  readonly windows: Windows;
}

export function windowCount(windows: Windows): number {
  switch (windows.kind) {
    case 'one':
      return 1;
    case 'length':
      return windows.count;
    case 'calendar':
      return windows.startsUs.length;
  }
}

/** What the window with this number covers of the range. */
export function windowAt(range: WindowedRange, index: number): Interval {
  const whole = wholeWindow(range, index);
  return { fromUs: Math.max(whole.fromUs, range.fromUs), toUs: Math.min(whole.toUs, range.toUs) };
}

/** The number of the window that `atUs` is in, or of the nearest one. */
export function windowIndexAt(range: WindowedRange, atUs: number): number {
  const { windows } = range;
  const last = windowCount(windows) - 1;
  switch (windows.kind) {
    case 'one':
      return 0;
    case 'length':
      return Math.min(Math.max(Math.floor((atUs - windows.firstUs) / windows.lengthUs), 0), last);
    case 'calendar': {
      const after = windows.startsUs.findIndex((startUs) => startUs > atUs);
      return after === -1 ? last : Math.max(after - 1, 0);
    }
  }
}

/** Lengths count from 1970 in UTC, so that every question cuts at the same instants. */
export function lengthWindows(interval: Interval, lengthUs: number): Windows {
  const firstUs = Math.floor(interval.fromUs / lengthUs) * lengthUs;
  return { kind: 'length', firstUs, lengthUs, count: Math.ceil((interval.toUs - firstUs) / lengthUs) };
}

export function calendarWindows(interval: Interval, step: CalendarStep, zone: TimeZone): CalendarWindows {
  const localMs = localStartOfStep(step, zone.toLocalMs(Math.floor(interval.fromUs / 1000)));
  return stepsWhile((startUs) => startUs < interval.toUs, localMs, step, zone);
}

/** Windows of a calendar that are all of one length, as days without a change of the clocks are, are cut at the same instants by that length. */
export function evenly(windows: Windows): Windows {
  if (windows.kind !== 'calendar') return windows;
  const { startsUs, endUs } = windows;
  const [firstUs = endUs, secondUs = endUs] = startsUs;
  const lengthUs = secondUs - firstUs;
  const isEven = startsUs.every((startUs, index) => (startsUs[index + 1] ?? endUs) - startUs === lengthUs);
  return isEven && lengthUs > 0 ? { kind: 'length', firstUs, lengthUs, count: startsUs.length } : windows;
}

function stepsWhile(
  more: (startUs: number, index: number) => boolean,
  firstLocalMs: number,
  step: CalendarStep,
  zone: TimeZone,
): CalendarWindows {
  const startOf = (index: number) => zone.toUtcMs(addLocalSteps(step, firstLocalMs, index)) * 1000;
  const startsUs: number[] = [];
  let nextUs = startOf(0);
  while (more(nextUs, startsUs.length)) {
    startsUs.push(nextUs);
    nextUs = startOf(startsUs.length);
  }
  return { kind: 'calendar', startsUs, endUs: nextUs };
}

function wholeWindow(range: WindowedRange, index: number): Interval {
  const { windows } = range;
  switch (windows.kind) {
    case 'one':
      return range;
    case 'length': {
      const fromUs = windows.firstUs + index * windows.lengthUs;
      return { fromUs, toUs: fromUs + windows.lengthUs };
    }
    case 'calendar':
      return {
        fromUs: windows.startsUs[index] ?? windows.endUs,
        toUs: windows.startsUs[index + 1] ?? windows.endUs,
      };
  }
}
