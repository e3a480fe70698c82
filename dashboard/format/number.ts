import { decimalText, roundedText } from './decimal.ts';

/** 12,345: whole numbers in full. */
export function countText(value: number): string {
  return decimalText(String(value));
}

/** 12.3k, for axes only: where a number is told it is told in full. */
export function axisText(value: number): string {
  return COMPACT.format(value);
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 0.4, 12.3, 480: two or three digits are what an eye compares. */
export function rateText(perSecond: number): string {
  return roundedText(plain(perSecond), perSecond < 100 ? 1 : 0);
}

/** 97.3 %. Only 1 is 100 %, and only 0 is 0 %. */
export function shareText(share: number): string {
  if (share === 0) return '0 %';
  if (share === 1) return '100 %';
  return `${Math.min(99.9, Math.max(0.1, share * 100)).toFixed(1)} %`;
}

function plain(value: number): string {
  return value.toFixed(6);
}
