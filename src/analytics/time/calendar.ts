import type { CalendarUnit } from './step.ts';
import type { TimeZone } from './time-zone.ts';

/**
 * Steps of the calendar in a time zone. Weeks start on Monday. Several units to a step count from 1970 (from Monday, 5 January 1970 for
 * weeks), so that every question cuts time at the same places. All arithmetic is on local times, and only its result becomes an
 * instant: where midnight is skipped, a day begins late and the next one does not.
 */
export interface CalendarStep {
  readonly count: number;
  readonly unit: CalendarUnit;
}

/** The start of the step that `utcMs` is in, or of the one so many steps later. */
export function startOfStep(step: CalendarStep, utcMs: number, zone: TimeZone, stepsLater = 0): number {
  return zone.toUtcMs(addLocalSteps(step, localStartOfStep(step, zone.toLocalMs(utcMs)), stepsLater));
}

/**
 * `times` steps later (or earlier, if negative), at the same time on the clock; a day that the month does not have becomes its last.
 */
export function addSteps(step: CalendarStep, utcMs: number, times: number, zone: TimeZone): number {
  return zone.toUtcMs(addLocalSteps(step, zone.toLocalMs(utcMs), times));
}

export function localStartOfStep(step: CalendarStep, localMs: number): number {
  if (step.unit === 'day' || step.unit === 'week') {
    const first = step.unit === 'week' ? FIRST_MONDAY : 0;
    const days = Math.floor(localMs / DAY_MS);
    return (floorTo(days - first, daysOf(step)) + first) * DAY_MS;
  }
  return localOfMonth(floorTo(monthOf(localMs), step.count * MONTHS[step.unit]), 1);
}

export function addLocalSteps(step: CalendarStep, localMs: number, times: number): number {
  if (step.unit === 'day' || step.unit === 'week') return localMs + times * daysOf(step) * DAY_MS;
  const timeOfDay = localMs - floorTo(localMs, DAY_MS);
  const month = monthOf(localMs) + times * step.count * MONTHS[step.unit];
  return localOfMonth(month, new Date(localMs).getUTCDate()) + timeOfDay;
}

const DAY_MS = 86_400_000;
/** 1970-01-05 in days since 1970-01-01. */
const FIRST_MONDAY = 4;
const MONTHS: Readonly<Record<'month' | 'quarter' | 'year', number>> = { month: 1, quarter: 3, year: 12 };

function daysOf(step: CalendarStep): number {
  return step.unit === 'week' ? step.count * 7 : step.count;
}

/** Since January 1970. */
function monthOf(localMs: number): number {
  const date = new Date(localMs);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

function localOfMonth(month: number, day: number): number {
  const lastDay = new Date(Date.UTC(1970, month + 1, 0)).getUTCDate();
  return Date.UTC(1970, month, Math.min(day, lastDay));
}

function floorTo(value: number, size: number): number {
  return Math.floor(value / size) * size;
}
