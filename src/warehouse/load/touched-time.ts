import type { Grain } from '../../model/event-model.ts';
import { startOfGrain } from '../../model/tables/tables.ts';

/** A set of stretches of event time, all of one length: the minutes, hours or days that a batch touched. */
export interface TouchedTime {
  readonly unit: '1m' | '1h' | '1d';
  /** Starts in seconds since 1970, ascending. Never empty. */
  readonly startsSeconds: readonly number[];
}

const UNIT_SECONDS = { '1m': 60, '1h': 3600, '1d': 86_400 } as const;

/** 2,000 numbers are a condition of 24 KB. More are told in coarser units, which only compares more than was touched. */
const STARTS_MAX = 2000;

export function touchedMinutes(minutes: readonly number[]): TouchedTime {
  return compact({ unit: '1m', startsSeconds: ascending(minutes.map((minute) => minute * UNIT_SECONDS['1m'])) });
}

export function touchedHours(hours: readonly number[]): TouchedTime {
  return compact({ unit: '1h', startsSeconds: ascending(hours.map((hour) => hour * UNIT_SECONDS['1h'])) });
}

/** The same time in units in which whole buckets of the grain lie. */
export function inBucketsOf(grain: Grain, time: TouchedTime): TouchedTime {
  const unit = grain === '1s' ? '1m' : grain;
  return UNIT_SECONDS[unit] <= UNIT_SECONDS[time.unit] ? time : coarsened(time, unit);
}

/** Without what begins before: there the engine may have let rows go by age, and what is left says nothing. */
export function notBefore(time: TouchedTime, seconds: number): TouchedTime | null {
  const startsSeconds = time.startsSeconds.filter((start) => start >= seconds);
  return startsSeconds.length === 0 ? null : { ...time, startsSeconds };
}

/** A condition over a column of event time or of bucket starts; the bounds let the engine skip parts, the list is exact. */
export function withinTime(time: TouchedTime, column: string): string {
  const first = time.startsSeconds[0] ?? 0;
  const end = (time.startsSeconds.at(-1) ?? 0) + UNIT_SECONDS[time.unit];
  const start = startOfGrain(time.unit, column);
  return `${column} >= toDateTime(${first}, 'UTC') AND ${column} < toDateTime(${end}, 'UTC') AND toUnixTimestamp(${start}) IN (${time.startsSeconds.join(', ')})`;
}

function compact(time: TouchedTime): TouchedTime {
  if (time.startsSeconds.length <= STARTS_MAX || time.unit === '1d') return time;
  return compact(coarsened(time, time.unit === '1m' ? '1h' : '1d'));
}

function coarsened(time: TouchedTime, unit: TouchedTime['unit']): TouchedTime {
  const length = UNIT_SECONDS[unit];
  return { unit, startsSeconds: ascending(time.startsSeconds.map((start) => start - (start % length))) };
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
