import type { MeasureModel } from '../../model/event-model.ts';
import { LakegateError } from '../../platform/errors.ts';

/** As GraphQL gives it out: whole numbers and floats as numbers, decimals and times as text. */
export type MeasureValue = string | number | boolean | null;

/** A number of the warehouse as what the measure's type says. */
export function measureValue(measure: MeasureModel, value: unknown): MeasureValue {
  if (value === null || value === undefined) return null;
  switch (measure.graphqlType) {
    case 'SafeInt':
      return safeInteger(measure, String(value));
    case 'Float':
      return Number(value);
    case 'Decimal':
    case 'DateTime':
      return String(value);
  }
}

/** What the measures are over no events at all: counts and sums are 0, there is no average, extreme or quantile. */
export function nothingOf(measures: readonly MeasureModel[]): Readonly<Record<string, MeasureValue>> {
  return Object.fromEntries(measures.map((measure) => [measure.name, nothing(measure)]));
}

function nothing(measure: MeasureModel): MeasureValue {
  if (!measure.additive && measure.op !== 'distinct') return null;
  return measure.graphqlType === 'Decimal' ? '0' : 0;
}

function safeInteger(measure: MeasureModel, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new LakegateError({
    code: 'OUT_OF_RANGE',
    message: `${measure.name}: expected at most 2^53-1, which is the largest whole number JSON holds exactly, got ${text}`,
  });
}
