import { dateTimeText, parseDateTime } from '../../model/values/date-time.ts';
import { LakegateError } from '../../platform/errors.ts';
import { addLocalSteps, addSteps, type CalendarStep, localStartOfStep, startOfStep } from './calendar.ts';
import { type CalendarUnit, parseStep, type Step } from './step.ts';
import { timeZone } from './time-zone.ts';
import {
  type CalendarWindows,
  calendarWindows,
  type Interval,
  lengthWindows,
  stepsFrom,
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

/**
 * The range that stands beside `range` as its previous one: the same number of windows, the first with the first. `shift` null is
 * the period just before.
 */
export function comparedRange(range: ResolvedRange, shift: string | null, timeZoneName: string): WindowedRange {
  const by = shift === null ? range.span : parseStep(shift, 'compare.shift');
  const moved = movedRange(range, by, timeZoneName);
  checkInterval(moved);
  return moved;
}

function movedRange(range: ResolvedRange, by: Step, timeZoneName: string): WindowedRange {
  const { windows, every } = range;
  const fromUs = stepBack(range.fromUs, by, timeZoneName);
  if (windows.kind === 'length') {
    const byUs = range.fromUs - fromUs;
    return { fromUs, toUs: range.toUs - byUs, windows: { ...windows, firstUs: windows.firstUs - byUs } };
  }
  const toUs = stepBack(range.toUs, by, timeZoneName);
  if (windows.kind === 'one' || every?.kind !== 'calendar') return { fromUs, toUs, windows };
  const beside = windowsBeside(range.fromUs, windows, by, every, timeZoneName);
  const first = { now: windows.startsUs[0] ?? range.fromUs, beside: beside.startsUs[0] ?? fromUs };
  // Whole windows stay whole: only an end that was cut is moved by itself.
  return {
    fromUs: range.fromUs > first.now ? Math.max(fromUs, first.beside) : first.beside,
    toUs: range.toUs < windows.endUs ? Math.min(toUs, beside.endUs) : beside.endUs,
    windows: beside,
  };
}

/** As many windows, the first of them moved back as the clock shows it. */
function windowsBeside(
  fromUs: number,
  windows: CalendarWindows,
  by: Step,
  every: CalendarStep,
  timeZoneName: string,
): CalendarWindows {
  const zone = timeZone(timeZoneName);
  const startMs = localStartOfStep(every, zone.toLocalMs(Math.floor(fromUs / 1000)));
  const movedMs = by.kind === 'calendar' ? addLocalSteps(by, startMs, -1) : startMs - Math.floor(by.lengthUs / 1000);
  return stepsFrom(movedMs, windows.startsUs.length, every, zone);
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
      return { fromUs, toUs, span: lengthOf({ fromUs, toUs }), fromOpen: false, toOpen: range.to == null };
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
  return { fromUs: stepBack(toUs, span, question.timeZone), toUs, span, fromOpen: true, toOpen: true };
}

function unitRange(question: RangeQuestion, unit: CalendarStep, steps: number): SaidRange {
  const zone = timeZone(question.timeZone);
  const startMs = startOfStep(unit, question.nowMs, zone, steps);
  const endMs = startOfStep(unit, question.nowMs, zone, steps + 1);
  const span: Step = { kind: 'calendar', ...unit };
  return { fromUs: startMs * 1000, toUs: endMs * 1000, span, fromOpen: false, toOpen: false };
}

function stepBack(fromUs: number, step: Step, timeZoneName: string): number {
  if (step.kind === 'length') return fromUs - step.lengthUs;
  const ms = Math.floor(fromUs / 1000);
  return addSteps(step, ms, -1, timeZone(timeZoneName)) * 1000 + (fromUs - ms * 1000);
}

function lengthOf(interval: Interval): Step {
  return { kind: 'length', lengthUs: interval.toUs - interval.fromUs };
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
      message: `range: expected times from ${instantText(0)} to ${instantText(TIME_MAX_US)}`,
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

function instantText(atUs: number): string {
  return dateTimeText(BigInt(Math.round(atUs)));
}
