import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inlineParameters } from '../../src/warehouse/engine/inline-parameters.ts';
import { parameterText } from '../../src/warehouse/parameter-text.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const PLAIN: readonly (readonly [type: string, value: unknown])[] = [
  ['String', ''],
  ['String', 'CAPTURED'],
  ['String', 'a "b" `c` -- /* {x:String} ; $1 日本 🙂'],
  ['UInt32', 0],
  ['UInt32', 4_294_967_295],
  ['Int64', -1],
  ['Int64', 1_794_700_800_000_000],
  ['UInt64', Number.MAX_SAFE_INTEGER],
];

const BOUND: readonly (readonly [type: string, value: unknown])[] = [
  ['String', "O'Neil"],
  ['String', 'back\\slash'],
  ['String', "' OR 1 = 1 --"],
  ['String', 'two\nlines'],
  ['String', '\u0000'],
  ['Nullable(String)', null],
  ['UInt32', 4_294_967_296],
  ['UInt32', -1],
  ['Int64', '9223372036854775807'],
  ['Int64', '007'],
  ['Int64', '1 OR 1'],
  ['UInt8', 1],
  ['Decimal(18, 4)', '1.5'],
  ['Array(String)', ['a', 'b']],
];

describe('a statement is given its parameters', () => {
  test('in their places where they are whole numbers, or text in which nothing can be quoted or escaped', () => {
    expect(inlined("SELECT {a:String}, '{a:String}', `{a:String}` WHERE n = { n : Int64 }", { a: 'x', n: 5 })).toEqual({
      sql: "SELECT 'x', '{a:String}', `{a:String}` WHERE n = _CAST(5, 'Int64')",
      left: [],
    });
  });

  test.each(BOUND)('by the engine alone where they are anything else: %s %j', (type, value) => {
    const sql = `SELECT {v:${type}}`;
    expect(inlined(sql, { v: value })).toEqual({ sql, left: ['v'] });
  });

  test('by the engine alone where a placeholder may be meant to stay, or where it is not known what is one', () => {
    for (const sql of [
      'CREATE VIEW v AS SELECT {v:String}',
      "SELECT 'it''s' -- {v:String}",
      'SELECT /* {v:String} */ {v:String}',
      'SELECT $x$ {v:String} $x$',
      'SELECT 1 SETTINGS log_comment = {v:String}',
    ]) {
      expect(inlined(sql, { v: 'x' })).toEqual({ sql, left: ['v'] });
    }
  });
});

describe('what stands in its place', () => {
  let engine: TestWarehouse;
  beforeAll(async () => {
    engine = await startTestWarehouse();
  }, 60_000);
  afterAll(() => engine.stop());

  test('has the same value, type and name as what the engine binds', async () => {
    for (const [type, value] of PLAIN) {
      const ask = async (comment: string) => {
        const sql = `SELECT {v:${type}}, toTypeName({v:${type}}) AS type, 'it''s' AS text${comment}`;
        return (await engine.warehouse.query(sql, { params: { v: value } })).rows;
      };
      expect(inlined(`SELECT {v:${type}}`, { v: value }).left).toEqual([]);
      expect(await ask('')).toEqual(await ask(' /* so that the engine binds it */'));
    }
  }, 60_000);
});

function inlined(sql: string, values: Readonly<Record<string, unknown>>) {
  const parameters = new Map(Object.entries(values).map(([name, value]) => [name, parameterText(value)]));
  const { sql: given, parameters: left } = inlineParameters({ sql, parameters });
  return { sql: given, left: [...left.keys()] };
}
