import { describe, expect, test } from 'vitest';
import {
  type ComparedRange,
  comparedRange,
  type RangeQuestion,
  type ResolvedRange,
  resolveRange,
} from '../../src/analytics/time/resolve-range.ts';
import { type Interval, type WindowedRange, windowAt, windowCount } from '../../src/analytics/time/windows.ts';

const HOUR_US = 3600e6;

describe('without windows a range is exactly what was said', () => {
  test('last reaches back from this millisecond', () => {
    expect(text(resolve({ range: { last: '90s' } }, '2026-11-21T10:00:00.123Z'))).toBe(
      '2026-11-21T09:58:30.123Z 2026-11-21T10:00:00.123Z',
    );
  });

  test('last ends at `to` where that is said', () => {
    const range = { last: '1h', to: '2026-11-21T12:00:00+02:00' };
    expect(text(resolve({ range }))).toBe('2026-11-21T09:00:00.000Z 2026-11-21T10:00:00.000Z');
  });

  test('from keeps its microseconds and ends now where no end is said', () => {
    const { fromUs } = resolve({ range: { from: '2026-11-21T09:00:00.000001Z' } });
    expect(fromUs % 1000).toBe(1);
  });

  test('a day back is the same time of day, also over a change of clocks', () => {
    const berlin = { range: { last: '1d' }, timeZone: 'Europe/Berlin' };
    expect(text(resolve(berlin, '2026-10-25T11:00:00Z'))).toBe('2026-10-24T10:00:00.000Z 2026-10-25T11:00:00.000Z');
    expect(text(resolve(berlin, '2026-03-29T10:00:00Z'))).toBe('2026-03-28T11:00:00.000Z 2026-03-29T10:00:00.000Z');
  });

  test('a month back from the 31st is the last day of the month before', () => {
    expect(text(resolve({ range: { last: '1mo' } }, '2026-03-31T10:00:00Z'))).toBe(
      '2026-02-28T10:00:00.000Z 2026-03-31T10:00:00.000Z',
    );
  });
});

describe('with windows', () => {
  test('last is widened to whole windows at both ends', () => {
    const range = resolve({ range: { last: '1h' }, every: '15m' }, '2026-11-21T10:07:30Z');
    expect(text(range)).toBe('2026-11-21T09:00:00.000Z 2026-11-21T10:15:00.000Z');
    expect(windowCount(range.windows)).toBe(5);
  });

  test('last ends now where now is the edge of a window', () => {
    const range = resolve({ range: { last: '1h' }, every: '15m' }, '2026-11-21T10:00:00Z');
    expect(windowCount(range.windows)).toBe(4);
  });

  test('from and to are taken as said: the first and the last window are cut', () => {
    const range = { from: '2026-11-21T09:50:00Z', to: '2026-11-21T11:10:00Z' };
    expect(windows(resolve({ range, every: '1h' }))).toEqual([
      '09:50:00 10:00:00',
      '10:00:00 11:00:00',
      '11:00:00 11:10:00',
    ]);
  });

  test('lengths count from 1970 in UTC, whatever the time zone', () => {
    const range = { from: '2026-11-21T00:00:00Z', to: '2026-11-21T12:00:00Z' };
    const berlin = resolve({ range, every: '6h', timeZone: 'Europe/Berlin' });
    expect(windows(berlin)).toEqual(['00:00:00 06:00:00', '06:00:00 12:00:00']);
  });

  test('every window begins where the one before ends, in every zone and step', () => {
    for (const timeZone of ZONES) {
      for (const every of ['1d', '2d', '1w', '1mo', '1q', '1y']) {
        const range = resolve({ range: { from: '2026-01-05T00:00:00Z', to: '2028-02-01T00:00:00Z' }, every, timeZone });
        const all = intervals(range);
        expect(all[0]?.fromUs).toBe(range.fromUs);
        expect(all.at(-1)?.toUs).toBe(range.toUs);
        for (const [index, window] of all.entries()) {
          expect(window.fromUs).toBeLessThan(window.toUs);
          if (index > 0) expect(window.fromUs).toBe(all[index - 1]?.toUs);
        }
      }
    }
  });
});

describe('a day has the hours that the place gives it', () => {
  const cases: readonly (readonly [zone: string, day: string, hours: number])[] = [
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 25],
    ['America/New_York', '2026-03-08T17:00:00Z', 23],
    ['America/New_York', '2026-11-01T17:00:00Z', 25],
    ['Australia/Lord_Howe', '2026-10-04T05:00:00Z', 23.5],
    ['Australia/Lord_Howe', '2026-04-05T05:00:00Z', 24.5],
    ['Asia/Kolkata', '2026-10-25T12:00:00Z', 24],
    ['UTC', '2026-10-25T12:00:00Z', 24],
  ];
  test.each(cases)('%s on %s: %d', (timeZone, now, hours) => {
    const { fromUs, toUs } = resolve({ range: { this: 'DAY' }, timeZone }, now);
    expect((toUs - fromUs) / HOUR_US).toBe(hours);
  });

  test('a day whose midnight is skipped begins at the change, one whose midnight comes twice at the first', () => {
    // Cairo goes forward at midnight, Havana back from one to midnight.
    expect(text(resolve({ range: { this: 'DAY' }, timeZone: 'Africa/Cairo' }, '2026-04-24T12:00:00Z'))).toBe(
      '2026-04-23T22:00:00.000Z 2026-04-24T21:00:00.000Z',
    );
    expect(text(resolve({ range: { this: 'DAY' }, timeZone: 'America/Havana' }, '2026-11-01T12:00:00Z'))).toBe(
      '2026-11-01T04:00:00.000Z 2026-11-02T05:00:00.000Z',
    );
  });

  test('a day in Kolkata begins at half past', () => {
    const kolkata = { range: { this: 'DAY' as const }, timeZone: 'Asia/Kolkata' };
    expect(text(resolve(kolkata, '2026-11-21T10:00:00Z'))).toBe('2026-11-20T18:30:00.000Z 2026-11-21T18:30:00.000Z');
  });
});

describe('this and previous are whole units of the calendar', () => {
  const cases = [
    ['WEEK', '2026-11-16 2026-11-23', '2026-11-09 2026-11-16'],
    ['MONTH', '2026-11-01 2026-12-01', '2026-10-01 2026-11-01'],
    ['QUARTER', '2026-10-01 2027-01-01', '2026-07-01 2026-10-01'],
    ['YEAR', '2026-01-01 2027-01-01', '2025-01-01 2026-01-01'],
  ] as const;
  test.each(cases)('%s', (unit, current, before) => {
    expect(days(resolve({ range: { this: unit } }))).toBe(current);
    expect(days(resolve({ range: { previous: unit } }))).toBe(before);
  });
});

describe('the period compared with', () => {
  test('is of equal length just before, and as many windows', () => {
    const range = resolve({ range: { last: '1h' }, every: '15m' }, '2026-11-21T10:00:00Z');
    expect(windows(comparedRange(range, null, 'UTC'))).toEqual([
      '08:00:00 08:15:00',
      '08:15:00 08:30:00',
      '08:30:00 08:45:00',
      '08:45:00 09:00:00',
    ]);
  });

  test('is the month before a month, though months differ in length', () => {
    expect(days(comparedRange(resolve({ range: { this: 'MONTH' } }), null, 'UTC'))).toBe('2026-10-01 2026-11-01');
  });

  test('moves days by days: the windows of a day with 25 hours stand beside those of one with 24', () => {
    const range = resolve({ range: { this: 'WEEK' }, every: '1d', timeZone: 'Europe/Berlin' }, '2026-10-25T12:00:00Z');
    const before = comparedRange(range, '1w', 'Europe/Berlin');
    expect(intervals(range).map(hours)).toEqual([24, 24, 24, 24, 24, 24, 25]);
    expect(intervals(before).map(hours)).toEqual([24, 24, 24, 24, 24, 24, 24]);
  });

  test('has a window for each of the range, by any shift', () => {
    for (const shift of ['1h', '90m', '1d', '1w', '1mo', '1y', null]) {
      for (const every of ['1h', '1d', '1w', '1mo']) {
        const range = resolve({ range: { last: '2mo' }, every, timeZone: 'America/New_York' });
        const before = comparedRange(range, shift, 'America/New_York');
        expect(besides(range, before)).toHaveLength(windowCount(range.windows));
        for (const window of intervals(before)) expect(window.fromUs).toBeLessThan(window.toUs);
      }
    }
  });

  test('a year ago is the same day of the calendar, before and after a leap day, wherever the range begins', () => {
    const expected = {
      '2028-02-27': '2027-02-27 2027-02-28',
      '2028-02-28': '2027-02-28 2027-03-01',
      '2028-02-29': '2027-02-28 2027-03-01',
      '2028-03-01': '2027-03-01 2027-03-02',
      '2028-03-02': '2027-03-02 2027-03-03',
    };
    const all = Object.entries(expected);
    for (let first = 0; first < all.length; first++) {
      for (let last = first + 1; last <= all.length; last++) {
        const [from = '', to = ''] = [all[first]?.[0], all[last]?.[0] ?? '2028-03-03'];
        const range = resolve({ range: { from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` }, every: '1d' });
        const found = besides(range, comparedRange(range, '1y', 'UTC')).map(days);
        expect(found).toEqual(all.slice(first, last).map(([, beside]) => beside));
      }
    }
  });

  test('a month ago is the same day of the month, and of a day that it does not have its last one', () => {
    const range = resolve({ range: { from: '2027-03-27T00:00:00Z', to: '2027-04-03T00:00:00Z' }, every: '1d' });
    expect(besides(range, comparedRange(range, '1mo', 'UTC')).map((each) => days(each).slice(0, 10))).toEqual(
      ['02-27', '02-28', '02-28', '02-28', '02-28', '03-01', '03-02'].map((day) => `2027-${day}`),
    );
  });

  test('just before ends where the range begins and leaves nothing out, whatever the windows are', () => {
    const ranges = [
      ['2028-03-01', '2028-04-01', '1mo'],
      ['2028-01-01', '2028-04-01', '1mo'],
      ['2028-01-15', '2028-04-10', '1mo'],
      ['2028-01-01', '2028-04-01', '1w'],
      ['2028-01-01', '2028-04-01', '1d'],
      ['2028-01-01', '2029-01-01', '1q'],
    ] as const;
    for (const [from, to, every] of ranges) {
      const range = resolve({ range: { from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` }, every });
      const before = besides(range, comparedRange(range, null, 'UTC'));
      expect(before[0]?.fromUs).toBe(range.fromUs - (range.toUs - range.fromUs));
      expect(before.at(-1)?.toUs).toBe(range.fromUs);
      for (const [index, { fromUs }] of before.slice(1).entries()) expect(fromUs).toBe(before[index]?.toUs);
    }
  });

  test('of days said by their bounds is as many days, though the clocks changed in one of them', () => {
    const [from, to] = ['2026-03-24T23:00:00Z', '2026-03-31T22:00:00Z'];
    const range = resolve({ range: { from, to }, every: '1d', timeZone: 'Europe/Berlin' });
    const before = comparedRange(range, null, 'Europe/Berlin');
    expect(text(before)).toBe('2026-03-17T23:00:00.000Z 2026-03-24T23:00:00.000Z');
    expect(intervals(before).map(hours)).toEqual([24, 24, 24, 24, 24, 24, 24]);
  });

  test('is the same with windows and without, from midnight to midnight and from any other time', () => {
    const bounds = [
      ['2026-03-24T23:00:00Z', '2026-03-31T22:00:00Z'],
      ['2026-03-25T10:20:00Z', '2026-03-31T08:00:00Z'],
      ['2026-10-19T22:00:00Z', '2026-11-01T23:00:00Z'],
    ] as const;
    for (const [from, to] of bounds) {
      const asked = { range: { from, to }, timeZone: 'Europe/Berlin' };
      const whole = comparedRange(resolve(asked), null, 'Europe/Berlin');
      expect(whole.toUs).toBe(resolve(asked).fromUs);
      for (const every of ['1d', '1w', '1mo']) {
        expect(text(comparedRange(resolve({ ...asked, every }), null, 'Europe/Berlin'))).toBe(text(whole));
      }
    }
  });

  test('of a day whose midnight was skipped is a whole day, and so is what is compared with it', () => {
    const cairo = { every: '1d', timeZone: 'Africa/Cairo' };
    const range = resolve({ range: { from: '2026-04-22T22:00:00Z', to: '2026-04-25T21:00:00Z' }, ...cairo });
    expect(intervals(range).map(hours)).toEqual([24, 23, 24]);
    expect(intervals(comparedRange(range, '1w', 'Africa/Cairo')).map(hours)).toEqual([24, 24, 24]);
    const later = resolve({ range: { from: '2026-04-29T21:00:00Z', to: '2026-05-02T21:00:00Z' }, ...cairo });
    expect(intervals(comparedRange(later, '1w', 'Africa/Cairo')).map(hours)).toEqual([24, 23, 24]);
  });

  test('of a single day that the earlier month does not have is its last one', () => {
    const range = resolve({ range: { from: '2028-02-28T00:00:00Z', to: '2028-02-29T00:00:00Z' } });
    expect(days(comparedRange(range, '1y', 'UTC'))).toBe('2027-02-28 2027-03-01');
  });
});

describe('a range that makes no sense is refused with what was expected', () => {
  const cases: readonly (readonly [RangeQuestion['range'], string | null, string, RegExp])[] = [
    [{}, null, 'BAD_REQUEST', /expected one of last .* got none of them/],
    [{ last: '1h', from: '2026-11-21T09:00:00Z' }, null, 'BAD_REQUEST', /got from and last/],
    [{ this: 'DAY', previous: 'DAY' }, null, 'BAD_REQUEST', /got previous and this/],
    [{ to: '2026-11-21T09:00:00Z' }, null, 'BAD_REQUEST', /got to/],
    [{ from: '2026-11-21T09:00:00Z', to: '2026-11-21T09:00:00Z' }, null, 'BAD_REQUEST', /its start before its end/],
    [{ from: '2026-11-22T09:00:00Z' }, null, 'BAD_REQUEST', /its start before its end/],
    [{ last: '0s' }, null, 'BAD_REQUEST', /range\.last: expected a duration of more than 0/],
    [{ last: '1d' }, '0mo', 'BAD_REQUEST', /every: expected a duration of more than 0/],
    [{ last: '99999y' }, null, 'BAD_REQUEST', /expected times from 1970/],
    [{ last: '999999999h' }, null, 'BAD_REQUEST', /expected times from 1970/],
    [{ last: '1d' }, '5 minutes', 'BAD_REQUEST', /every: expected a duration/],
    [{ last: '7d' }, '1s', 'TOO_MANY_ROWS', /at most 100000 windows, got 604801/],
    [{ from: 'yesterday' }, null, 'BAD_REQUEST', /range\.from: expected an instant/],
  ];
  test.each(cases)('%j every %s', (range, every, code, message) => {
    expect(() => resolve({ range, every }, '2026-11-21T10:00:00.500Z')).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test('an unknown time zone', () => {
    expect(() => resolve({ range: { last: '1d' }, timeZone: 'Mars/Olympus' })).toThrow(/IANA name/);
  });
});

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Cairo'];

function resolve(
  question: { range: RangeQuestion['range']; every?: string | null; timeZone?: string },
  now = '2026-11-21T10:00:00Z',
): ResolvedRange {
  return resolveRange({ every: null, timeZone: 'UTC', nowMs: Date.parse(now), ...question });
}

function text({ fromUs, toUs }: Interval): string {
  return `${new Date(fromUs / 1000).toISOString()} ${new Date(toUs / 1000).toISOString()}`;
}

function days(range: Interval): string {
  return text(range).replaceAll('T00:00:00.000Z', '');
}

function intervals(range: WindowedRange): readonly Interval[] {
  return Array.from({ length: windowCount(range.windows) }, (_, index) => windowAt(range, index));
}

/** What stands beside each window. */
function besides(range: ResolvedRange, before: ComparedRange): readonly Interval[] {
  return intervals(range).map((_, index) => windowAt(before, before.beside?.[index] ?? index));
}

function windows(range: WindowedRange): readonly string[] {
  return intervals(range).map((window) => text(window).replaceAll(/\d{4}-\d\d-\d\dT|\.000Z/g, ''));
}

function hours(window: Interval): number {
  return (window.toUs - window.fromUs) / HOUR_US;
}
