import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysSince1970, parseCalendarDate } from '../../../src/model/values/calendar-date.ts';
import {
  DATE_TIME_MAX_US,
  DATE_TIME_MIN_US,
  dateTimeFault,
  dateTimeText,
  isUtcText,
  parseDateTime,
} from '../../../src/model/values/date-time.ts';

describe('a time', () => {
  test.each([
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000000Z'],
    ['2026-11-21t10:00:00.5z', '2026-11-21T10:00:00.500000Z'],
    ['2026-11-21T10:00:00.1234567899+05:30', '2026-11-21T04:30:00.123456Z'],
    ['2026-01-01T00:00:00+23:59', '2025-12-31T00:01:00.000000Z'],
    ['2026-12-31T23:59:59-00:00', '2026-12-31T23:59:59.000000Z'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000000Z'],
    ['0000-03-01T00:00:00Z', '0000-03-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    // A leap second is the instant after it, wherever it was written down.
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000000Z'],
    ['2017-01-01T08:59:60.5+09:00', '2017-01-01T00:00:00.500000Z'],
  ])('%s is %s', (written, canonical) => {
    const timeUs = parseDateTime(written);
    expect(timeUs === null ? null : dateTimeText(timeUs)).toBe(canonical);
  });

  test.each([
    ['2026-11-21T10:00:00', 'a time with its offset'],
    ['2026-11-21T24:00:00Z', 'an hour from 00 to 23'],
    ['2026-11-21T10:60:00Z', 'a minute from 00 to 59'],
    ['2026-11-21T10:00:61Z', 'a second from 00 to 59'],
    ['2026-11-21T23:59:60Z', 'second 60 only where'],
    ['2016-12-31T23:59:60+01:00', 'second 60 only where'],
    ['2026-02-29T00:00:00Z', 'a day that is in the calendar'],
    ['1900-02-29T00:00:00Z', 'a day that is in the calendar'],
    ['2026-11-00T00:00:00Z', 'a day that is in the calendar'],
    ['2026-13-01T00:00:00Z', 'a day that is in the calendar'],
    ['2026-11-21T10:00:00+24:00', 'an offset from'],
    ['2026-11-21 10:00:00Z', 'a time as RFC 3339 writes it'],
    ['2026-11-21T10:00:00.Z', 'a time as RFC 3339 writes it'],
    ['2026-11-21T10:00:00,5Z', 'a time as RFC 3339 writes it'],
    ['2026-11-21T10:00Z', 'a time as RFC 3339 writes it'],
    ['2026-11-21', 'a time as RFC 3339 writes it'],
    ['2026-11-21T10:00:00Z ', 'a time as RFC 3339 writes it'],
    ['2026-11-21T10:00:00+0100', 'a time as RFC 3339 writes it'],
    ['+002026-11-21T10:00:00Z', 'a time as RFC 3339 writes it'],
    ['1795255200', 'a time as RFC 3339 writes it'],
    ['', 'a time as RFC 3339 writes it'],
  ])('%j is none: expected %s', (written, expected) => {
    expect(parseDateTime(written)).toBeNull();
    expect(dateTimeFault(written)).toContain(expected);
  });

  test('is the instant that JavaScript takes it for, to the microsecond, in any zone', () => {
    fc.assert(
      fc.property(
        anyTime,
        fc.integer({ min: -1439, max: 1439 }),
        fc.integer({ min: 0, max: 999 }),
        (date, offset, rest) => {
          const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
          const zone = `${offset < 0 ? '-' : '+'}${twoDigits(Math.abs(offset) / 60)}:${twoDigits(Math.abs(offset) % 60)}`;
          const micros = rest.toString().padStart(3, '0');
          expect(parseDateTime(`${local}${micros}${zone}`)).toBe(BigInt(date.getTime()) * 1000n + BigInt(rest));
        },
      ),
    );
  });

  test('its one spelling means the same, and is one the warehouse reads as it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: DATE_TIME_MIN_US, max: DATE_TIME_MAX_US }), (timeUs) => {
        expect(parseDateTime(dateTimeText(timeUs))).toBe(timeUs);
        expect(isUtcText(dateTimeText(timeUs))).toBe(true);
      }),
    );
  });

  test('any other text is none, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(parseDateTime(text)).toBeNull();
      }),
    );
  });
});

describe('a day', () => {
  test('is counted as JavaScript counts it, over all years', () => {
    fc.assert(
      fc.property(anyTime, (date) => {
        const day = daysSince1970(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
        expect(day).toBe(Math.floor(date.getTime() / 86_400_000));
        expect(parseCalendarDate(date.toISOString().slice(0, 10))).toBe(day);
      }),
    );
  });

  test.each(['2026-02-30', '2026-2-03', '26-02-03', '2026-02-03T', ' 2026-02-03', ''])('%j is none', (text) => {
    expect(parseCalendarDate(text)).toBeNull();
  });
});

/** A day inside the years of four digits, so that an offset does not lead out of them. */
const anyTime = fc.date({
  min: new Date('0000-01-03T00:00:00Z'),
  max: new Date('9999-12-29T23:59:59Z'),
  noInvalidDate: true,
});

function twoDigits(number: number): string {
  return Math.floor(number).toString().padStart(2, '0');
}
