import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SqlParameters } from '../../src/analytics/sql-parameters.ts';
import { WHERE_OPERATORS } from '../../src/model/declare/field-types.ts';
import type { FieldModel, FieldType, WhereTree } from '../../src/model/event-model.ts';
import { queueTable, rawTable } from '../../src/model/tables/tables.ts';
import { whereSql } from '../../src/model/tables/where-sql.ts';
import { parseDateTime } from '../../src/model/values/date-time.ts';
import { compileWhere, type Members } from '../../src/model/where/compile-where.ts';
import { normaliseWhere } from '../../src/model/where/normalise-where.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { createTables } from '../support/asked-kind.ts';
import { compiled } from '../support/compiled.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

/** Every type of field, once always there and once not. */
const SDL = `
type Thing @event(key: "owner", time: "at") {
  id: ID!
  owner: ID!
  label: String!
  note: String
  parent: ID
  amount: Decimal! @constraint(scale: 4)
  precise: Decimal @constraint(scale: 12)
  shelf: Int!
  pieces: Int
  total: SafeInt
  weight: Float
  open: Boolean!
  paid: Boolean
  day: Date!
  due: Date
  sentAt: DateTime
  country: CountryCode
  currency: CurrencyCode!
  status: ThingStatus!
  stage: ThingStatus
  at: DateTime!
}
enum ThingStatus { NEW USED BROKEN }`;

const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
const EVENTS = 400;
const FILTERS = 400;
/** So many conditions in one statement. */
const PER_STATEMENT = 25;

const kind = compiled(SDL).kinds[0] ?? fail();
let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
}, 120_000);

afterAll(() => engine.stop());

/** Spellings as stored events have them: decimals as text or numbers with zeros at the end, times with few digits, at any offset where it is the event's own. */
const STORED: Readonly<Record<FieldType, readonly unknown[]>> = {
  ID: ['a', 'b', '7', 'ä/ö', ''],
  String: ['', 'x', 'xy', 'größe', "it's", 'a%b_c', '😀x', 'X'],
  Int: [-3, 0, 1, 2, 2_147_483_647],
  SafeInt: [-9_007_199_254_740_991, 0, 2, 9_007_199_254_740_990, 9_007_199_254_740_991],
  Float: [-1.5, 0, 0.1, 0.30000000000000004, 0.3, 2e9],
  Decimal: [
    '0',
    '0.00',
    '-0.1',
    1,
    '1.0',
    '1000',
    1000.0001,
    '1000.0001',
    '99999999999999.9999',
    '99999999999999.9998',
  ],
  Boolean: [true, false],
  Date: ['2026-02-28', '2026-03-01', '1900-01-01', '2299-12-31'],
  DateTime: ['2026-03-01T00:00:00Z', '2026-03-01T00:00:00.000001Z', '2026-02-28T23:59:59.9Z'],
  CountryCode: ['DE', 'FR', 'US'],
  CurrencyCode: ['EUR', 'USD', 'JPY'],
  Enum: ['NEW', 'USED', 'BROKEN'],
};

/** Bounds as questions have them, before they are normalised. */
const ASKED: Readonly<Record<FieldType, readonly unknown[]>> = {
  ...STORED,
  String: [...STORED.String, 'g', 'öß', '%', '😀'],
  Decimal: ['0', '-0.10', '1', '1.00', '1e3', '1000.0001', '1000.0002', '99999999999999.9999', '12345'],
  DateTime: [...STORED.DateTime, '2026-03-01T01:00:00+01:00', '2026-02-28T23:59:59.900001Z'],
  CountryCode: ['DE', 'fr', 'US', 'GB'],
};

const OWN_TIMES = [
  '2026-03-01T00:00:00Z',
  '2026-03-01T05:30:00+05:30',
  '2026-02-28T23:59:59.900Z',
  '2026-03-01T00:00:01Z',
];

function things(): fc.Arbitrary<Members> {
  const storedValue = (field: FieldModel): fc.Arbitrary<unknown> => {
    if (field.name === kind.timeField) return fc.constantFrom(...OWN_TIMES);
    const there = fc.constantFrom(...STORED[field.type]);
    return field.nullable ? fc.oneof(there, there, fc.constantFrom(null, undefined)) : there;
  };
  return fc.record(Object.fromEntries(kind.fields.map((field) => [field.name, storedValue(field)])));
}

function filters(): fc.Arbitrary<WhereTree> {
  const ofField = fc.constantFrom(...kind.fields).chain((field) => {
    const value = fc.constantFrom(...ASKED[field.type]);
    const operator = fc.constantFrom(...WHERE_OPERATORS[field.type]).chain((name) => {
      const operand =
        name === 'isNull'
          ? fc.boolean()
          : name === 'in' || name === 'notIn'
            ? fc.array(value, { maxLength: 3 })
            : value;
      return operand.map((given) => [name, given] as const);
    });
    return fc
      .array(operator, { minLength: 0, maxLength: 2 })
      .map((entries) => [field.name, Object.fromEntries(entries)] as const);
  });
  const leaf = fc
    .array(ofField, { minLength: 0, maxLength: 2 })
    .map((entries): WhereTree => Object.fromEntries(entries));
  return fc.letrec<{ tree: WhereTree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      leaf,
      leaf,
      fc.tuple(leaf, fc.array(tie('tree'), { maxLength: 3 })).map(([own, or]) => ({ ...own, or })),
      fc.array(tie('tree'), { maxLength: 3 }).map((and) => ({ and })),
      fc.tuple(leaf, tie('tree')).map(([own, not]) => ({ ...own, not })),
    ),
  })).tree;
}

test('a filter as a predicate takes exactly the events that the warehouse takes for it, whatever the filter and however the values are spelled', async () => {
  // Rows of one id become one.
  const sampled = fc.sample(things(), { numRuns: EVENTS, seed: SEED });
  const events = sampled.map((members, number) => ({ ...members, id: `${number}` }));
  await load(events);
  const asked = fc.sample(filters(), { numRuns: FILTERS, seed: SEED }).map((where) => normaliseWhere(kind, where));
  let taken = 0;
  let left = 0;
  for (let from = 0; from < asked.length; from += PER_STATEMENT) {
    const some = asked.slice(from, from + PER_STATEMENT);
    const inWarehouse = await verdictsOfWarehouse(some);
    for (const [at, where] of some.entries()) {
      const predicate = compileWhere(kind, where);
      for (const [number, members] of events.entries()) {
        const takes = predicate(members);
        if (takes !== inWarehouse[number]?.[at])
          throw new Error(`${takes} for ${JSON.stringify(members)}\nwhere ${JSON.stringify(where)}`);
        if (takes) taken++;
        else left++;
      }
    }
  }
  // A property that is never reached proves nothing.
  expect(taken).toBeGreaterThan((EVENTS * FILTERS) / 5);
  expect(left).toBeGreaterThan((EVENTS * FILTERS) / 5);
}, 120_000);

test('decimals beyond the digits of a double are told apart by their last digit', () => {
  const takes = compileWhere(kind, { amount: { gt: '99999999999999.9998' } });
  expect([takes({ amount: '99999999999999.9998' }), takes({ amount: '99999999999999.9999' })]).toEqual([false, true]);
  const overShort = compileWhere(kind, { amount: { gt: '100000000000000000000' } });
  expect([overShort({ amount: '100000000000000000000.0001' }), overShort({ amount: 1e20 })]).toEqual([true, false]);
});

test('exactly the bound is not greater, whatever its spelling', () => {
  const takes = compileWhere(kind, { amount: { gt: '1000' } });
  expect(['1000', '1000.0000', 1000, '1000.0001', '999.9999'].map((amount) => takes({ amount }))).toEqual([
    false,
    false,
    false,
    true,
    false,
  ]);
});

test('what is no filter of the kind is refused with what was expected', () => {
  expect(() => compileWhere(kind, { nothing: { eq: 1 } })).toThrow('where.nothing: expected a field of Thing');
  expect(() => compileWhere(kind, { label: { like: 'x' } })).toThrow('where.label.like: expected one of eq ne');
  expect(() => compileWhere(kind, { label: { in: 'x' } })).toThrow('where.label.in: expected a list, got "x"');
  expect(() => compileWhere(kind, { label: { eq: null } })).toThrow('where.label.eq: expected a value');
  expect(() => compileWhere(kind, { label: { lt: 'x' } })).toThrow('for a type without an order');
});

async function load(events: readonly Members[]): Promise<void> {
  const lines = events.map((members, number) =>
    JSON.stringify({
      _partition: 0,
      _offset: number,
      _tenant: 'default',
      _time: Number(parseDateTime(String(members.at))),
      _receivedAt: 1_795_264_000_123,
      _watermark: 0,
      ...members,
    }),
  );
  await engine.warehouse.insert(`${DATABASE}.${queueTable(kind)}`, Buffer.from(lines.join('\n')), {
    format: 'JSONEachRow',
    settings: { date_time_input_format: 'best_effort' },
  });
}

/** By event, then by filter. */
async function verdictsOfWarehouse(filters: readonly WhereTree[]): Promise<readonly (readonly boolean[])[]> {
  const params = new SqlParameters();
  const conditions = filters.map((where) => `toBool(${whereSql(kind, where, { bind: params.bind })})`);
  const sql = `SELECT [${conditions.join(',\n')}] AS takes FROM ${DATABASE}.${rawTable(kind)} ORDER BY _offset`;
  const { rows } = await engine.warehouse.query<{ readonly takes: readonly boolean[] }>(sql, { params: params.values });
  expect(rows.length).toBe(EVENTS);
  return rows.map(({ takes }) => takes);
}

function fail(): never {
  throw new Error('the declaration holds no kind');
}
