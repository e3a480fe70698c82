import { DAY_MAX, DAY_MIN, daysSince1970, isCalendarDay } from './calendar-date.ts';

/**
 * Microseconds since 1970 of an RFC 3339 time with any offset. Null where it is none; `dateTimeFault` then says why.
 *
 *   2026-11-21T10:00:00Z   2026-11-21T10:00:00.123456789+05:30   2026-11-21t10:00:00z
 *
 * Decided on purpose:
 * - A time without an offset is refused: whose clock it was is a guess.
 * - Digits beyond microseconds are cut, not rounded: rounding could move an event into the next window.
 * - A leap second (23:59:60 UTC at the end of a month) is the instant after it, as in POSIX time. Elsewhere second 60 is refused.
 * - 24:00 is refused, as RFC 3339 does, and so is a day that is not in the calendar.
 */
export function parseDateTime(text: string): bigint | null {
  if (text.length < SHORTEST.length || !hasSeparators(text)) return null;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (year > 9999 || hour > 23 || minute > 59 || second > 60 || !isCalendarDay(year, month, day)) return null;

  const fractionEnd = endOfFraction(text);
  const offsetMinutes = offsetAt(text, fractionEnd);
  if (offsetMinutes === NO_OFFSET) return null;
  const seconds =
    daysSince1970(year, month, day) * SECONDS_PER_DAY + hour * 3600 + (minute - offsetMinutes) * 60 + second;
  if (second === 60 && !beginsMonth(seconds)) return null;
  return microseconds(seconds, microsecondsOfFraction(text, fractionEnd));
}

const SHORTEST = '2026-11-21T10:00:00Z';
const SECONDS_PER_DAY = 86_400;

/** The instants the warehouse's time columns hold: from 1900-01-01 up to the last microsecond of 2299. */
export const DATE_TIME_MIN_US = BigInt(DAY_MIN) * 86_400_000_000n;
export const DATE_TIME_MAX_US = BigInt(DAY_MAX + 1) * 86_400_000_000n - 1n;

function hasSeparators(text: string): boolean {
  return (
    text.charCodeAt(4) === HYPHEN &&
    text.charCodeAt(7) === HYPHEN &&
    (text.charCodeAt(10) | LOWER_CASE_BIT) === LOWER_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  );
}

const HYPHEN = 0x2d;
const PLUS = 0x2b;
const COLON = 0x3a;
const POINT = 0x2e;
const LOWER_T = 0x74;
const LOWER_Z = 0x7a;
/** Set in the small letters of ASCII and not in the capitals. */
const LOWER_CASE_BIT = 0x20;

/** NO_DIGIT where there is none: larger than every year, month, hour, minute and second, so their bounds catch it. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : NO_DIGIT;
}

const NO_DIGIT = 10_000;

function twoDigits(text: string, at: number): number {
  return digitAt(text, at) * 10 + digitAt(text, at + 1);
}

const FRACTION_AT = 19;

/** Where the offset begins; a point without a digit after it is left in front of the offset and fails there. */
function endOfFraction(text: string): number {
  if (text.charCodeAt(FRACTION_AT) !== POINT) return FRACTION_AT;
  let at = FRACTION_AT + 1;
  while (digitAt(text, at) !== NO_DIGIT) at++;
  return at === FRACTION_AT + 1 ? FRACTION_AT : at;
}

function microsecondsOfFraction(text: string, end: number): number {
  let microseconds = 0;
  let worth = 100_000;
  for (let at = FRACTION_AT + 1; at < end && worth >= 1; at++) {
    microseconds += digitAt(text, at) * worth;
    worth /= 10;
  }
  return microseconds;
}

/** Minutes east of UTC; NO_OFFSET where none stands at the end of the text. */
function offsetAt(text: string, at: number): number {
  if ((text.charCodeAt(at) | LOWER_CASE_BIT) === LOWER_Z) return text.length === at + 1 ? 0 : NO_OFFSET;
  const sign = text.charCodeAt(at);
  if ((sign !== PLUS && sign !== HYPHEN) || text.length !== at + 6 || text.charCodeAt(at + 3) !== COLON) {
    return NO_OFFSET;
  }
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (hours > 23 || minutes > 59) return NO_OFFSET;
  return sign === PLUS ? hours * 60 + minutes : -(hours * 60 + minutes);
}

/** A day, which is more than any offset. */
const NO_OFFSET = 1440;

function beginsMonth(secondsSince1970: number): boolean {
  return secondsSince1970 % SECONDS_PER_DAY === 0 && new Date(secondsSince1970 * 1000).getUTCDate() === 1;
}

/** Up to the year 2255 microseconds are exact in a double, and one conversion is cheaper than arithmetic on bigints. */
function microseconds(seconds: number, rest: number): bigint {
  const total = seconds * 1_000_000 + rest;
  return Number.isSafeInteger(total) ? BigInt(total) : BigInt(seconds) * 1_000_000n + BigInt(rest);
}

/** The one spelling of an instant: UTC, six digits, Z. */
export function dateTimeText(timeUs: bigint | number): string {
  return typeof timeUs === 'number' && Number.isSafeInteger(timeUs) ? fromNumber(timeUs) : fromBigint(BigInt(timeUs));
}

/** Some thousand of them are in one answer, and arithmetic on bigints takes five times as long. */
function fromNumber(timeUs: number): string {
  const milliseconds = Math.floor(timeUs / 1_000);
  return spelled(milliseconds, String(timeUs - milliseconds * 1_000));
}

function fromBigint(timeUs: bigint): string {
  const rest = ((timeUs % 1_000n) + 1_000n) % 1_000n;
  const milliseconds = Number((timeUs - rest) / 1_000n);
  return spelled(milliseconds, rest.toString());
}

function spelled(milliseconds: number, microseconds: string): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${microseconds.padStart(3, '0')}Z`;
}

/** True for UTC with Z, capitals and at most six digits: text that the warehouse reads as it is. */
export function isUtcText(text: string): boolean {
  return UTC_TEXT.test(text);
}

const UTC_TEXT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:[0-5]\d(?:\.\d{1,6})?Z$/;

/** What was expected where `parseDateTime` found no time, as exactly as the text allows. */
export function dateTimeFault(text: string): string {
  const parts = ANY_TIME.exec(text);
  if (parts === null) return `a time as RFC 3339 writes it, such as ${SHORTEST}`;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', offset = ''] = parts;
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return 'a day that is in the calendar';
  if (offset === '') return `a time with its offset, such as ${SHORTEST} or 2026-11-21T12:00:00+02:00`;
  if (Number(hour) > 23) return 'an hour from 00 to 23 (midnight is 00:00 of the next day)';
  if (Number(minute) > 59) return 'a minute from 00 to 59';
  if (Number(second) === 60) return 'second 60 only where a leap second can be: 23:59:60 UTC at the end of a month';
  if (Number(second) > 60) return 'a second from 00 to 59';
  return 'an offset from -23:59 to +23:59, or Z';
}

const ANY_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|z|[+-]\d\d:\d\d)?$/;
