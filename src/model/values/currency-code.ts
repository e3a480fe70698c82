import { CURRENCY_CODES } from './currency-codes.ts';

/** The code in capitals, or null where ISO 4217 has none such. */
export function normaliseCurrencyCode(text: string): string | null {
  if (KNOWN.has(text)) return text;
  // Only ASCII letters: outside it other letters have "I" or "S" as their capital.
  const capitals = /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : '';
  return KNOWN.has(capitals) ? capitals : null;
}

const KNOWN: ReadonlySet<string> = new Set(CURRENCY_CODES);
