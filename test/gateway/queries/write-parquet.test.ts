import { describe, expect, test } from 'vitest';
import type { Column, Row } from '../../../src/gateway/queries/query-table.ts';
import { writeParquet } from '../../../src/gateway/queries/write-parquet.ts';
import { LakegateError } from '../../../src/platform/errors.ts';
import { readParquet } from '../../support/read-parquet.ts';

const COLUMNS: readonly Column[] = [
  ['name', 'String!'],
  ['kind', 'Channel'],
  ['count', 'SafeInt!'],
  ['rank', 'Int'],
  ['revenue', 'Decimal'],
  ['average', 'Float'],
  ['final', 'Boolean!'],
  ['start', 'DateTime!'],
  ['day', 'Date'],
  ['tags', '[String!]!'],
  ['extra', 'JSON'],
].map(([name = '', type = '']) => ({ name, path: [name], type, decimal: type.startsWith('Decimal') }));

const FULL: Row = {
  name: 'Zoë, "the first"\n👋',
  kind: 'WEB',
  count: Number.MAX_SAFE_INTEGER,
  rank: -2_147_483_648,
  revenue: '-1234567890123456789012345678.0123456789',
  average: 0.1,
  final: true,
  start: '2026-03-29T01:59:59.999999Z',
  day: '1900-01-01',
  tags: ['a', 'b'],
  extra: { deep: [1, null] },
};
const LEAST: Row = {
  name: '',
  kind: null,
  count: 0,
  rank: null,
  revenue: '0',
  average: -0.5,
  final: false,
  start: '1969-12-31T23:59:59.500000Z',
  day: '2299-12-31',
  tags: [],
  extra: 'text',
};
const NOTHING: Row = Object.fromEntries(COLUMNS.map(({ name }) => [name, null]));

describe('rows as a Parquet file', () => {
  test('are the same to the last digit when somebody else reads them', async () => {
    const { rows } = await readParquet(writeParquet(COLUMNS, [FULL, NOTHING, LEAST]));
    const asText = (row: Row) => ({ ...row, tags: JSON.stringify(row.tags), extra: JSON.stringify(row.extra) });
    expect(rows).toEqual([asText(FULL), NOTHING, asText(LEAST)]);
  });

  test('have the types that hold them exactly: whole numbers INT64, amounts DECIMAL, times TIMESTAMP', async () => {
    const { columns } = await readParquet(writeParquet(COLUMNS, [FULL]));
    expect(columns).toEqual([
      'name STRING',
      'kind STRING',
      'count INT64',
      'rank INT64',
      'revenue DECIMAL(38,10)',
      'average DOUBLE',
      'final BOOLEAN',
      'start TIMESTAMP',
      'day DATE',
      'tags STRING',
      'extra STRING',
    ]);
  });

  test('have their columns also where there is no row', async () => {
    const empty = await readParquet(writeParquet(COLUMNS, []));
    const full = await readParquet(writeParquet(COLUMNS, [LEAST]));
    expect(empty.rows).toEqual([]);
    expect(empty.columns).toEqual(full.columns);
  });

  test('may be any number, and each keeps its place', async () => {
    for (const count of [1, 7, 8, 9, 64, 1_000, 70_000]) {
      const many = Array.from({ length: count }, (_, at) => ({
        count: at,
        revenue: at % 3 === 0 ? null : `${at}.5`,
        final: at % 5 === 0,
      }));
      const columns = COLUMNS.filter(({ name }) => ['count', 'revenue', 'final'].includes(name));
      expect((await readParquet(writeParquet(columns, many))).rows).toEqual(many);
    }
  });

  test('need no more columns than a file has: many are written and read', async () => {
    const columns = Array.from({ length: 40 }, (_, at) => ({ ...COLUMNS[2], name: `c${at}`, path: [`c${at}`] }));
    const row = Object.fromEntries(columns.map(({ name }, at) => [name, at]));
    const whole = columns.map((column) => ({ type: 'SafeInt!', decimal: false, ...column }));
    expect((await readParquet(writeParquet(whole, [row]))).rows).toEqual([row]);
  });

  test('with amounts of more digits take a wider type, and beyond that are refused', async () => {
    const columns = COLUMNS.filter(({ name }) => name === 'revenue');
    for (const [revenue, type] of [
      ['0.123456789012345678901234', 'DECIMAL(38,24)'],
      [`${'9'.repeat(28)}.5`, 'DECIMAL(38,10)'],
      [`-${'9'.repeat(29)}.5`, 'DECIMAL(76,10)'],
      [`${'9'.repeat(66)}.5`, 'DECIMAL(76,10)'],
    ] as const) {
      const read = await readParquet(writeParquet(columns, [{ revenue }]));
      expect(read).toEqual({ columns: [`revenue ${type}`], rows: [{ revenue }] });
    }
    expect(() => writeParquet(columns, [{ revenue: '9'.repeat(67) }])).toThrow(LakegateError);
  });
});
