import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalText, roundedText } from '../../dashboard/format/decimal.ts';

test('a decimal keeps every digit, in groups of three, with two after the point for money', () => {
  expect(decimalText('12345678901234567890.123400')).toBe('12,345,678,901,234,567,890.1234');
  expect(decimalText('7', { least: 2 })).toBe('7.00');
  expect(decimalText('-1000.5', { least: 2 })).toBe('−1,000.50');
  expect(decimalText('0.0000')).toBe('0');
});

test('no digit that matters is lost or made up', () => {
  const decimals = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.stringMatching(/^\d{0,12}$/));
  fc.assert(
    fc.property(decimals, ([whole, fraction]) => {
      const text = fraction === '' ? `${whole}` : `${whole}.${fraction}`;
      const shown = decimalText(text).replaceAll(',', '');
      expect(shown).toBe(fraction === '' ? text : text.replace(/\.?0*$/, ''));
    }),
  );
});

test('an average is rounded by its digits, half away from zero', () => {
  expect(roundedText('2.345', 2)).toBe('2.35');
  expect(roundedText('2.3449999999999999999', 2)).toBe('2.34');
  expect(roundedText('999.995', 2)).toBe('1,000');
  expect(roundedText('-0.004', 2)).toBe('0');
  expect(roundedText('999.995', 2, { least: 2 })).toBe('1,000.00');
  expect(roundedText('7.1', 2, { least: 2 })).toBe('7.10');
  expect(roundedText('1.5', 0)).toBe('2');
});

test('what is no decimal is shown as it is', () => {
  expect(decimalText('n/a')).toBe('n/a');
});
