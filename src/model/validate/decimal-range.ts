import type { FieldModel } from '../event-model.ts';
import { decimalShape } from '../tables/column-types.ts';
import { compareDecimals, type Decimal, decimalText, parseDecimal } from '../values/decimal.ts';

/**
 * What a Decimal field takes: what the declaration asks for, inside what its column holds and what its sum holds.
 *
 * A sum has 38 digits like the widest column, and the engine is silent when one overflows. So the nine highest digits are left to the
 * sum: a thousand million of the largest values still add up exactly. A field without min and max takes 29 digits, those after the point included.
 */
export function decimalRange(field: FieldModel): DecimalRange {
  const { precision, scale } = decimalShape(field);
  const digits = Math.min(precision, SUM_PRECISION - SUM_HEADROOM_DIGITS);
  const largest: Decimal = { negative: false, digits: '9'.repeat(digits), exponent: -scale };
  const least = greaterOf({ ...largest, negative: true }, field.constraint.min);
  const greatest = lesserOf(largest, field.constraint.max);
  return { scale, least, greatest, min: decimalText(least), max: decimalText(greatest) };
}

interface DecimalRange {
  /** Digits after the point. */
  readonly scale: number;
  readonly least: Decimal;
  readonly greatest: Decimal;
  /** The same two as text. */
  readonly min: string;
  readonly max: string;
}

const SUM_PRECISION = 38;
const SUM_HEADROOM_DIGITS = 9;

function greaterOf(bound: Decimal, declared: string | null): Decimal {
  const asked = declared === null ? null : parseDecimal(declared);
  return asked === null || compareDecimals(asked, bound) < 0 ? bound : asked;
}

function lesserOf(bound: Decimal, declared: string | null): Decimal {
  const asked = declared === null ? null : parseDecimal(declared);
  return asked === null || compareDecimals(asked, bound) > 0 ? bound : asked;
}
