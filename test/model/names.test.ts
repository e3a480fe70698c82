import { expect, test } from 'vitest';
import { enumName, routeNames } from '../../src/model/names.ts';

test.each([
  ['userId', 'USER_ID'],
  ['amountP95', 'AMOUNT_P95'],
  ['LogLine', 'LOG_LINE'],
  ['URLHit', 'URL_HIT'],
  ['url', 'URL'],
  ['http2Requests', 'HTTP2_REQUESTS'],
  ['snake_case', 'SNAKE_CASE'],
])('%s is %s as an enum value', (name, expected) => {
  expect(enumName(name)).toBe(expected);
});

test('a bulk route is taken in every spelling that people use for it', () => {
  expect(routeNames({ singular: 'logLine', kind: 'LOG_LINE' })).toEqual(['logLine', 'log-line', 'log_line']);
  expect(routeNames({ singular: 'sale', kind: 'SALE' })).toEqual(['sale']);
});
