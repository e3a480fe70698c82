import { dateTimeText, parseDateTime } from '../../model/values/date-time.ts';
import { LakegateError } from '../../platform/errors.ts';
import { addLocalSteps, addSteps, type CalendarStep, localStartOfStep, startOfStep } from './calendar.ts';
import { type CalendarUnit, parseStep, type Step } from './step.ts';
import { type TimeZone, timeZone } from './time-zone.ts';
import {
  type CalendarWindows,
  calendarWindows,
  type Interval,
  lengthWindows,
  type WindowedRange,
  windowIndexAt,
} from './windows.ts';

/** As the `TimeRange` input has it. */
export interface TimeRangeInput {
  readonly last?: string | null | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  readonly this?: CalendarUnitName | null | undefined;
  readonly previous?: CalendarUnitName | null | undefined;
}

export type CalendarUnitName = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

export interface RangeQuestion {
  readonly range: TimeRangeInput;
  readonly every: string | null;
  readonly timeZone: string;
  readonly nowMs: number;
}

export interface ResolvedRange extends WindowedRange {
  readonly every: Step | null;
  /** What one step back of the whole range is: calendar steps where the range was said in them, so that a month precedes a month. */
  readonly span: Step;
  /** Windows that begin later than this have not begun: they are never filled. */
  readonly nowUs: number;
}

/**
 * The exact range and its windows. `last`, and an end that is left open, are widened to whole windows where there are windows, so
 * that no chart begins with a half-full bar, and are exact to the millisecond where there are none. What was said with `from`
 * and `to` is taken as said, and then the first and the last window may be cut.
 */
export function resolveRange(question: RangeQuestion): ResolvedRange {
  const said = readRange(question);
  const every = question.every === null ? null : parseStep(question.every, 'every');
  const zone = timeZone(question.timeZone);
  const interval = widened(said, every, question.timeZone);
  checkInterval(interval);
  const nowUs = question.nowMs * 1000;
  if (every === null) return { ...interval, windows: { kind: 'one' }, every, span: said.span, nowUs };
  checkWindowCount(interval, every);
  const windows =
    every.kind === 'length' ? lengthWindows(interval, every.lengthUs) : calendarWindows(interval, every, zone);
  return { ...interval, windows, every, span: said.span, nowUs };
}

/** How many of the windows have begun. */
export function begunWindowCount(range: ResolvedRange): number {
  return range.nowUs < range.fromUs ? 0 : windowIndexAt(range, range.nowUs) + 1;
}

/** What stands beside a range as its previous one. */
export interface ComparedRange extends WindowedRange {
  /** By the number of a window of the range, the number of the window here that it is compared with. Null: the same one. */
  readonly beside: readonly number[] | null;
}

/** `shift` null is the period just before. */
export function comparedRange(range: ResolvedRange, shift: string | null, timeZoneName: string): ComparedRange {
  const by = shift === null ? range.span : parseStep(shift, 'compare.shift');
  const moved = movedRange(range, by, timeZoneName);
  checkInterval(moved);
  return moved;
}

/**
 * Windows of a length all move by what the range's beginning moves by. Windows of the calendar begin and end where their own bounds are moved to: so
 * what a window is compared with depends on that window alone, and together they are the range moved.
 */
function movedRange(range: ResolvedRange, by: Step, timeZoneName: string): ComparedRange {
  const { windows, every } = range;
  const zone = timeZone(timeZoneName);
  if (windows.kind === 'calendar' && every?.kind === 'calendar') {
    return movedCalendar(range, windows, { by, every, zone });
  }
  const fromUs = stepBack(range.fromUs, by, zone);
  const byUs = range.fromUs - fromUs;
  if (windows.kind === 'length') {
    const moved = { ...windows, firstUs: windows.firstUs - byUs };
    return { fromUs, toUs: range.toUs - byUs, windows: moved, beside: null };
  }
  const toUs = stepBack(range.toUs, by, zone);
  // A month earlier, the 30th may be as early as the 29th: a range between them is moved as it is.
  return { fromUs, toUs: toUs > fromUs ? toUs : range.toUs - byUs, windows, beside: null };
}

interface CalendarMove {
  readonly by: Step;
  readonly every: CalendarStep;
  readonly zone: TimeZone;
}

/** A day that the earlier month does not have is compared with its last one, as often as there are such days. */
function movedCalendar(range: ResolvedRange, windows: CalendarWindows, move: CalendarMove): ComparedRange {
  const startsUs: number[] = [];
  const beside: number[] = [];
  for (const startUs of windows.startsUs) {
    const movedUs = startUs < range.fromUs ? stepBack(range.fromUs, move.by, move.zone) : movedBound(startUs, move);
    if (movedUs > (startsUs.at(-1) ?? Number.NEGATIVE_INFINITY)) startsUs.push(movedUs);
    beside.push(startsUs.length - 1);
  }
  const [fromUs = range.fromUs, lastUs = range.fromUs] = [startsUs[0], startsUs.at(-1)];
  const { endUs } = windows;
  const movedEndUs = range.toUs < endUs ? stepBack(range.toUs, move.by, move.zone) : movedBound(endUs, move);
  const toUs = movedEndUs > lastUs ? movedEndUs : addSteps(move.every, Math.floor(lastUs / 1000), 1, move.zone) * 1000;
  const isOneToOne = startsUs.length === windows.startsUs.length;
  return { fromUs, toUs, windows: { kind: 'calendar', startsUs, endUs: toUs }, beside: isOneToOne ? null : beside };
}

/** Where windows begin is known by the calendar, also on a day whose midnight is skipped. */
function movedBound(atUs: number, { by, every, zone }: CalendarMove): number {
  if (by.kind === 'length') return atUs - by.lengthUs;
  const localMs = localStartOfStep(every, zone.toLocalMs(Math.floor(atUs / 1000)));
  return zone.toUtcMs(addLocalSteps(by, localMs, -1)) * 1000;
}

/** 10,000 rows are an answer; ten times as many windows may be looked through for them (a week of 10 s windows is 60,480). */
const WINDOWS_MAX = 100_000;
/** Of a calendar each is worked out: 27 years of days, some milliseconds. */
const CALENDAR_WINDOWS_MAX = 10_000;
/** No step of the calendar is longer, but for the hour by which the clocks may go back in it. */
const LONGEST_US: Readonly<Record<CalendarUnit, number>> = {
  day: 86_400e6,
  week: 7 * 86_400e6,
  month: 31 * 86_400e6,
  quarter: 92 * 86_400e6,
  year: 366 * 86_400e6,
};
const DAY_MS = 86_400_000;
/** What a table's start column can hold, cut to whole days: 1970 to 2106. */
const TIME_MAX_US = 49_710 * 86_400e6;

const UNITS: Readonly<Record<CalendarUnitName, CalendarStep>> = {
  DAY: { count: 1, unit: 'day' },
  WEEK: { count: 1, unit: 'week' },
  MONTH: { count: 1, unit: 'month' },
  QUARTER: { count: 1, unit: 'quarter' },
  YEAR: { count: 1, unit: 'year' },
};

interface SaidRange extends Interval {
  readonly span: Step;
  /** Which ends may move to the edge of a window. */
  readonly fromOpen: boolean;
  readonly toOpen: boolean;
}

function readRange(question: RangeQuestion): SaidRange {
  const { range } = question;
  const said = Object.entries(range).filter(([, value]) => value !== null && value !== undefined);
  const names = said.map(([name]) => name).sort();
  switch (names.join(' ')) {
    case 'last':
    case 'last to':
      return lastRange(question);
    case 'from':
    case 'from to': {
      const fromUs = instantUs(range.from ?? '', 'range.from');
      const toUs = range.to == null ? question.nowMs * 1000 : instantUs(range.to, 'range.to');
      const span = spanOf({ fromUs, toUs }, timeZone(question.timeZone));
      return { fromUs, toUs, span, fromOpen: false, toOpen: range.to == null };
    }
    case 'this':
      return unitRange(question, UNITS[range.this ?? 'DAY'], 0);
    case 'previous':
      return unitRange(question, UNITS[range.previous ?? 'DAY'], -1);
    default:
      throw new LakegateError({
        code: 'BAD_REQUEST',
        message: `range: expected one of last (with or without to), from (with or without to), this, previous; got ${
          names.length === 0 ? 'none of them' : names.join(' and ')
        }`,
      });
  }
}

function lastRange(question: RangeQuestion): SaidRange {
  const { last, to } = question.range;
  const toUs = to == null ? question.nowMs * 1000 : instantUs(to, 'range.to');
  const span = parseStep(last ?? '', 'range.last');
  return { fromUs: stepBack(toUs, span, timeZone(question.timeZone)), toUs, span, fromOpen: true, toOpen: true };
}

function unitRange(question: RangeQuestion, unit: CalendarStep, steps: number): SaidRange {
  const zone = timeZone(question.timeZone);
  const startMs = startOfStep(unit, question.nowMs, zone, steps);
  const endMs = startOfStep(unit, question.nowMs, zone, steps + 1);
  const span: Step = { kind: 'calendar', ...unit };
  return { fromUs: startMs * 1000, toUs: endMs * 1000, span, fromOpen: false, toOpen: false };
}

function stepBack(fromUs: number, step: Step, zone: TimeZone): number {
  if (step.kind === 'length') return fromUs - step.lengthUs;
  const ms = Math.floor(fromUs / 1000);
  return addSteps(step, ms, -1, zone) * 1000 + (fromUs - ms * 1000);
}

/** From midnight to midnight it is so many days, though the clocks may have changed in one of them. */
function spanOf({ fromUs, toUs }: Interval, zone: TimeZone): Step {
  const isMidnight = (atUs: number) => startOfStep(UNITS.DAY, Math.floor(atUs / 1000), zone) * 1000 === atUs;
  if (!(fromUs >= 0 && toUs <= TIME_MAX_US && toUs > fromUs && isMidnight(fromUs) && isMidnight(toUs))) {
    return { kind: 'length', lengthUs: toUs - fromUs };
  }
  const dayOf = (atUs: number) => Math.floor(zone.toLocalMs(atUs / 1000) / DAY_MS);
  return { kind: 'calendar', count: dayOf(toUs) - dayOf(fromUs), unit: 'day' };
}

function widened(said: SaidRange, every: Step | null, timeZoneName: string): Interval {
  if (every === null) return said;
  return {
    fromUs: said.fromOpen ? startOf(every, said.fromUs, timeZoneName) : said.fromUs,
    toUs: said.toOpen ? endOf(every, said.toUs, timeZoneName) : said.toUs,
  };
}

function startOf(every: Step, atUs: number, timeZoneName: string): number {
  if (every.kind === 'length') return Math.floor(atUs / every.lengthUs) * every.lengthUs;
  return startOfStep(every, Math.floor(atUs / 1000), timeZone(timeZoneName)) * 1000;
}

function endOf(every: Step, atUs: number, timeZoneName: string): number {
  const startUs = startOf(every, atUs, timeZoneName);
  if (startUs === atUs) return atUs;
  if (every.kind === 'length') return startUs + every.lengthUs;
  return startOfStep(every, Math.floor(atUs / 1000), timeZone(timeZoneName), 1) * 1000;
}

function instantUs(text: string, name: string): number {
  const timeUs = parseDateTime(text);
  if (timeUs !== null) return Number(timeUs);
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `${name}: expected an instant such as 2026-11-21T10:00:00Z, got ${JSON.stringify(text)}`,
  });
}

function checkInterval({ fromUs, toUs }: Interval): void {
  if (!(fromUs >= 0 && toUs <= TIME_MAX_US)) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `range: expected times from ${instantText(0)} to ${instantText(TIME_MAX_US)}, got ${saidInstant(fromUs)} to ${saidInstant(toUs)}`,
    });
  }
  if (fromUs >= toUs) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `range: expected its start before its end, got ${instantText(fromUs)} to ${instantText(toUs)}`,
    });
  }
}

function checkWindowCount(interval: Interval, every: Step): void {
  const isLength = every.kind === 'length';
  const lengthUs = isLength ? every.lengthUs : every.count * LONGEST_US[every.unit];
  const most = isLength ? WINDOWS_MAX : CALENDAR_WINDOWS_MAX;
  const count = Math.ceil((interval.toUs - interval.fromUs) / lengthUs);
  if (count <= most) return;
  throw new LakegateError({
    code: 'TOO_MANY_ROWS',
    message: `every: expected at most ${most} windows, got ${count}; ask for longer windows or a shorter range`,
  });
}

/** Also of what no table can hold. */
function saidInstant(atUs: number): string {
  return Math.abs(atUs) <= 8.64e18 ? new Date(atUs / 1000).toISOString() : `${atUs} microseconds`;
}

function instantText(atUs: number): string {
  return dateTimeText(BigInt(Math.round(atUs)));
}
