import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimalText,
  parseDecimal,
} from '../../../src/model/values/decimal.ts';

describe('a decimal', () => {
  test.each([
    ['1250.00', '1250'],
    ['0.10', '0.1'],
    ['1.25e3', '1250'],
    ['1.25E-3', '0.00125'],
    ['12e+2', '1200'],
    ['-0', '0'],
    ['-0.000e7', '0'],
    ['007', '7'],
    ['-00.50', '-0.5'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['12345678901234567890123456789.1234', '12345678901234567890123456789.1234'],
  ])('%s has one spelling, %s', (written, canonical) => {
    expect(decimalText(decimal(written))).toBe(canonical);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '.5',
    '5.',
    '1e',
    'e1',
    '1,5',
    '0x10',
    '١',
    'NaN',
    'Infinity',
    '1_000',
    '--1',
    '1.2.3',
  ])('%j is no number', (written) => {
    expect(parseDecimal(written)).toBeNull();
  });

  test('an absurd exponent costs nothing and compares rightly', () => {
    const huge = decimal(`1e${'9'.repeat(1000)}`);
    expect(compareDecimals(huge, decimal('9'.repeat(1000)))).toBeGreaterThan(0);
    expect(compareDecimals(decimal('1e-999999999999'), decimal('0'))).toBeGreaterThan(0);
    expect(decimalText(decimal(`0e${'9'.repeat(1000)}`))).toBe('0');
  });

  test('comparing is exact, and equal numbers are equal field by field, however they are spelled', () => {
    fc.assert(
      fc.property(spelledNumber, spelledNumber, ([a, aSpelled], [b, bSpelled]) => {
        const order = compareDecimals(decimal(aSpelled), decimal(bSpelled));
        expect(Math.sign(order)).toBe(a < b ? -1 : a > b ? 1 : 0);
        if (a === b) expect(decimal(aSpelled)).toEqual(decimal(bSpelled));
      }),
    );
  });

  test('the one spelling is a fixed point that means the same', () => {
    fc.assert(
      fc.property(spelledNumber, ([, spelled]) => {
        const text = decimalText(decimal(spelled));
        expect(decimalText(decimal(text))).toBe(text);
        expect(compareDecimals(decimal(text), decimal(spelled))).toBe(0);
      }),
    );
  });

  test('are added exactly, however they are spelled', () => {
    fc.assert(
      fc.property(spelledNumber, spelledNumber, ([a, textA], [b, textB]) => {
        const sum = addDecimals(decimal(textA), decimal(textB));
        expect(sum).toEqual(decimal(`${a + b}e-6`));
      }),
    );
  });
});

/** A number in thousandths of thousandths, and one of its spellings. */
const spelledNumber = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    fc.integer({ min: -3, max: 30 }),
    fc.constantFrom('', '0', '00'),
  )
  .map(([millionths, shift, zeros]): readonly [bigint, string] => {
    const sign = millionths < 0n ? '-' : '';
    const digits = zeros + (millionths < 0n ? -millionths : millionths).toString().padStart(shift + 1, '0');
    if (shift <= 0) return [millionths, `${sign}${digits}${'0'.repeat(-shift)}e${-6 + shift}`];
    return [millionths, `${sign}${digits.slice(0, -shift)}.${digits.slice(-shift)}${zeros}e${shift - 6}`];
  });

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (parsed === null) throw new Error(`no decimal: ${text}`);
  return parsed;
}
