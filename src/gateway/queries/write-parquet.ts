import { parquetWriteBuffer } from 'hyparquet-writer';
import { parquetType } from './parquet-type.ts';
import { type Column, type Row, valueAt } from './query-table.ts';

/** Rows as an Apache Parquet file, whole. Every column may be null, and is there also where no row is. */
export function writeParquet(columns: readonly Column[], rows: readonly Row[]): Buffer {
  const typed = columns.map(({ name, path, type }) => {
    const cells = rows.map((row) => valueAt(row, path));
    const { element, stored } = parquetType(type, cells);
    const data = cells.map((cell) => (cell === null ? null : stored(cell)));
    return { name, data, element: { name, repetition_type: 'OPTIONAL' as const, ...element } };
  });
  const file = parquetWriteBuffer({
    schema: [{ name: 'rows', num_children: typed.length }, ...typed.map(({ element }) => element)],
    columnData: typed.map(({ name, data }) => ({ name, data })),
    createdBy: 'lakegate',
  });
  return Buffer.from(file);
}
