/**
 * A decimal number, exact: `digits` × 10^`exponent`, read from text and never through a double.
 *
 * `digits` has no leading and no trailing zeros, so two equal numbers are equal field by field; zero is the empty text, never negative.
 *
 *   "1250.00"  → digits "125", exponent 1        "-0.010" → negative, digits "1", exponent -2        "-0e5" → digits "", exponent 0
 */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  /** The power of ten of the last digit. */
  readonly exponent: number;
}

/**
 * A JSON number is taken for a decimal if its text has at most this many significant digits: every such text survives a double unchanged
 * (DBL_DIG), so whatever wrote it meant what it wrote. One with more may already be the trace of a rounding.
 */
export const NUMBER_DIGITS_MAX = 15;

/** Null where the text is not a number as JSON writes it (leading zeros are forgiven, a leading plus or point is not). */
export function parseDecimal(text: string): Decimal | null {
  const parts = DECIMAL_TEXT.exec(text);
  if (parts === null) return null;
  const fraction = parts[3] ?? '';
  const padded = (parts[2] ?? '') + fraction;
  const first = leadingZeros(padded);
  if (first === padded.length) return ZERO;
  const end = withoutTrailingZeros(padded);
  return {
    negative: parts[1] === '-',
    digits: padded.slice(first, end),
    exponent: boundedExponent(parts[4]) - fraction.length + (padded.length - end),
  };
}

const DECIMAL_TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** The same as a JSON Schema pattern, for text that holds a decimal. */
export const DECIMAL_PATTERN = '^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$';
const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };

/** Far beyond every column and far below what would overflow when added: a number with such an exponent is refused for its size. */
const EXPONENT_BOUND = 1_000_000_000;

function boundedExponent(text: string | undefined): number {
  if (text === undefined) return 0;
  return Math.max(-EXPONENT_BOUND, Math.min(EXPONENT_BOUND, Number(text)));
}

function leadingZeros(text: string): number {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) === 48) at++;
  return at;
}

function withoutTrailingZeros(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 48) end--;
  return end;
}

/** The one spelling of this number: no exponent, no plus, no needless zero. Only for numbers whose size was checked. */
export function decimalText(decimal: Decimal): string {
  if (decimal.digits === '') return '0';
  const sign = decimal.negative ? '-' : '';
  const scale = scaleOf(decimal);
  if (scale === 0) return sign + decimal.digits + '0'.repeat(decimal.exponent);
  const padded = decimal.digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** Digits after the point. */
export function scaleOf(decimal: Decimal): number {
  return Math.max(0, -decimal.exponent);
}

/** Digits before the point; 0 below one. */
export function integerDigitsOf(decimal: Decimal): number {
  return decimal.digits === '' ? 0 : Math.max(0, decimal.digits.length + decimal.exponent);
}

/** Exactly. Only for numbers whose size was checked. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = wholeAt(a, exponent) + wholeAt(b, exponent);
  return parseDecimal(`${sum}e${exponent}`) ?? ZERO;
}

function wholeAt({ negative, digits, exponent }: Decimal, at: number): bigint {
  const whole = BigInt(digits || '0') * 10n ** BigInt(exponent - at);
  return negative ? -whole : whole;
}

/** Below 0, 0 or above 0, as for sorting. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  return a.negative ? compareMagnitudes(b, a) : compareMagnitudes(a, b);
}

/** Without leading zeros the number with more places is larger; with as many, the digits compare like words. */
function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.digits === '' || b.digits === '') return a.digits.length - b.digits.length;
  const places = a.digits.length + a.exponent - (b.digits.length + b.exponent);
  if (places !== 0) return places;
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1;
}
