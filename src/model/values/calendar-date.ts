/** Days since 1970-01-01 of a calendar day written `2026-11-21`. Null where there is no such day. */
export function parseCalendarDate(text: string): number | null {
  if (!CALENDAR_DATE.test(text)) return null;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  return isCalendarDay(year, month, day) ? daysSince1970(year, month, day) : null;
}

const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What the warehouse's day and time columns hold (Date32, DateTime64): whole years, 1900 up to and including 2299. */
export const YEAR_MIN = 1900;
export const YEAR_MAX = 2299;
export const DAY_MIN = daysSince1970(YEAR_MIN, 1, 1);
export const DAY_MAX = daysSince1970(YEAR_MAX, 12, 31);

export function isCalendarDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month);
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/**
 * Gregorian, also before it was introduced. Years begin in March here, so that the leap day is the last of its year, and 400 of them
 * always have 146,097 days; 719,468 days lie between 0000-03-01 and 1970-01-01.
 */
export function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
