import { type Column, type Row, valueAt } from '../query-table.ts';
import { type ParquetType, parquetType } from './parquet-type.ts';
import { packBits, uint32 } from './plain-bytes.ts';
import { BINARY, I32, i32, i64, list, struct, type Thrift, text, varint } from './thrift.ts';

/**
 * Rows as an Apache Parquet file, whole. They are finished rows and not many, so the file is the plainest there is: one group of rows,
 * one page a column, PLAIN, not compressed; every column may be null. The columns are there also where no row is.
 *
 *   PAR1 │ for each column: head of its page │ which rows have a value │ the values │ … │ what is where │ length of that │ PAR1
 */
export function writeParquet(columns: readonly Column[], rows: readonly Row[]): Buffer {
  const named = columns.map((column) => {
    const cells = rows.map((row) => valueAt(row, column.path));
    return { name: column.name, cells, type: parquetType(column.type, cells) };
  });
  const chunks: Chunk[] = [];
  let offset = MAGIC.length;
  for (const column of named) {
    const bytes = pageOf(column);
    chunks.push({ ...column, offset, bytes });
    offset += bytes.length;
  }
  const footer = Buffer.from(footerOf(chunks, rows.length).bytes);
  return Buffer.concat([MAGIC, ...chunks.map(({ bytes }) => bytes), footer, uint32(footer.length), MAGIC]);
}

const MAGIC = Buffer.from('PAR1');

interface NamedColumn {
  readonly name: string;
  readonly type: ParquetType;
  /** One a row; null is null. */
  readonly cells: readonly unknown[];
}

interface Chunk extends NamedColumn {
  readonly offset: number;
  readonly bytes: Buffer;
}

function pageOf({ cells, type }: NamedColumn): Buffer {
  const levels = definitionLevels(cells);
  const values = type.encode(cells.filter((cell) => cell !== null));
  const size = i32(levels.length + values.length);
  const page = struct([
    [1, i32(cells.length)],
    [2, i32(PLAIN)],
    [3, i32(RLE)],
    [4, i32(RLE)],
  ]);
  const head = struct([
    [1, i32(DATA_PAGE)],
    [2, size],
    [3, size],
    [5, page],
  ]);
  return Buffer.concat([Buffer.from(head.bytes), levels, values]);
}

/** 1 for a value and 0 for null, eight to a byte, as one run: its number of bytes, and the bit that says it is not repeated. */
function definitionLevels(cells: readonly unknown[]): Buffer {
  const bits = packBits(cells.map((cell) => cell !== null));
  const run = Buffer.from(varint(BigInt(bits.length) * 2n + 1n));
  return Buffer.concat([uint32(run.length + bits.length), run, bits]);
}

function footerOf(chunks: readonly Chunk[], rowCount: number): Thrift {
  const root = struct([
    [4, text('rows')],
    [5, i32(chunks.length)],
  ]);
  const group = struct([
    [1, list(chunks.map(chunkAt))],
    [2, i64(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0))],
    [3, i64(rowCount)],
  ]);
  return struct([
    [1, i32(FORMAT_VERSION)],
    [2, list([root, ...chunks.map(schemaOf)])],
    [3, i64(rowCount)],
    [4, list(rowCount === 0 ? [] : [group])],
    [6, text('lakegate')],
  ]);
}

function schemaOf({ name, type }: NamedColumn): Thrift {
  const { decimal } = type;
  return struct([
    [1, i32(type.physical)],
    ...(decimal === undefined ? [] : [[2, i32(decimal.bytes)] as const]),
    [3, i32(OPTIONAL)],
    [4, text(name)],
    // The older way to say it beside the newer: some readers know only the one, some only the other.
    ...(type.converted === undefined ? [] : [[6, i32(type.converted)] as const]),
    ...(decimal === undefined ? [] : [[7, i32(decimal.scale)] as const, [8, i32(decimal.precision)] as const]),
    ...(type.logical === undefined ? [] : [[10, type.logical] as const]),
  ]);
}

function chunkAt({ name, type, cells, offset, bytes }: Chunk): Thrift {
  const size = i64(bytes.length);
  const about = struct([
    [1, i32(type.physical)],
    [2, list([i32(PLAIN), i32(RLE)], I32)],
    [3, list([text(name)], BINARY)],
    [4, i32(UNCOMPRESSED)],
    [5, i64(cells.length)],
    [6, size],
    [7, size],
    [9, i64(offset)],
  ]);
  return struct([
    [2, i64(0)],
    [3, about],
  ]);
}

const FORMAT_VERSION = 2;
const DATA_PAGE = 0;
const PLAIN = 0;
const RLE = 3;
const UNCOMPRESSED = 0;
const OPTIONAL = 1;
