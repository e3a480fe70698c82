import { type Decimal, parseDecimal } from '../values/decimal.ts';

/** A decimal as people write one in a declaration, without an exponent: 0.01, -5, 10000000. Null where it is none. */
export function parsePlainDecimal(text: string): Decimal | null {
  return /[eE]/.test(text) ? null : parseDecimal(text);
}
