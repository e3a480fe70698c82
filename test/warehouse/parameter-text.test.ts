import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
}, 120_000);

afterAll(() => engine.stop());

const HARD = [
  '',
  ' ',
  "o'clock",
  'back\\slash',
  '\\N',
  '\\t',
  'tab\there',
  'line\nand\rreturn',
  '{p0:String}',
  '%27&a=b+c',
  'Ünïcødé 🎲',
  '\0',
];

test('every text comes into a statement as it is, alone and in a list', async () => {
  const { rows } = await engine.warehouse.query(
    `SELECT ${HARD.map((_, index) => `{t${index}:String} AS t${index}`).join(', ')}, {list:Array(String)} AS list`,
    { params: { ...Object.fromEntries(HARD.map((text, index) => [`t${index}`, text])), list: HARD } },
  );
  expect(rows).toEqual([{ ...Object.fromEntries(HARD.map((text, index) => [`t${index}`, text])), list: HARD }]);
});

test('so do numbers of any size, truths and what is missing', async () => {
  const { rows } = await engine.warehouse.query(
    'SELECT {a:Int64} AS a, {b:UInt64} AS b, {c:Float64} AS c, {d:Bool} AS d, {e:Nullable(String)} AS e, {f:Array(Nullable(String))} AS f, {g:Array(Int64)} AS g',
    { params: { a: -(2n ** 63n), b: 2n ** 64n - 1n, c: 0.1, d: true, e: null, f: ['x', null], g: [1, -2] } },
  );
  expect(rows).toEqual([
    { a: '-9223372036854775808', b: '18446744073709551615', c: 0.1, d: true, e: null, f: ['x', null], g: ['1', '-2'] },
  ]);
});

test('what no parameter can hold is refused before anything is asked', async () => {
  await expect(engine.warehouse.query('SELECT {a:String}', { params: { a: { b: 1 } } })).rejects.toThrow();
  await expect(engine.warehouse.query('SELECT {a:Float64}', { params: { a: Number.NaN } })).rejects.toThrow();
});
