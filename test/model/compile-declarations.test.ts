import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { compiled } from '../support/compiled.ts';

const SALE = `
"A sale."
type Sale
  @event(key: "customer", id: ["order", "line"], time: "soldAt", plural: "sold", from: "shop.sales", keepRaw: "90d")
  @rollup(by: ["product"], every: ["1d", "1s"])
  @metric(name: "large", where: {and: [{price: {gte: 1000}}, {not: {status: {in: [RETURNED]}}}], paidAt: {lt: "2030-01-01T01:00:00+01:00"}})
  @metric(name: "revenue", of: "priceSum", where: {status: {eq: "PAID"}, currency: {ne: usd}}) {
  "The order."
  order: ID!
  line: Int!
  customer: ID!
  product: String! @dimension(high: true)
  status: SaleStatus! @dimension
  price: Decimal! @measure @money(currency: "currency") @constraint(min: "0.01", scale: 2)
  currency: CurrencyCode! @dimension(high: true)
  note: String @searchable @constraint(maxLength: 100, pattern: "^[^<]*$")
  paidAt: DateTime
  soldAt: DateTime
}

"How far it came."
enum SaleStatus {
  "Money is here."
  PAID
  RETURNED
}`;

describe('a declaration says', () => {
  const model = compiled(SALE);
  const sale = only(model.kinds);

  test('how the kind is called everywhere', () => {
    const { typeName, kind, singular, plural, from, keepRaw, description } = sale;
    expect({ typeName, kind, singular, plural, from, keepRaw, description }).toEqual({
      typeName: 'Sale',
      kind: 'SALE',
      singular: 'sale',
      plural: 'sold',
      from: 'shop.sales',
      keepRaw: '90d',
      description: 'A sale.',
    });
  });

  test('what makes an event the same, what keeps it in order, and when it happened', () => {
    expect([sale.idFields, sale.keyField, sale.timeField]).toEqual([['order', 'line'], 'customer', 'soldAt']);
  });

  test('what can be grouped by: the key first, with any number of values, though nobody marked it', () => {
    expect(sale.dimensions.map(({ name, dimension }) => [name, dimension?.high])).toEqual([
      ['customer', true],
      ['product', true],
      ['status', false],
      ['currency', true],
    ]);
  });

  test('what is measured: the count, what follows from the fields, then the named metrics', () => {
    expect(sale.measures.map(({ name, op, additive, currencyField }) => [name, op, additive, currencyField])).toEqual([
      ['count', 'count', true, null],
      ['priceSum', 'sum', true, 'currency'],
      ['priceAvg', 'avg', false, 'currency'],
      ['priceMin', 'min', false, 'currency'],
      ['priceMax', 'max', false, 'currency'],
      ['large', 'metric', true, null],
      ['revenue', 'metric', true, 'currency'],
    ]);
  });

  test('what a metric counts, in values as queries have them: decimals and instants as text, codes in capitals', () => {
    expect(sale.measures.flatMap(({ metric }) => (metric === null ? [] : [[metric.of, metric.where]]))).toEqual([
      [
        'count',
        {
          and: [{ price: { gte: '1000' } }, { not: { status: { in: ['RETURNED'] } } }],
          paidAt: { lt: '2030-01-01T00:00:00.000000Z' },
        },
      ],
      ['sum', { status: { eq: 'PAID' }, currency: { ne: 'USD' } }],
    ]);
  });

  test('what is rolled up, fine to coarse, and amounts of money always by currency', () => {
    expect(sale.rollups.map(({ name, by, grains }) => [name, by.map((field) => field.name), grains])).toEqual([
      [null, ['status', 'currency'], ['1m', '1h', '1d']],
      ['product', ['product', 'currency'], ['1s', '1d']],
    ]);
  });

  test('what is refused', () => {
    const constraints = sale.fields.map(({ name, constraint }) => [name, constraint] as const);
    expect(Object.fromEntries(constraints.filter(([name]) => name === 'price' || name === 'note'))).toEqual({
      price: { min: '0.01', max: null, maxLength: null, pattern: null, scale: 2 },
      note: { min: null, max: null, maxLength: 100, pattern: '^[^<]*$', scale: null },
    });
  });

  test('and is kept as it was written, with the enums it uses, so that it compiles by itself', () => {
    expect(sale.sdl).toBe(SALE.trim());
    expect(only(compiled(sale.sdl).kinds)).toEqual(sale);
  });
});

describe('loading a folder', () => {
  test('takes its .graphql files in the order of their names, and enums from any of them', () => {
    const model = loadedFrom({
      'b.graphql': 'type Reading @event(key: "sensor") { id: ID! sensor: ID! unit: Unit! occurredAt: DateTime! }',
      'a.graphql': 'type Alarm @event(key: "sensor") { id: ID! sensor: ID! occurredAt: DateTime! }',
      'unit.graphql': 'enum Unit { CELSIUS }',
      'notes.txt': 'not GraphQL',
    });
    expect(model.kinds.map(({ typeName }) => typeName)).toEqual(['Alarm', 'Reading']);
    expect([...model.enums.keys()]).toEqual(['Unit']);
  });

  test('throws BAD_DECLARATION with every mistake on a line of its own', () => {
    const error = errorOf(() =>
      loadedFrom({
        'a.graphql':
          'type Reading @event(key: "sensr") {\n  id: ID!\n  sensor: ID! @dimensoin\n  occurredAt: DateTime!\n}',
      }),
    );
    expect(error?.code).toBe('BAD_DECLARATION');
    expect(error?.message.split('\n').map((line) => line.replace(/^.*a\.graphql/, 'a.graphql'))).toEqual([
      '2 mistakes in the declarations:',
      'a.graphql:1:26 expected @event(key:): a field of Reading (id, sensor, occurredAt), got sensr (did you mean sensor?)',
      'a.graphql:3:15 expected a directive for declarations (@dimension, @measure, @distinct, @money, @constraint, @searchable), got @dimensoin (did you mean @dimension?)',
    ]);
  });

  test('throws BAD_DECLARATION for a folder that is not there', () => {
    expect(errorOf(() => loadDeclarations(join(tmpdir(), 'no-such-folder-of-kinds')))?.code).toBe('BAD_DECLARATION');
  });

  test('finds the sample kinds, all with a description on every type and field but the id', () => {
    const model = loadDeclarations(SAMPLE_KINDS_DIR);
    expect(model.kinds.map(({ kind }) => kind)).toEqual(['ACTIVITY', 'LOG_LINE', 'RATING', 'SALE', 'TRANSACTION']);
    const silent = model.kinds.flatMap((kind) => [
      ...(kind.description === null ? [kind.typeName] : []),
      ...kind.fields
        .filter((field) => field.description === null && field.name !== 'id')
        .map((field) => `${kind.typeName}.${field.name}`),
    ]);
    expect(silent).toEqual([]);
  });
});

function only(kinds: readonly KindModel[]): KindModel {
  const [kind] = kinds;
  if (kind === undefined || kinds.length !== 1) throw new Error(`expected one kind, got ${kinds.length}`);
  return kind;
}

function loadedFrom(files: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-declarations-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    return loadDeclarations(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function errorOf(run: () => unknown): LakegateError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof LakegateError) return error;
    throw error;
  }
}
