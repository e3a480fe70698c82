import { LakegateError } from '../../platform/errors.ts';
import { ZoneOffsets } from './zone-offsets.ts';

/**
 * The clock on the wall of a place. "Local" below is what that clock shows, written as the milliseconds that UTC would have when it
 * showed the same, so that calendar arithmetic is plain arithmetic.
 */
export interface TimeZone {
  readonly name: string;
  toLocalMs(utcMs: number): number;
  /**
   * The first instant at which the clock shows `localMs` or has passed it. So the start of a day is right where midnight is skipped
   * (the moment of the change) and where it comes twice (the first one).
   */
  toUtcMs(localMs: number): number;
}

export function timeZone(name: string): TimeZone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const made = name === 'UTC' ? UTC : createTimeZone(name);
  if (zones.size >= ZONES_MAX) zones.clear();
  zones.set(name, made);
  return made;
}

/** About 600 names exist; spelled in any case there are more, so the store is emptied rather than let grow. With their offsets some 10 MB. */
const ZONES_MAX = 100;
const zones = new Map<string, TimeZone>();

const UTC: TimeZone = { name: 'UTC', toLocalMs: (utcMs) => utcMs, toUtcMs: (localMs) => localMs };
const DAY_MS = 86_400_000;

function createTimeZone(name: string): TimeZone {
  const format = clockFormat(name);
  const offsets = new ZoneOffsets((utcMs) => shownMs(format, utcMs) - (utcMs - mod(utcMs, 1000)));
  const toLocalMs = (utcMs: number) => utcMs + offsets.at(utcMs);
  return { name, toLocalMs, toUtcMs: (localMs) => firstInstantShowing(toLocalMs, localMs) };
}

/** No zone changes its offset twice within two days, so the offset is one of the two a day before and a day after. */
function firstInstantShowing(toLocalMs: (utcMs: number) => number, localMs: number): number {
  const before = localMs - offsetMs(toLocalMs, localMs - DAY_MS);
  const after = localMs - offsetMs(toLocalMs, localMs + DAY_MS);
  const earlier = Math.min(before, after);
  const later = Math.max(before, after);
  if (toLocalMs(earlier) === localMs) return earlier;
  if (toLocalMs(later) === localMs) return later;
  return changeWithin(toLocalMs, earlier, later, localMs);
}

/** The local time is skipped: the clock jumps over it at one instant in (earlier, later]. */
function changeWithin(toLocalMs: (utcMs: number) => number, earlier: number, later: number, localMs: number): number {
  let [low, high] = [earlier, later];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (toLocalMs(middle) >= localMs) high = middle;
    else low = middle;
  }
  return high;
}

function offsetMs(toLocalMs: (utcMs: number) => number, utcMs: number): number {
  return toLocalMs(utcMs) - utcMs;
}

function clockFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `timeZone: expected an IANA name such as Europe/Berlin, got ${JSON.stringify(name)}`,
      cause,
    });
  }
}

function shownMs(format: Intl.DateTimeFormat, utcMs: number): number {
  const shown: Record<string, number> = {};
  for (const part of format.formatToParts(utcMs)) shown[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
