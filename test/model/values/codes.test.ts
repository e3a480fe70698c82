import { expect, test } from 'vitest';
import { COUNTRY_CODES, normaliseCountryCode } from '../../../src/model/values/country-code.ts';
import { normaliseCurrencyCode } from '../../../src/model/values/currency-code.ts';

test('codes are taken in any case and kept in capitals', () => {
  expect(['DE', 'de', 'dE', 'XK'].map(normaliseCountryCode)).toEqual(['DE', 'DE', 'DE', 'XK']);
  expect(['EUR', 'eur', 'UsD'].map(normaliseCurrencyCode)).toEqual(['EUR', 'EUR', 'USD']);
});

test('what is no code is refused, also where capitals would make it one', () => {
  for (const text of ['UK', 'XX', 'D', 'DEU', '', ' DE', 'ıd', 'ſk', 'toString'])
    expect(normaliseCountryCode(text)).toBeNull();
  for (const text of ['ABC', 'EU', 'EURO', '', 'ıdr', 'uſd', '€']) expect(normaliseCurrencyCode(text)).toBeNull();
});

test('the list of countries is that of the standard, and Kosovo', () => {
  expect(COUNTRY_CODES).toHaveLength(250);
  expect(new Set(COUNTRY_CODES).size).toBe(250);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  expect(COUNTRY_CODES.filter((code) => names.of(code) === undefined)).toEqual([]);
});
