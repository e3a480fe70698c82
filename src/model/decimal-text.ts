/** Exact comparison of decimals as text. */

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

export function isDecimalText(text: string): boolean {
  return DECIMAL.test(text);
}

export function digitsAfterPoint(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

/** Negative, zero or positive, as `a - b` would be. Both must be decimal texts. */
export function compareDecimalTexts(a: string, b: string): number {
  const scale = Math.max(digitsAfterPoint(a), digitsAfterPoint(b));
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}
