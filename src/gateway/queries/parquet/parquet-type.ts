import { parseCalendarDate } from '../../../model/values/calendar-date.ts';
import { parseDateTime } from '../../../model/values/date-time.ts';
import { type Decimal, integerDigitsOf, parseDecimal, scaleOf } from '../../../model/values/decimal.ts';
import { LakegateError } from '../../../platform/errors.ts';
import { bigEndian, doubles, int32s, int64s, packBits, texts } from './plain-bytes.ts';
import { bool, i32, struct, type Thrift } from './thrift.ts';

/** What a column is in the file, and how its values become bytes. */
export interface ParquetType {
  /** How it is stored. */
  readonly physical: number;
  /** What the stored value means, as the first version of the format said it. */
  readonly converted?: number;
  /** The same as later ones say it. */
  readonly logical?: Thrift;
  readonly decimal?: { readonly precision: number; readonly scale: number; readonly bytes: number };
  /** Of the cells that are not null. */
  encode(cells: readonly unknown[]): Buffer;
}

/** The type that holds every value of a GraphQL type exactly. A list and an object are JSON, as in CSV. */
export function parquetType(graphqlType: string, cells: readonly unknown[]): ParquetType {
  switch (graphqlType.replace(/!$/, '')) {
    case 'Int':
    case 'SafeInt':
      return WHOLE_NUMBER;
    case 'Float':
      return DOUBLE_NUMBER;
    case 'Boolean':
      return TRUTH;
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

// Numbers of the format itself: Type, ConvertedType, and the fields of the unions LogicalType and TimeUnit.
const BOOLEAN = 0;
const INT32 = 1;
const INT64 = 2;
const DOUBLE = 5;
const BYTE_ARRAY = 6;
const FIXED_LENGTH = 7;
const NOTHING = struct([]);

const WHOLE_NUMBER: ParquetType = {
  physical: INT64,
  encode: (cells) => int64s(cells.map((cell) => BigInt(String(cell)))),
};

const DOUBLE_NUMBER: ParquetType = {
  physical: DOUBLE,
  encode: (cells) => doubles(cells.map(Number)),
};

const TRUTH: ParquetType = { physical: BOOLEAN, encode: (cells) => packBits(cells.map((cell) => cell === true)) };

/** Microseconds of UTC. */
const INSTANT: ParquetType = {
  physical: INT64,
  converted: 10,
  logical: struct([
    [
      8,
      struct([
        [1, bool(true)],
        [2, struct([[2, NOTHING]])],
      ]),
    ],
  ]),
  encode: (cells) => int64s(cells.map((cell) => read(cell, parseDateTime))),
};

/** Days since 1970. */
const DAY: ParquetType = {
  physical: INT32,
  converted: 6,
  logical: struct([[6, NOTHING]]),
  encode: (cells) => int32s(cells.map((cell) => read(cell, parseCalendarDate))),
};

const TEXT: ParquetType = {
  physical: BYTE_ARRAY,
  converted: 0,
  logical: struct([[1, NOTHING]]),
  encode: (cells) => texts(cells.map(String)),
};

/** As text: what Parquet calls JSON, ClickHouse reads only where it is an object. */
const JSON_TEXT: ParquetType = { ...TEXT, encode: (cells) => texts(cells.map((cell) => JSON.stringify(cell))) };

/** The same for every file of a question, unless a number in it needs more digits. */
function decimalType(cells: readonly unknown[]): ParquetType {
  const decimals = cells.filter((cell) => cell !== null).map((cell) => read(cell, parseDecimal));
  const scale = largest(SCALE_LEAST, decimals.map(scaleOf));
  const { precision, bytes } = widthFor(scale + largest(0, decimals.map(integerDigitsOf)));
  const precise = struct([
    [1, i32(scale)],
    [2, i32(precision)],
  ]);
  return {
    physical: FIXED_LENGTH,
    converted: 5,
    logical: struct([[5, precise]]),
    decimal: { precision, scale, bytes },
    encode: (values) => bigEndian({ numbers: values.map((cell) => wholeAt(read(cell, parseDecimal), scale)), bytes }),
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
