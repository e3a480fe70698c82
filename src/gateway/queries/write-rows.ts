import { type Column, type QueryTable, type Row, valueAt } from './query-table.ts';
import { writeParquet } from './write-parquet.ts';

export const ROW_FORMATS = ['csv', 'json', 'ndjson', 'parquet'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export const CONTENT_TYPES: Readonly<Record<RowFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

export interface WriteOptions {
  readonly format: RowFormat;
  /** In JSON, decimals as numbers, with all their digits; whoever reads them into a double loses what a double does not hold. */
  readonly numbers: boolean;
}

/** Rows as a file, whole. The bounds on rows of a query bound it too. */
export function writeRows(
  { columns }: QueryTable,
  rows: readonly Row[],
  { format, numbers }: WriteOptions,
): string | Buffer {
  if (format === 'csv') return csv(columns, rows);
  if (format === 'parquet') return writeParquet(columns, rows);
  const objects = rows.map((row) => jsonObject(columns, row, numbers));
  return format === 'json' ? `[${objects.join(',\n')}]\n` : objects.map((object) => `${object}\n`).join('');
}

/** RFC 4180: a line of names, CRLF, quotes where they are needed. Null is nothing; empty text is a pair of quotes. */
function csv(columns: readonly Column[], rows: readonly Row[]): string {
  const head = columns.map(({ name }) => name);
  const lines = rows.map((row) => columns.map(({ path }) => csvCell(valueAt(row, path))));
  return [head, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function csvCell(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value === '' || NEEDS_QUOTES.test(value) ? quoted(value) : value;
  return typeof value === 'object' ? quoted(JSON.stringify(value)) : String(value);
}

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function jsonObject(columns: readonly Column[], row: Row, numbers: boolean): string {
  const members = columns.map(({ name, path, decimal }) => {
    const value = valueAt(row, path);
    const text = numbers && decimal && typeof value === 'string' ? value : JSON.stringify(value);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${members.join(',')}}`;
}
