import { compareDecimals, parseDecimal } from '../model/values/decimal.ts';

/**
 * How two decimals stand to each other, exactly: below 0, 0 or above 0. For functions of a job, because a decimal is stored as text, or as a number
 * where the producer sent one that says it exactly.
 */
export function compareAmounts(a: string | number, b: string | number): number {
  return compareDecimals(decimalOf(a), decimalOf(b));
}

function decimalOf(amount: string | number) {
  const decimal = parseDecimal(String(amount));
  if (decimal === null) throw new Error(`expected a decimal such as "12.50", got ${JSON.stringify(amount)}`);
  return decimal;
}
