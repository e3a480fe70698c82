import { expect, test } from 'vitest';
import { durationText } from '../../dashboard/format/duration.ts';
import { countText, rateText, shareText } from '../../dashboard/format/number.ts';

test('a count is told in full', () => {
  expect([0, 999, 1_000, 1_234_567].map(countText)).toEqual(['0', '999', '1,000', '1,234,567']);
});

test('a rate has the digits that an eye compares', () => {
  expect([0, 0.04, 3.26, 99.9, 480.4].map(rateText)).toEqual(['0', '0', '3.3', '99.9', '480']);
});

test('only everything is 100 %, and only nothing is 0 %', () => {
  expect([0, 0.0001, 0.5, 0.99999, 1].map(shareText)).toEqual(['0 %', '0.1 %', '50.0 %', '99.9 %', '100 %']);
});

test('a duration is told in the unit it is read in', () => {
  expect([0.2, 12.4, 999.6, 1_400, 59_960, 150_000, 9_000_000, 200_000_000].map(durationText)).toEqual([
    '<1 ms',
    '12 ms',
    '1.0 s',
    '1.4 s',
    '1 min',
    '3 min',
    '2.5 h',
    '2.3 d',
  ]);
});
