import type { SchemaElement } from 'hyparquet';
import { parseCalendarDate } from '../../model/values/calendar-date.ts';
import { parseDateTime } from '../../model/values/date-time.ts';
import { type Decimal, integerDigitsOf, parseDecimal, scaleOf } from '../../model/values/decimal.ts';
import { LakegateError } from '../../platform/errors.ts';

/** What a column is in the file, and what its values are stored as. */
interface ParquetType {
  /** What the stored value means is said twice, because some readers know only the older way and some only the newer. */
  readonly element: Omit<SchemaElement, 'name'>;
  /** Of a cell that is not null. */
  stored(cell: unknown): bigint | number | boolean | string;
}

/** The type that holds every value of a GraphQL type exactly. A list and an object are JSON, as in CSV. */
export function parquetType(graphqlType: string, cells: readonly unknown[]): ParquetType {
  switch (graphqlType.replace(/!$/, '')) {
    case 'Int':
    case 'SafeInt':
      return { element: { type: 'INT64' }, stored: (cell) => BigInt(String(cell)) };
    case 'Float':
      return { element: { type: 'DOUBLE' }, stored: Number };
    case 'Boolean':
      return { element: { type: 'BOOLEAN' }, stored: (cell) => cell === true };
    case 'DateTime':
      return INSTANT;
    case 'Date':
      return DAY;
    case 'Decimal':
      return decimalType(cells);
    case 'JSON':
      return JSON_TEXT;
    default:
      return graphqlType.startsWith('[') ? JSON_TEXT : TEXT;
  }
}

/** Microseconds of UTC. */
const INSTANT: ParquetType = {
  element: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  stored: (cell) => read(cell, parseDateTime),
};

/** Days since 1970. */
const DAY: ParquetType = {
  element: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  stored: (cell) => read(cell, parseCalendarDate),
};

const TEXT: ParquetType = {
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  stored: String,
};

/** As text: what Parquet calls JSON, ClickHouse reads only where it is an object. */
const JSON_TEXT: ParquetType = { ...TEXT, stored: (cell) => JSON.stringify(cell) };

/** The same for every file of a question, unless a number in it needs more digits. */
function decimalType(cells: readonly unknown[]): ParquetType {
  const decimals = cells.filter((cell) => cell !== null).map((cell) => read(cell, parseDecimal));
  const scale = largest(SCALE_LEAST, decimals.map(scaleOf));
  const { precision, bytes } = widthFor(scale + largest(0, decimals.map(integerDigitsOf)));
  return {
    element: {
      type: 'FIXED_LEN_BYTE_ARRAY',
      type_length: bytes,
      converted_type: 'DECIMAL',
      scale,
      precision,
      logical_type: { type: 'DECIMAL', scale, precision },
    },
    stored: (cell) => wholeAt(read(cell, parseDecimal), scale),
  };
}

function largest(least: number, numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), least);
}

/** The digits an amount has where its declaration does not say (4), and the six more of its average. */
const SCALE_LEAST = 10;

/** As many digits as 16 bytes hold, which every reader takes; or as many as 32 do, which most take. */
function widthFor(digits: number): { readonly precision: number; readonly bytes: number } {
  if (digits <= 38) return { precision: 38, bytes: 16 };
  if (digits <= 76) return { precision: 76, bytes: 32 };
  throw new LakegateError({
    code: 'OUT_OF_RANGE',
    message: `expected decimals of at most 76 digits in a Parquet file, got ${digits}; ask for CSV or JSON`,
  });
}

function wholeAt({ negative, digits, exponent }: Decimal, scale: number): bigint {
  const whole = BigInt(digits) * 10n ** BigInt(exponent + scale);
  return negative ? -whole : whole;
}

/** What a resolver has given out is of its type; anything else is a mistake of ours. */
function read<Value>(cell: unknown, parse: (text: string) => Value | null): Value {
  const value = parse(String(cell));
  if (value === null) throw new Error(`a cell is not of its column's type: ${String(cell).slice(0, 100)}`);
  return value;
}
