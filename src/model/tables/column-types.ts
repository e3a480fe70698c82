import { DECIMAL_SCALE_DEFAULT, type FieldModel } from '../event-model.ts';

/** The type of a field's column in raw (and in rollups, where it is a dimension). */
export function columnType(field: FieldModel): string {
  const plain = plainType(field);
  return isLowCardinality(field) ? `LowCardinality(${plain})` : plain;
}

/** The same without the dictionary: what aggregate function states are made of. */
export function plainType(field: FieldModel): string {
  return field.nullable ? `Nullable(${valueType(field)})` : valueType(field);
}

/** What one value of the field is, never null. */
export function valueType(field: FieldModel): string {
  switch (field.type) {
    case 'Int':
      return 'Int32';
    case 'SafeInt':
      return 'Int64';
    case 'Float':
      return 'Float64';
    case 'Decimal': {
      const { precision, scale } = decimalShape(field);
      return `Decimal(${precision}, ${scale})`;
    }
    case 'Boolean':
      return 'Bool';
    case 'DateTime':
      return "DateTime64(6, 'UTC')";
    case 'Date':
      return 'Date32';
    default:
      return 'String';
  }
}

/** A sum never overflows what the engine can hold: decimals in 38 digits, 32-bit integers in 64 bits, larger ones in 128. */
export function sumType(field: FieldModel): string {
  switch (field.type) {
    case 'Int':
      return 'Int64';
    case 'SafeInt':
      return 'Int128';
    case 'Decimal':
      return `Decimal(38, ${decimalShape(field).scale})`;
    default:
      return 'Float64';
  }
}

/** 18 digits (8 bytes) where min and max show that they suffice, else 38. Admission refuses what does not fit. */
export function decimalShape(field: FieldModel): { readonly precision: 18 | 38; readonly scale: number } {
  const scale = field.constraint.scale ?? DECIMAL_SCALE_DEFAULT;
  const { min, max } = field.constraint;
  if (min === null || max === null) return { precision: 38, scale };
  const wholeDigits = Math.max(wholeDigitCount(min), wholeDigitCount(max));
  return { precision: wholeDigits + scale <= 18 ? 18 : 38, scale };
}

function wholeDigitCount(decimal: string): number {
  return decimal.replace(/^[-+]?0*/, '').replace(/\..*$/, '').length;
}

function isLowCardinality(field: FieldModel): boolean {
  if (field.type === 'Enum' || field.type === 'CountryCode' || field.type === 'CurrencyCode') return true;
  return field.type === 'String' && field.dimension !== null && !field.dimension.high;
}
