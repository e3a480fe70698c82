import { LakegateError } from '../../platform/errors.ts';

/**
 * A duration of a question. `ms s m h` are lengths, always the same; `d w mo q y` are steps of the calendar in the question's time zone,
 * where a day may have 23 hours.
 */
export type Step =
  | { readonly kind: 'length'; readonly lengthUs: number }
  | { readonly kind: 'calendar'; readonly count: number; readonly unit: CalendarUnit };

export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** Keeps every calendar computation within what a date can hold. */
const CALENDAR_COUNT_MAX = 99_999;

const LENGTHS_US: Readonly<Record<string, number>> = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 };
const UNITS: Readonly<Record<string, CalendarUnit>> = { d: 'day', w: 'week', mo: 'month', q: 'quarter', y: 'year' };

/** A duration that is a length whatever the calendar says: a day is 24 hours, a week is seven of them, and months have none. */
export function lengthUs(text: string, name: string): number {
  const step = parseStep(text, name);
  if (step.kind === 'length') return step.lengthUs;
  const unitUs = CALENDAR_LENGTHS_US[step.unit];
  if (unitUs !== undefined) return step.count * unitUs;
  throw new LakegateError({ code: 'BAD_REQUEST', message: `${name}: expected a length up to weeks, got ${text}` });
}

const CALENDAR_LENGTHS_US: Readonly<Record<string, number>> = { day: 86_400e6, week: 7 * 86_400e6 };

/** `name` is how the caller spelled the argument, for the message. */
export function parseStep(text: string, name: string): Step {
  const found = /^(0|[1-9]\d{0,8})(ms|s|mo|m|h|d|w|q|y)$/.exec(text);
  const count = Number(found?.[1]);
  const unitText = found?.[2] ?? '';
  const unitUs = LENGTHS_US[unitText];
  if (unitUs !== undefined && count > 0) return { kind: 'length', lengthUs: count * unitUs };
  const unit = UNITS[unitText];
  if (unit !== undefined && count > 0 && count <= CALENDAR_COUNT_MAX) return { kind: 'calendar', count, unit };
  const least = count === 0 ? ' of more than 0' : '';
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `${name}: expected a duration${least} such as 30s, 5m, 6h (lengths) or 1d, 1w, 1mo, 1q, 1y (calendar steps), got ${JSON.stringify(text)}`,
  });
}
