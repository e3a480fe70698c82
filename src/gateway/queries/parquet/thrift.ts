/**
 * Values of Thrift's compact protocol, in which Parquet writes what it says about its data. Each is its type and its bytes.
 *
 *   integer  zigzag, 7 bits a byte, lowest first     list    4 bits of length (15: more follows), 4 bits of type, then the items
 *   text     length, then UTF-8                      struct  a field: 4 bits of step from the id before, 4 bits of type, its bytes; 0 ends it
 */
export interface Thrift {
  readonly type: number;
  readonly bytes: readonly number[];
}

export function bool(value: boolean): Thrift {
  return { type: value ? TRUE : FALSE, bytes: [] };
}

export function i32(value: number): Thrift {
  return { type: I32, bytes: varint(zigzag(BigInt(value))) };
}

export function i64(value: number): Thrift {
  return { type: I64, bytes: varint(zigzag(BigInt(value))) };
}

export function text(value: string): Thrift {
  const bytes = Buffer.from(value);
  return { type: BINARY, bytes: [...varint(BigInt(bytes.length)), ...bytes] };
}

/** `of` is the type of the items, which an empty list has as well. */
export function list(items: readonly Thrift[], of: Thrift['type'] = STRUCT): Thrift {
  const { length } = items;
  const head = length < LONG ? [(length << 4) | of] : [(LONG << 4) | of, ...varint(BigInt(length))];
  return { type: LIST, bytes: [...head, ...items.flatMap(({ bytes }) => bytes)] };
}

/** Fields by their ids, ascending and at most 15 apart, as all of Parquet's are. */
export function struct(fields: readonly (readonly [id: number, value: Thrift])[]): Thrift {
  const bytes = fields.flatMap(([id, value], at) => {
    const step = id - (fields[at - 1]?.[0] ?? 0);
    return [(step << 4) | value.type, ...value.bytes];
  });
  return { type: STRUCT, bytes: [...bytes, STOP] };
}

/** Of numbers below 128 it is the number itself; the highest bit says that more follows. */
export function varint(value: bigint): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** 0, -1, 1, -2 … as 0, 1, 2, 3 …, so that small numbers of either sign are short. */
function zigzag(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}

const TRUE = 1;
const FALSE = 2;
export const I32 = 5;
const I64 = 6;
export const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const STOP = 0;
const LONG = 15;
