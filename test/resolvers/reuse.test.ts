import { makeExecutableSchema } from '@graphql-tools/schema';
import { type ExecutionResult, type GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RecentAnswers } from '../../src/analytics/recent-answers.ts';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { readApiSdl } from '../../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';
import { encodeVersion } from '../../src/model/version.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { createEventLoaders } from '../../src/resolvers/event-loaders.ts';
import { questionResolvers } from '../../src/resolvers/question-resolvers.ts';
import { setRates } from '../../src/warehouse/rates.ts';
import type { QueryOptions, Warehouse } from '../../src/warehouse/warehouse.ts';
import { createTables, paymentKind, paymentModel } from '../support/asked-kind.ts';
import { type PaymentLoads, paymentLoads, paymentMaker } from '../support/payment-loads.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { until } from '../support/until.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const START_MS = Date.parse('2026-11-05T12:34:56.789Z');
const HOUR_MS = 3_600_000;

let engine: TestWarehouse;
let loads: PaymentLoads;
let schema: GraphQLSchema;
let cache = resultCacheInMemory();
let nowMs = START_MS;
let statements: string[] = [];
/** While set, every question is this one for the engine. */
let instead: string | null = null;
/** While set, no question is asked before it. */
let held: Promise<void> | null = null;
const makePayment = paymentMaker(7);

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  loads = paymentLoads(engine.warehouse, kind);
  const payments = Array.from({ length: 300 }, () => makePayment(START_MS - 30 * HOUR_MS, START_MS));
  await loads.load(payments.map((payment) => ({ ...payment, currency: 'EUR' })));
  await loads.load([{ ...makePayment(START_MS - 2 * HOUR_MS, START_MS - HOUR_MS), currency: 'JPY' }]);
  const days = ['2026-11-04', '2026-11-05'];
  await setRates(
    engine.warehouse,
    'default',
    days.map((day) => ({ from: 'EUR', to: 'USD', day, rate: '2' })),
  );
  const model = paymentModel();
  const sources = {
    warehouse: watched(engine.warehouse),
    progress: loads.progress,
    get cache() {
      return cache;
    },
    recent: new RecentAnswers(),
    clock: { nowMs: () => nowMs },
    waitDeadlineMs: 50,
  };
  schema = makeExecutableSchema({
    typeDefs: servedTypeDefs(model, readApiSdl()),
    resolvers: { Query: { ...questionResolvers(model, sources) } },
  });
}, 180_000);

afterAll(() => engine.stop());

beforeEach(() => {
  cache = resultCacheInMemory();
  statements = [];
});

const EUROS = 'where: {currency: {eq: EUR}}';

describe('fields of one operation that differ in what they select', () => {
  const FIELDS = {
    counted: `paymentMetrics(range: {last: "5h"}, every: "1h", by: [STATUS], ${EUROS}) { rows { start status count } }`,
    summed: `paymentMetrics(range: {last: "5h"}, every: "1h", by: [STATUS], ${EUROS}) { rows { status amountSum amountP50 share(of: COUNT) } hasMore }`,
    totals: `paymentMetrics(range: {last: "5h"}, every: "1h", by: [STATUS], ${EUROS}) { total { userIdDistinct amountMax } }`,
  };
  const together = Object.entries(FIELDS).map(([alias, field]) => `${alias}: ${field}`);

  test('cost one statement for their rows and one for their totals, and get what each would get alone', async () => {
    const { data, errors } = await ask(`{ ${together.join('\n')} }`);
    expect(errors).toBeUndefined();
    expect(statements).toHaveLength(2);
    for (const [alias, field] of Object.entries(FIELDS)) {
      cache = resultCacheInMemory();
      const alone = await ask(`{ ${alias}: ${field} }`);
      expect(data?.[alias]).toEqual(alone.data?.[alias]);
    }
  });

  test('are read together slice by slice too, and only what is missing', async () => {
    const wide = `{ ${together.join('\n').replaceAll('5h', '28h')} }`;
    await ask(wide);
    expect(statements).toHaveLength(2);
    statements = [];
    await loads.load([makePayment(nowMs - HOUR_MS, nowMs)]);
    const { data, errors } = await ask(wide);
    expect(errors).toBeUndefined();
    expect(statements).toHaveLength(2);
    cache = resultCacheInMemory();
    expect((await ask(wide)).data).toEqual(data);
  });

  test('cost two where they differ in anything else', async () => {
    const other = FIELDS.counted.replace('5h', '6h');
    await ask(`{ a: ${FIELDS.counted} b: ${FIELDS.summed} c: ${other} }`);
    expect(statements).toHaveLength(2);
  });

  test('do not fail with one of them', async () => {
    const mixed = FIELDS.summed.replace(`, ${EUROS}`, '');
    // There is no rate from JPY.
    const noRate = 'paymentMetrics(range: {last: "29h"}, convertTo: USD) { total { amountSum } }';
    const eurosAlone = 'paymentMetrics(range: {last: "29h"}, convertTo: USD) { total { euros } }';
    const { data, errors } = await ask(`{ a: ${FIELDS.counted} b: ${mixed} c: ${noRate} d: ${eurosAlone} }`);
    expect(data?.d).toMatchObject({ total: { euros: expect.stringMatching(/^[1-9]/) } });
    expect(data?.a).not.toBeNull();
    const codes = errors?.map(({ originalError, path }) => [path?.[0], codeOf(originalError)]);
    expect(codes).toEqual(
      expect.arrayContaining([
        ['b', 'MIXED_CURRENCIES'],
        ['c', 'RATE_MISSING'],
      ]),
    );
  });
});

describe('maxAge', () => {
  const count = (args: string) =>
    `{ paymentMetrics(range: {last: "3h"}, ${args}) { total { count } asOf { version } explain { reason } } }`;
  const asked = async (args: string) => (await ask(count(args))).data?.paymentMetrics as Counted;

  test('takes the answer that was given lately, as of its own version, though data came and the range moved on', async () => {
    const first = await asked('');
    await loads.load([makePayment(nowMs - HOUR_MS, nowMs)]);
    nowMs += 20_000;
    statements = [];
    expect(await asked('maxAge: "30s"')).toEqual(first);
    expect(statements).toEqual([]);
    const fresh = await asked('');
    expect(fresh.total.count).toBe(first.total.count + 1);
    expect(fresh.asOf.version).not.toBe(first.asOf.version);
  });

  test('takes none that is older, and none of another question', async () => {
    const first = await asked('');
    await loads.load([makePayment(nowMs - HOUR_MS, nowMs)]);
    nowMs += 31_000;
    expect((await asked('maxAge: "30s"')).total.count).toBe(first.total.count + 1);
    statements = [];
    await asked('maxAge: "30s", where: {online: {isNull: true}}');
    expect(statements).not.toEqual([]);
  });

  test('takes none that does not cover what the caller has seen', async () => {
    const first = await asked('');
    await loads.load([makePayment(nowMs - HOUR_MS, nowMs)]);
    const seen = encodeVersion(loads.progress.version([kind.plural]));
    const both = await asked(`maxAge: "1h", atLeast: "${seen}"`);
    expect(both.total.count).toBe(first.total.count + 1);
    expect(await asked(`maxAge: "1h", atLeast: "${first.asOf.version}"`)).toEqual(both);
  });

  test.each([
    ['2d', 'maxAge: expected at most 1d, got 2d'],
    ['1mo', 'maxAge: expected a length up to weeks, got 1mo'],
  ])('of %s is refused with what was expected', async (age, message) => {
    const { errors } = await ask(count(`maxAge: "${age}"`));
    expect(errors?.map((error) => [codeOf(error.originalError), error.message])).toEqual([['BAD_REQUEST', message]]);
  });
});

describe('who goes away', () => {
  const QUESTION = `{ paymentMetrics(range: {last: "7h"}, ${EUROS}) { total { count } } }`;
  const SLOW = 'SELECT sleepEachRow(0.1) AS slept FROM numbers(3000) SETTINGS max_block_size = 1';

  test('ends the statement that only he waited for', async () => {
    const gone = new AbortController();
    instead = SLOW;
    const asking = ask(QUESTION, gone.signal);
    await until(async () => (await running()) === 1, 30_000);
    gone.abort();
    expect((await asking).errors).toHaveLength(1);
    await until(async () => (await running()) === 0, 30_000);
    instead = null;
    expect((await ask(QUESTION)).errors).toBeUndefined();
  });

  test('takes nothing from who asked the same and is still there', async () => {
    const leaving = new AbortController();
    let goOn = () => {};
    held = new Promise((resolve) => {
      goOn = resolve;
    });
    const asking = [ask(QUESTION, leaving.signal), ask(QUESTION, new AbortController().signal)];
    await until(() => statements.length === 1, 30_000);
    leaving.abort();
    expect((await asking[0])?.errors).toHaveLength(1);
    goOn();
    expect((await asking[1])?.errors).toBeUndefined();
    held = null;
    expect(statements).toHaveLength(1);
  });
});

interface Counted {
  readonly total: { readonly count: number };
  readonly asOf: { readonly version: string };
}

async function ask(source: string, signal?: AbortSignal): Promise<ExecutionResult<Record<string, unknown>>> {
  const contextValue = {
    tenant: 'default',
    loaders: { events: createEventLoaders('default', engine.warehouse) },
    reads: new OperationReads(),
    signal,
  };
  return (await graphql({ schema, source, contextValue })) as ExecutionResult<Record<string, unknown>>;
}

function codeOf(error: unknown): string | null {
  return error instanceof LakegateError ? error.code : null;
}

async function running(): Promise<number> {
  const { rows } = await engine.warehouse.query<{ readonly count: string }>(
    "SELECT count() AS count FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%system.processes%'",
  );
  return Number(rows[0]?.count);
}

function watched(warehouse: Warehouse): Warehouse {
  return {
    ...warehouse,
    state: () => warehouse.state(),
    onState: (listener) => warehouse.onState(listener),
    close: () => warehouse.close(),
    command: (sql, options) => warehouse.command(sql, options),
    insert: (table, bytes, options) => warehouse.insert(table, bytes, options),
    query: async <Row>(sql: string, options?: QueryOptions) => {
      statements.push(sql);
      await held;
      const { signal } = options ?? {};
      return instead === null
        ? warehouse.query<Row>(sql, options)
        : warehouse.query<Row>(instead, signal === undefined ? {} : { signal });
    },
  };
}
