/**
 * Exact decimals, as the API sends them: text in, text out, never a float between. Digits come in groups of three, and at least `least` stand
 * after the point (money: 2); none that is there is left out.
 */
export function decimalText(value: string, { least = 0 }: { readonly least?: number } = {}): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (parts === null) return value;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const shown = fraction.replace(/0+$/, '').padEnd(least, '0');
  return `${sign === '-' ? '−' : ''}${grouped(whole)}${shown === '' ? '' : `.${shown}`}`;
}

/** Rounded half away from zero to so many digits after the point: for averages and what was converted, which have as many digits as one likes. */
export function roundedText(value: string, digits: number, least: { readonly least?: number } = {}): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (parts === null) return value;
  const [, sign = '', whole = '', fraction = ''] = parts;
  if (fraction.length <= digits) return decimalText(value, least);
  const kept = BigInt(whole + fraction.slice(0, digits)) + (fraction.charCodeAt(digits) >= FIVE ? 1n : 0n);
  const text = kept.toString().padStart(digits + 1, '0');
  const rounded = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return decimalText(kept === 0n ? rounded : sign + rounded, least);
}

const FIVE = '5'.charCodeAt(0);

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}
