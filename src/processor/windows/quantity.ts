import { DECIMAL_SCALE_DEFAULT, type FieldModel } from '../../model/event-model.ts';
import { decimalShape } from '../../model/tables/column-types.ts';
import { decimalText, parseDecimal } from '../../model/values/decimal.ts';
import type { Members } from '../../model/where/compile-where.ts';
import type { StateReader, StateWriter } from '../state-bytes.ts';

/** A field whose values are added up and compared exactly: as whole units of 10^-scale. Floats are not of this kind. */
export interface Quantity {
  readonly field: string;
  /** Digits after the point that are kept; further ones are rounded, half away from zero. */
  readonly scale: number;
  /** Whole numbers are published as numbers, decimals as text. */
  readonly isWhole: boolean;
}

export function quantityOf(field: FieldModel): Quantity {
  const isWhole = field.type === 'Int' || field.type === 'SafeInt';
  return { field: field.name, scale: isWhole ? 0 : decimalShape(field).scale, isWhole };
}

/** Of a field that a job derived: a decimal, or a number that is taken for one. */
export function derivedQuantity(field: string, scale = DECIMAL_SCALE_DEFAULT): Quantity {
  return { field, scale, isWhole: false };
}

/** Null where there is no value. */
export function unitsOf({ field, scale }: Quantity, members: Members): bigint | null {
  const value = members[field];
  if (value === null || value === undefined) return null;
  if (scale === 0 && Number.isSafeInteger(value)) return BigInt(value as number);
  const decimal = parseDecimal(String(value));
  if (decimal === null) throw new Error(`expected a number in ${field}, got ${JSON.stringify(value)}`);
  const magnitude = shifted(BigInt(decimal.digits || '0'), decimal.exponent + scale);
  return decimal.negative ? -magnitude : magnitude;
}

function shifted(digits: bigint, places: number): bigint {
  return places >= 0 ? digits * 10n ** BigInt(places) : roundedQuotient(digits, 10n ** BigInt(-places));
}

/** Half away from zero, as the warehouse rounds decimals. */
export function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const doubled = 2n * dividend;
  return (dividend < 0n ? doubled - divisor : doubled + divisor) / (2n * divisor);
}

export function unitsValue({ scale, isWhole }: Quantity, units: bigint): number | string {
  if (isWhole) return wholeValue(units);
  return textOfUnits(units, scale);
}

/** A number where JSON holds it exactly. */
function wholeValue(units: bigint): number | string {
  const number = Number(units);
  return Number.isSafeInteger(number) ? number : units.toString();
}

export function textOfUnits(units: bigint, scale: number): string {
  const decimal = parseDecimal(`${units}e-${scale}`);
  if (decimal === null) throw new Error(`expected ${units} to be a number`);
  return decimalText(decimal);
}

/** With their scale: a declaration may give a field more digits while a window is open. */
export function saveUnits({ scale }: Quantity, units: bigint, writer: StateWriter): void {
  writer.whole(scale).text(units.toString());
}

export function loadUnits({ scale }: Quantity, reader: StateReader): bigint {
  const places = scale - reader.whole();
  return shifted(BigInt(reader.text()), places);
}
