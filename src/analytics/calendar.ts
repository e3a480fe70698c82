import type { CalendarUnit } from './step.ts';
import type { TimeZone } from './time-zone.ts';

/**
 * Steps of the calendar in a time zone. Weeks start on Monday. Several units to a step count from 1970 (from Monday, 5 January 1970 for
 * weeks), so that every question cuts time at the same places.
 */
export interface CalendarStep {
  readonly count: number;
  readonly unit: CalendarUnit;
}

const DAY_MS = 86_400_000;
/** 1970-01-05, the first Monday. */
const FIRST_MONDAY = 4;
const MONTHS: Readonly<Record<'month' | 'quarter' | 'year', number>> = { month: 1, quarter: 3, year: 12 };

/** The start of the step that `utcMs` is in. */
export function startOfStep(step: CalendarStep, utcMs: number, zone: TimeZone): number {
  const localMs = zone.toLocalMs(utcMs);
  if (step.unit === 'day' || step.unit === 'week') {
    const days = Math.floor(localMs / DAY_MS);
    const first = step.unit === 'week' ? FIRST_MONDAY : 0;
    return zone.toUtcMs(floorTo(days - first, daysOf(step), first) * DAY_MS);
  }
  const date = new Date(localMs);
  const months = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
  return zone.toUtcMs(localOfMonth(floorTo(months, step.count * MONTHS[step.unit], 0), 1));
}

/**
 * `times` steps later (or earlier, if negative), at the same time on the clock; a day that the month does not have becomes its last.
 */
export function addSteps(step: CalendarStep, utcMs: number, times: number, zone: TimeZone): number {
  const localMs = zone.toLocalMs(utcMs);
  if (step.unit === 'day' || step.unit === 'week') return zone.toUtcMs(localMs + times * daysOf(step) * DAY_MS);
  const date = new Date(localMs);
  const months = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth() + times * step.count * MONTHS[step.unit];
  const timeOfDay = localMs - Math.floor(localMs / DAY_MS) * DAY_MS;
  return zone.toUtcMs(localOfMonth(months, date.getUTCDate()) + timeOfDay);
}

function daysOf(step: CalendarStep): number {
  return step.unit === 'week' ? step.count * 7 : step.count;
}

function floorTo(value: number, size: number, origin: number): number {
  return Math.floor(value / size) * size + origin;
}

/** `months` since January 1970. */
function localOfMonth(months: number, day: number): number {
  const lastDay = new Date(Date.UTC(1970, months + 1, 0)).getUTCDate();
  return Date.UTC(1970, months, Math.min(day, lastDay));
}
