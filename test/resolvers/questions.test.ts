import { makeExecutableSchema } from '@graphql-tools/schema';
import { type ExecutionResult, type GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { readApiSdl } from '../../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';
import { encodeVersion } from '../../src/model/version.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import type { AskContext } from '../../src/resolvers/ask-context.ts';
import { createEventLoaders } from '../../src/resolvers/event-loaders.ts';
import { questionResolvers } from '../../src/resolvers/question-resolvers.ts';
import { scalars } from '../../src/resolvers/scalars.ts';
import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { createTables, loadPayments, type Payment, paymentKind, paymentModel } from '../support/asked-kind.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { until } from '../support/until.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');
const clock = { nowMs: () => NOW_MS };

let engine: TestWarehouse;
let schema: GraphQLSchema;
let statements: string[] = [];
let underWay = 0;
let mostAtOnce = 0;

const topic: TopicProgress = {
  gate: new TableGate(1000),
  offsets: new Map([[0, 5n]]),
  watermarkMs: Date.parse('2026-11-05T12:00:00Z'),
  watchers: 0,
  waitedForSinceMs: null,
};

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  await loadPayments(engine.warehouse, [
    payment(0, 'EUR', '10.50', '11:10', { merchant: 'm1' }),
    payment(1, 'EUR', '0.25', '11:20', { late: true }),
    payment(2, 'USD', '100', '11:30', { country: null }),
    payment(3, 'EUR', '4', '12:05', { status: 'DECLINED' }),
    payment(4, 'JPY', '1250', '12:06'),
    payment(5, 'EUR', '1.25', '12:10', { country: 'FR' }),
  ]);
  const model = paymentModel();
  const progress = new LoaderProgress(new Map([[kind.plural, topic]]), {
    clock,
    isWarehouseUp: () => true,
    onDemand: () => {},
  });
  const sources = {
    warehouse: watched(engine.warehouse),
    progress,
    cache: resultCacheInMemory(),
    clock,
    waitDeadlineMs: 50,
  };
  schema = makeExecutableSchema({
    typeDefs: servedTypeDefs(model, readApiSdl()),
    resolvers: { ...scalars, Query: { ...questionResolvers(model, sources) } },
  });
});

afterAll(() => engine.stop());

beforeEach(() => {
  statements = [];
  mostAtOnce = 0;
});

describe('an answer', () => {
  test('has exact windows, exact totals, and says on what it stands', async () => {
    const { data } = await ask(`{
      paymentMetrics(range: {last: "1h"}, every: "1h", by: [COUNTRY], where: {currency: {eq: EUR}}) {
        rows { start end final revision lateCount others country count amountSum revenue amountAvg }
        total { count amountSum userIdDistinct }
        hasMore
        approximations { measure relativeError }
        asOf { watermark tables }
      }
    }`);
    const window = (start: string, end: string, final: boolean) => ({
      start: `2026-11-05T${start}:00.000000Z`,
      end: `2026-11-05T${end}:00.000000Z`,
      final,
      others: false,
    });
    const none = { revision: 0, lateCount: 0 };
    expect(data?.paymentMetrics).toEqual({
      rows: [
        {
          ...window('11:00', '12:00', true),
          revision: 1,
          lateCount: 1,
          country: 'DE',
          count: 2,
          amountSum: '10.75',
          revenue: '10.75',
          amountAvg: '5.375',
        },
        {
          ...window('12:00', '13:00', false),
          ...none,
          country: 'DE',
          count: 1,
          amountSum: '4',
          revenue: '0',
          amountAvg: '4',
        },
        {
          ...window('12:00', '13:00', false),
          ...none,
          country: 'FR',
          count: 1,
          amountSum: '1.25',
          revenue: '1.25',
          amountAvg: '1.25',
        },
      ],
      total: { count: 4, amountSum: '16', userIdDistinct: 4 },
      hasMore: false,
      approximations: [{ measure: 'userIdDistinct', relativeError: 0.025 }],
      asOf: { watermark: '2026-11-05T12:00:00.000000Z', tables: ['rollup_1h'] },
    });
  });

  test('over nothing has no rows, and a total of zeros and nulls', async () => {
    const { data } = await ask(`{
      paymentMetrics(range: {last: "1h"}, where: {currency: {eq: GBP}}) {
        rows { start } total { count amountSum amountAvg amountMin amountP50 userIdDistinct revenue }
      }
    }`);
    expect(data?.paymentMetrics).toEqual({
      rows: [],
      total: {
        count: 0,
        amountSum: '0',
        amountAvg: null,
        amountMin: null,
        amountP50: null,
        userIdDistinct: 0,
        revenue: '0',
      },
    });
  });

  test('has quantiles that lie among the values: of one event, each is its value', async () => {
    const { data } = await ask(`{
      paymentMetrics(range: {this: DAY}, by: [CURRENCY], where: {currency: {in: [JPY, USD]}}) {
        rows { amountMin amountP50 amountP95 amountP99 amountMax }
      }
      raw: paymentMetrics(range: {this: DAY}, where: {currency: {eq: JPY}, amount: {gt: "1"}}) {
        total { amountP50 amountP99 }
      }
    }`);
    const each = (amount: string) =>
      Object.fromEntries(['Min', 'P50', 'P95', 'P99', 'Max'].map((measure) => [`amount${measure}`, amount]));
    expect(data).toEqual({
      paymentMetrics: { rows: [each('1250'), each('100')] },
      raw: { total: { amountP50: '1250', amountP99: '1250' } },
    });
  });

  test('may be of thousands of days and of thousands of values; what is too large for one question says so', async () => {
    const { data, codes } = await ask(`{
      days: paymentMetrics(range: {from: "2005-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z"}, every: "1d", timeZone: "Europe/Berlin") {
        rows { start count }
      }
    }`);
    expect(codes).toEqual([]);
    expect(data?.days).toEqual({ rows: [{ start: '2026-11-04T23:00:00.000000Z', count: 6 }] });
    const asked = (values: number) =>
      ask(
        'query ($in: [String!]) { paymentMetrics(range: {this: DAY}, where: {merchant: {in: $in}}) { total { count } } }',
        {
          in: [
            'm1',
            ...Array.from({ length: values }, (_, n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`),
          ],
        },
      );
    expect((await asked(8_000)).data).toEqual({ paymentMetrics: { total: { count: 1 } } });
    expect((await asked(40_000)).codes).toEqual(['BAD_REQUEST']);
  });

  test('becomes final without being computed again', async () => {
    const query = '{ paymentMetrics(range: {last: "2h"}, every: "1h") { rows { end final count } } }';
    const before = await ask(query);
    topic.watermarkMs = Date.parse('2026-11-05T13:00:00Z');
    const after = await ask(query);
    topic.watermarkMs = Date.parse('2026-11-05T12:00:00Z');
    expect([before.outcomes, after.outcomes]).toEqual([['miss'], ['hit']]);
    const finals = (answer: Answer) => JSON.stringify(answer.data?.paymentMetrics).match(/"final":\w+/g);
    expect(finals(before)).toEqual(['"final":true', '"final":false']);
    expect(finals(after)).toEqual(['"final":true', '"final":true']);
  });
});

describe('only what is selected is computed', () => {
  test('by way of fragments, aliases, @include and @skip', async () => {
    await ask(
      `query Q($no: Boolean!) {
        paymentMetrics(range: {last: "3h"}, by: [CURRENCY]) { rows { ...some @include(if: $no) n: count captured @skip(if: true) } }
      }
      fragment some on PaymentMetricsRow { amountSum amountP50 }`,
      { no: false },
    );
    expect(statements).toHaveLength(1);
    expect(statements[0]).not.toMatch(/amount|captured/);
  });

  test('a total alone is one query, an explanation alone is none', async () => {
    await ask('{ paymentMetrics(range: {last: "4h"}) { total { count } } }');
    expect(statements).toHaveLength(1);
    const { data } = await ask(
      '{ paymentMetrics(range: {last: "4h"}, by: [MERCHANT]) { explain { table reason advice } } }',
    );
    expect(statements).toHaveLength(1);
    expect(data?.paymentMetrics).toMatchObject({ explain: { advice: null } });
  });

  test('events are counted only if the count is asked for', async () => {
    await ask('{ payments(first: 1) { nodes { number } } }');
    expect(statements).toHaveLength(1);
    await ask('{ payments(first: 1) { totalCount } }');
    expect(statements.at(-1)).toMatch(/count\(\)/);
    expect(statements).toHaveLength(2);
  });

  test('lookups by id of one request are one query', async () => {
    const { data } = await ask(
      '{ a: payment(id: "s/1") { amount } b: payment(id: "s/4") { amount } c: payment(id: "x") { amount } }',
    );
    expect(data).toEqual({ a: { amount: '0.25' }, b: { amount: '1250' }, c: null });
    expect(statements).toHaveLength(1);
  });
});

test('an operation that asks much has a few statements under way at once, and others are answered before it is through', async () => {
  const asked = Array.from({ length: 12 }, (_, n) => [
    `m${n}: paymentMetrics(range: {last: "${n + 1}m"}) { rows { count } total { count } }`,
    `f${n}: paymentFunnel(range: {last: "${n + 1}m"}, within: "1h", steps: [{name: "one"}, {name: "two"}]) { steps { name } }`,
  ]);
  let isThrough = false;
  const much = ask(`{ ${asked.flat().join(' ')} }`).finally(() => {
    isThrough = true;
  });
  await until(() => statements.length > 4);
  const { data } = await ask('{ paymentMetrics(range: {last: "1d"}) { total { count } } }');
  expect(data?.paymentMetrics).toEqual({ total: { count: 6 } });
  expect([isThrough, (await much).codes]).toEqual([false, []]);
  // Four of the one and one of the other.
  expect(mostAtOnce).toBeLessThanOrEqual(5);
});

describe('what would be a wrong number is refused with its code', () => {
  const euros = 'where: {currency: {eq: EUR}}';
  const cases: readonly (readonly [string, string, string])[] = [
    ['a filter without a value', 'range: {this: DAY}, where: {country: {eq: null}}) { rows { count }', 'BAD_REQUEST'],
    [
      'half a million rows of nothing, however few are shown',
      'range: {from: "2026-11-04T09:00:00Z", to: "2026-11-05T12:36:00Z"}, every: "1s", by: [CURRENCY, COUNTRY, STATUS, MERCHANT], fill: ZERO, limit: 5) { rows { count }',
      'TOO_MANY_ROWS',
    ],
    ['a filter that is null', 'range: {this: DAY}, where: {or: null}) { rows { count }', 'BAD_REQUEST'],
    [
      'a filter on results without a value',
      'range: {this: DAY}, having: {count: {gt: null}}) { rows { count }',
      'BAD_REQUEST',
    ],
    ['two currencies in a row', 'range: {this: DAY}) { rows { amountSum }', 'MIXED_CURRENCIES'],
    [
      'two currencies in a total beside grouped rows',
      'range: {this: DAY}, by: [CURRENCY]) { rows { amountSum } total { amountSum }',
      'MIXED_CURRENCIES',
    ],
    [
      'two currencies in a filter of either',
      'range: {this: DAY}, where: {or: [{currency: {eq: EUR}}, {currency: {eq: USD}}]}) { total { amountMax }',
      'MIXED_CURRENCIES',
    ],
    [
      'two currencies by order alone',
      'range: {this: DAY}, orderBy: [{by: AMOUNT_SUM}]) { rows { count }',
      'MIXED_CURRENCIES',
    ],
    [
      'two currencies in the row of the others',
      'range: {this: DAY}, by: [CURRENCY], top: {n: 1}) { rows { amountSum }',
      'MIXED_CURRENCIES',
    ],
    [
      'two currencies in the row of the others of the period before',
      'range: {this: DAY}, by: [CURRENCY], top: {n: 1}, compare: {precedingPeriod: true}) { rows { previous { amountSum } }',
      'MIXED_CURRENCIES',
    ],
    [
      'two currencies in a share',
      'range: {this: DAY}, by: [CURRENCY]) { rows { share(of: AMOUNT_SUM) }',
      'MIXED_CURRENCIES',
    ],
    [
      'a currency without a rate',
      'range: {this: DAY}, by: [CURRENCY], convertTo: USD) { rows { amountSum }',
      'RATE_MISSING',
    ],
    ['a dimension that is not grouped by', `range: {this: DAY}, ${euros}) { rows { country }`, 'NOT_GROUPED'],
    [
      'an order by a dimension that is not grouped by',
      'range: {this: DAY}, orderBy: [{by: COUNTRY}]) { rows { count }',
      'NOT_GROUPED',
    ],
    ['top of no groups', 'range: {this: DAY}, top: {n: 3}) { rows { count }', 'BAD_REQUEST'],
    ['a limit above what one answer holds', 'range: {this: DAY}, limit: 10001) { rows { count }', 'BAD_REQUEST'],
    [
      'more windows than one answer holds',
      'range: {last: "4h"}, every: "1s", fill: ZERO) { rows { count }',
      'TOO_MANY_ROWS',
    ],
  ];
  test.each(cases)('%s', async (_name, query, code) => {
    const { data, codes } = await ask(`{ paymentMetrics(${query} } }`);
    expect(codes).toEqual([code]);
    expect(data).toEqual({ paymentMetrics: null });
  });

  test('a panel that is refused takes none of the others with it', async () => {
    const { data, codes } = await ask(`{
      bad: paymentMetrics(range: {this: DAY}) { total { amountSum } }
      good: paymentMetrics(range: {this: DAY}, by: [CURRENCY]) { rows { currency amountSum } }
      onlyEuros: paymentMetrics(range: {this: DAY}) { total { euros } }
      converted: paymentMetrics(range: {this: DAY}, convertTo: EUR, where: {currency: {in: [EUR]}}) { total { amountSum } }
    }`);
    expect(codes).toEqual(['MIXED_CURRENCIES']);
    expect(data).toEqual({
      bad: null,
      good: {
        rows: [
          ['EUR', '16'],
          ['JPY', '1250'],
          ['USD', '100'],
        ].map(([currency, amountSum]) => ({ currency, amountSum })),
      },
      onlyEuros: { total: { euros: '16' } },
      converted: { total: { amountSum: '16' } },
    });
  });

  test('a version that is not there by the deadline, never an old number', async () => {
    const version = encodeVersion({ offsets: new Map([[kind.plural, new Map([[0, 6n]])]]), watermarksMs: new Map() });
    const { data, codes } = await ask(
      'query Q($v: Version) { paymentMetrics(range: {this: DAY}, atLeast: $v) { total { count } } payments(atLeast: $v) { totalCount } payment(id: "s/1", atLeast: $v) { number } }',
      { v: version },
    );
    expect(codes).toEqual(['NOT_YET_VISIBLE', 'NOT_YET_VISIBLE', 'NOT_YET_VISIBLE']);
    expect(data).toEqual({ paymentMetrics: null, payments: null, payment: null });
  });
});

test('what users do over time is asked like everything else, and says on what it stands', async () => {
  const { data, codes } = await ask(`{
    paymentFunnel(range: {this: DAY}, within: "1h", steps: [{where: {country: {eq: DE}}}, {name: "again"}]) {
      steps { name users share shareOfPrevious } asOf { tables watermark }
    }
    paymentRetention(range: {this: DAY}, every: "12h") {
      cohorts { start users returns { after start final users share } }
    }
    paymentPaths(range: {this: DAY}, of: CURRENCY, length: 1, first: 1) { paths { values count users } hasMore }
    paymentRepeats(range: {this: DAY}, upTo: 2) { users repeated share eventsPerUser gapMsP50 counts { events orMore users } }
    tooFew: paymentFunnel(range: {this: DAY}, within: "1h", steps: []) { steps { name } }
  }`);
  expect(codes).toEqual(['BAD_REQUEST']);
  const [morning, noon] = ['2026-11-05T00:00:00.000000Z', '2026-11-05T12:00:00.000000Z'];
  expect(data).toEqual({
    paymentFunnel: {
      steps: [
        { name: '1', users: 4, share: 1, shareOfPrevious: null },
        { name: 'again', users: 0, share: 0, shareOfPrevious: 0 },
      ],
      asOf: { tables: ['raw'], watermark: '2026-11-05T12:00:00.000000Z' },
    },
    paymentRetention: {
      cohorts: [
        { start: morning, users: 3, returns: [{ after: 1, start: noon, final: false, users: 0, share: 0 }] },
        { start: noon, users: 3, returns: [] },
      ],
    },
    paymentPaths: { paths: [{ values: ['EUR'], count: 4, users: 4 }], hasMore: true },
    paymentRepeats: {
      users: 6,
      repeated: 0,
      share: 0,
      eventsPerUser: 1,
      gapMsP50: null,
      counts: [
        { events: 1, orMore: false, users: 6 },
        { events: 2, orMore: true, users: 0 },
      ],
    },
    tooFew: null,
  });
});

test('rate, share, running and change stand beside the numbers they are of', async () => {
  const { data } = await ask(`{
    paymentMetrics(range: {last: "1h"}, every: "1h", by: [CURRENCY], compare: {precedingPeriod: true}, limit: 2) {
      rows { currency perMinute: rate(per: "1m") share running previous { count } change change2: change(of: CAPTURED) }
      hasMore
    }
  }`);
  expect(data?.paymentMetrics).toEqual({
    rows: [
      {
        currency: 'EUR',
        perMinute: 2 / 60,
        share: 2 / 3,
        running: '2',
        previous: { count: 0 },
        change: null,
        change2: null,
      },
      {
        currency: 'USD',
        perMinute: 1 / 60,
        share: 1 / 3,
        running: '1',
        previous: { count: 0 },
        change: null,
        change2: null,
      },
    ],
    hasMore: true,
  });
});

interface Answer extends ExecutionResult<Record<string, unknown>> {
  readonly codes: readonly string[];
  readonly outcomes: readonly string[];
}

async function ask(source: string, variableValues: Record<string, unknown> = {}): Promise<Answer> {
  const loaders = { events: createEventLoaders('default', watched(engine.warehouse)) };
  const contextValue: AskContext = { tenant: 'default', loaders, reads: new OperationReads() };
  const result = await graphql({ schema, source, variableValues, contextValue });
  const codes = (result.errors ?? []).map(({ originalError, message }) =>
    originalError instanceof LakegateError ? originalError.code : message,
  );
  return { ...JSON.parse(JSON.stringify(result)), codes, outcomes: contextValue.reads.outcomes };
}

/** The real warehouse; what it is asked is looked at on the way. */
function watched(warehouse: Warehouse): Warehouse {
  return {
    ...warehouse,
    query: async (sql, options) => {
      statements.push(sql);
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      return warehouse.query<never>(sql, options).finally(() => underWay--);
    },
  };
}

function payment(number: number, currency: string, amount: string, time: string, rest: Partial<Payment> = {}): Payment {
  return {
    source: 's',
    number,
    userId: `u${number}`,
    amount,
    tip: null,
    pieces: null,
    weight: null,
    currency,
    status: 'CAPTURED',
    country: 'DE',
    merchant: null,
    online: null,
    timeUs: Date.parse(`2026-11-05T${time}:00Z`) * 1000,
    late: false,
    ...rest,
  };
}
