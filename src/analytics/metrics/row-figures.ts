import { lengthUs } from '../time/step.ts';
import type { MeasureValue } from './measure-value.ts';

/** How much of an additive measure there was in each `per` of a window. A day is 24 hours here: a rate is per length, not per date. */
export function ratePer(
  value: MeasureValue | undefined,
  window: { readonly startUs: number; readonly endUs: number },
  per: string,
): number | null {
  const perUs = lengthUs(per, 'rate.per');
  return value === null || value === undefined ? null : (Number(value) / (window.endUs - window.startUs)) * perUs;
}

/** 0.1 is ten percent more; null where there is nothing to compare with, or zero. */
export function relativeChange(now: MeasureValue | undefined, before: MeasureValue | undefined): number | null {
  if (now === null || now === undefined || before === null || before === undefined) return null;
  const base = Number(before);
  return base === 0 ? null : (Number(now) - base) / Math.abs(base);
}
