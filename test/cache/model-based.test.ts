import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerMetrics } from '../../src/analytics/answer-metrics.ts';
import {
  type MetricsArguments,
  type MetricsQuestion,
  type MetricsSelection,
  readMetricsQuestion,
} from '../../src/analytics/metrics-question.ts';
import { segmentsOf } from '../../src/analytics/segments.ts';
import { windowCount } from '../../src/analytics/time/windows.ts';
import { type CacheDesk, type CacheTarget, createCacheDesk } from '../../src/cache/cache-desk.ts';
import type { CacheStore } from '../../src/cache/cache-store.ts';
import { createKeptAnswers } from '../../src/cache/kept-answers.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createOperationCache } from '../../src/cache/operation-cache.ts';
import { createRedisStore } from '../../src/cache/redis-store.ts';
import { createResultCache, type ResultCache } from '../../src/cache/result-cache.ts';
import { rawTable, rollupTables } from '../../src/model/tables/tables.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { RATES, setRates } from '../../src/warehouse/rates.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { createTables, paymentKind } from '../support/asked-kind.ts';
import { bruteForce } from '../support/brute-force-metrics.ts';
import { type PaymentLoads, paymentLoads, paymentMaker } from '../support/payment-loads.ts';
import { randomFrom } from '../support/random.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

/*
 * The cache against a model that has none: a list of payments and a table of rates, looked at one by one. Random steps ask, write today, write
 * late, write while questions are being read, set rates, throw entries away, have them made anew, and let time pass; every answer, from the
 * cache or not, must be what the model says of the version that the answer states.
 */

const STEPS = Number(process.env.LAKEGATE_TEST_STEPS ?? 500);
/** The steps are the same and only the store is another one, so the short form takes fewer of them there. */
const STEPS_ON_REDIS = process.env.LAKEGATE_TEST_STEPS === undefined ? 200 : STEPS;
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
/** Tables and model begin anew so often: the model looks at every payment for every answer. */
const STEPS_OF_ONE_WORLD = 500;
/** A step takes some milliseconds; a machine that has much else to do may take a hundred times as long. */
const TIMEOUT_MS = 120_000 + STEPS * 1_000;

const kind = paymentKind();
const BEGIN_MS = Date.parse('2026-11-05T12:34:56.789Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 20;

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
});

afterAll(() => engine.stop());

test('in memory, every answer is what its version says, after any steps', { timeout: TIMEOUT_MS }, async () => {
  await walk(() => createMemoryStore(), STEPS);
});

test('with writes of today only, every older segment comes from the cache', { timeout: TIMEOUT_MS }, async () => {
  await writeTodayOnly(createMemoryStore());
});

describeWithRedis('on a real Redis', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis.stop());

  const logger = createLogger('silent');
  // A Redis that is late costs a miss and nothing else; here the hits are counted.
  const store = (prefix: string) => createRedisStore({ url: redis.url, prefix, patienceMs: 10_000, logger });

  test('every answer is what its version says, after any steps', { timeout: TIMEOUT_MS }, async () => {
    await walk((world) => store(`world-${world}:`), STEPS_ON_REDIS);
  });

  test('with writes of today only, every older segment comes from the cache', { timeout: TIMEOUT_MS }, async () => {
    await writeTodayOnly(store('today:'));
  });
});

interface World {
  readonly random: (below: number) => number;
  readonly store: CacheStore;
  readonly cache: ResultCache;
  readonly desk: CacheDesk;
  readonly loads: PaymentLoads;
  readonly rates: Map<string, string>;
  readonly makePayment: ReturnType<typeof paymentMaker>;
  /** Asked again and again, as charts are. */
  readonly questions: readonly Asked[];
  nowMs: number;
  readonly seen: { answers: number; hits: number; segments: number; reused: number; whileWritten: number };
  /** What was done, for whoever has to find out why. */
  readonly path: string[];
}

interface Asked {
  readonly args: MetricsArguments;
  readonly selection: MetricsSelection;
}

async function walk(storeOf: (world: number) => CacheStore, steps: number): Promise<void> {
  const seen = { answers: 0, hits: 0, segments: 0, reused: 0, whileWritten: 0 };
  for (let done = 0, number = 0; done < steps; done += STEPS_OF_ONE_WORLD, number++) {
    const world = await beginWorld(SEED + number, storeOf(number));
    for (let step = 0; step < Math.min(STEPS_OF_ONE_WORLD, steps - done); step++) await takeStep(world);
    await world.store.close();
    for (const figure of Object.keys(seen) as (keyof typeof seen)[]) seen[figure] += world.seen[figure];
  }
  process.stdout.write(`seed ${SEED}, ${steps} steps: ${JSON.stringify(seen)}\n`);
  // A property that is never reached proves nothing.
  expect(seen.answers).toBeGreaterThan(steps / 2);
  expect(seen.hits).toBeGreaterThan(steps / 20);
  expect(seen.reused).toBeGreaterThan(steps / 20);
  expect(seen.whileWritten).toBeGreaterThan(steps / 100);
}

async function beginWorld(seed: number, store: CacheStore): Promise<World> {
  const random = randomFrom(seed);
  for (const table of [rawTable(kind), ...rollupTables(kind).map((rollup) => rollup.table)]) {
    await engine.warehouse.command(`TRUNCATE TABLE ${DATABASE}.${table}`);
  }
  await engine.warehouse.command(`TRUNCATE TABLE ${RATES}`);
  const bounds = { bytesMax: 4 * 1024 * 1024, entriesMax: 2_000, lifeMs: DAY_MS };
  const kept = (space: string) => createKeptAnswers({ store, space, clock: systemClock, ...bounds });
  const cache = createResultCache(kept('r'));
  const world: World = {
    random,
    store,
    cache,
    desk: createCacheDesk({ results: cache, operations: createOperationCache(kept('o')) }),
    loads: paymentLoads(engine.warehouse, kind),
    rates: new Map(),
    makePayment: paymentMaker(seed),
    questions: Array.from({ length: 12 }, () => someQuestion(random)),
    nowMs: BEGIN_MS,
    seen: { answers: 0, hits: 0, segments: 0, reused: 0, whileWritten: 0 },
    path: [`seed ${seed}`],
  };
  const days = Array.from({ length: DAYS + 10 }, (_, day) => dayOf(BEGIN_MS - (day - 5) * DAY_MS));
  await setSomeRates(world, days);
  await write(world, 150, BEGIN_MS - DAYS * DAY_MS);
  return world;
}

type Step = (world: World) => Promise<unknown>;

const STEP_SHARES: readonly (readonly [share: number, name: string, step: Step])[] = [
  [70, 'ask', (world) => ask(world, world.random(world.questions.length))],
  [8, 'write today', (world) => write(world, 1 + world.random(4), world.nowMs - HOUR_MS)],
  [3, 'write late', (world) => write(world, 1 + world.random(2), world.nowMs - DAYS * DAY_MS)],
  [6, 'write while asking', writeWhileAsking],
  [2, 'set rates', (world) => setSomeRates(world, [dayOf(world.nowMs - world.random(DAYS) * DAY_MS)])],
  [3, 'invalidate', (world) => world.desk.invalidate('default', someTarget(world, 4))],
  [3, 'refresh', refresh],
  [5, 'let time pass', letTimePass],
];

async function takeStep(world: World): Promise<void> {
  let left = world.random(100);
  for (const [share, name, step] of STEP_SHARES) {
    left -= share;
    if (left >= 0) continue;
    world.path.push(name);
    try {
      await step(world);
    } catch (cause) {
      throw new Error(`after ${world.path.length} steps: ${world.path.slice(-20).join(', ')}`, { cause });
    }
    return;
  }
}

async function writeWhileAsking(world: World): Promise<void> {
  const asked = Array.from({ length: 3 }, () => ask(world, world.random(world.questions.length)));
  // Some of them are already being read, some find the load going on.
  if (world.random(2) === 0) await new Promise(setImmediate);
  const fromMs = world.random(3) === 0 ? world.nowMs - DAYS * DAY_MS : world.nowMs - HOUR_MS;
  await Promise.all([...asked, write(world, 1 + world.random(20), fromMs)]);
  world.seen.whileWritten += asked.length;
}

async function refresh(world: World): Promise<void> {
  await world.desk.refresh('default', someTarget(world, 30), () => {}, new AbortController().signal);
}

async function letTimePass(world: World): Promise<void> {
  const lengthsMs = [1, MINUTE_MS, 7 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS];
  const lengthMs = lengthsMs[world.random(lengthsMs.length)] ?? 1;
  // The rates end a few days later.
  if (world.nowMs + lengthMs < BEGIN_MS + 4 * DAY_MS) world.nowMs += lengthMs;
}

async function ask(world: World, which: number): Promise<{ readonly segments: number; readonly reused: number }> {
  const { loads, cache, rates, path, seen, nowMs } = world;
  const asked = world.questions[which];
  if (asked === undefined) throw new Error('expected a question');
  const question = read(asked, nowMs);
  const atLeast = visible(loads.progress.version());
  const sources = { warehouse: engine.warehouse, progress: loads.progress, cache };
  const { answer, version, outcome } = await answerMetrics(question, sources);
  const loaded = visible(version);
  const context = () => JSON.stringify({ path: path.slice(-40), steps: path.length, outcome, loaded, nowMs, ...asked });
  expect(loaded, context()).toBeGreaterThanOrEqual(atLeast);
  const expected = bruteForce(question, loads.payments.slice(0, loaded), rates);
  const told = { rows: answer.rows.map(withoutId), total: answer.total, hasMore: answer.hasMore };
  // The quick look first: thousands of rows are compared in every step.
  if (!isDeepStrictEqual(told, plain(expected))) expect(told, context()).toEqual(expected);
  seen.answers++;
  if (outcome === 'hit') seen.hits++;
  const { segments, segmentsReused: reused } = answer.explain;
  if (outcome === 'miss' && segments > 1) {
    seen.segments += segments;
    seen.reused += reused;
  }
  return { segments, reused };
}

/** How many payments: they lie in one partition from 0 on. */
function visible(version: Awaited<ReturnType<typeof answerMetrics>>['version']): number {
  return Number(version.offsets.get(kind.plural)?.get(0) ?? -1n) + 1;
}

function withoutId<Row extends { readonly id: unknown }>({ id: _, ...row }: Row): Omit<Row, 'id'> {
  return row;
}

/** As JSON gives it back. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

async function write({ loads, makePayment, nowMs }: World, count: number, fromMs: number): Promise<void> {
  await loads.load(Array.from({ length: count }, () => makePayment(fromMs, nowMs)));
}

async function setSomeRates({ random, rates }: World, days: readonly string[]): Promise<void> {
  const set = days.map((day) => ({ from: 'USD', to: 'EUR', day, rate: `${random(3)}.${random(1000) + 1}1` }));
  await setRates(engine.warehouse, 'default', set);
  for (const { from, to, day, rate } of set) rates.set(`${from} ${to} ${day}`, rate);
}

/** Mostly of one entry: each that is made anew is a question to the engine. */
function someTarget({ random, desk }: World, manyOneIn: number): CacheTarget {
  const entries = desk.entries('default', null);
  const entry = entries[random(Math.max(1, entries.length))];
  const targets: readonly CacheTarget[] = [{ by: 'everything' }, { by: 'topic', topic: kind.plural }];
  const isMany = random(manyOneIn) === 0 || entry === undefined;
  return isMany ? (targets[random(2)] ?? { by: 'everything' }) : { by: 'key', key: entry.name };
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** Older segments are those that the hours of the writes do not touch; the windows of these questions are a day at the most. */
async function writeTodayOnly(store: CacheStore): Promise<void> {
  const world = { ...(await beginWorld(SEED, store)), questions: SEGMENTED };
  for (const which of SEGMENTED.keys()) await ask(world, which);
  const older = { segments: 0, reused: 0 };
  for (let step = 0; step < STEPS / 20; step++) {
    await write(world, 1 + world.random(4), world.nowMs - 10 * MINUTE_MS);
    const which = world.random(SEGMENTED.length);
    const { reused } = await ask(world, which);
    const todayUs = (world.nowMs - (world.nowMs % HOUR_MS)) * 1000;
    const segments = segmentsOf(read(SEGMENTED[which] ?? fail(), world.nowMs).range);
    older.segments += segments.filter(({ toUs }) => toUs <= todayUs).length;
    older.reused += reused;
  }
  await store.close();
  expect(older.segments).toBeGreaterThan(STEPS / 20);
  expect(older.reused).toBe(older.segments);
}

function fail(): never {
  throw new Error('expected a question');
}

function read({ args, selection }: Asked, nowMs: number): MetricsQuestion {
  return readMetricsQuestion(kind, args, selection, { tenant: 'default', nowMs });
}

const MEASURES = kind.measures.filter(({ name }) =>
  ['count', 'userIdDistinct', 'piecesSum', 'captured', 'euros', 'tipAvg'].includes(name),
);
const MONEY = kind.measures.filter(({ name }) => ['amountSum', 'revenue'].includes(name));

function selectionOf(measures: typeof kind.measures, withTotal: boolean): MetricsSelection {
  const rows = { measures, shares: [], running: [], late: true };
  return { rows, total: withTotal ? measures : null, previous: null, rates: false };
}

const SEGMENTED: readonly Asked[] = [
  { range: { last: '7d' }, every: '1h', by: ['STATUS'] } as const,
  { range: { last: '14d' }, every: '1d', by: ['COUNTRY'], timeZone: 'Europe/Berlin' } as const,
  { range: { last: '10d' }, every: '1d', timeZone: 'Asia/Kolkata' } as const,
  { range: { last: '6h' }, every: '1m' } as const,
].map((args) => ({ args, selection: selectionOf(MEASURES, false) }));

/** One that is allowed; most combinations are. */
function someQuestion(random: (below: number) => number): Asked {
  const one = <Value>(values: readonly Value[]) => values[random(values.length)] as Value;
  for (;;) {
    const isMoney = random(4) === 0;
    const args: MetricsArguments = {
      range: one<MetricsArguments['range']>([
        { last: '6h' },
        { last: '2d' },
        { last: '7d' },
        { last: '2w' },
        { this: 'DAY' },
        { this: 'WEEK' },
        { previous: 'WEEK' },
        { from: '2026-10-24T00:00:00+02:00', to: '2026-11-06T05:00:00Z' },
      ]),
      every: one([null, '5m', '1h', '1h', '6h', '1d', '1d', '1w']),
      by: one([[], ['STATUS'], ['COUNTRY'], ['USER_ID'], ['CURRENCY', 'STATUS'], ['MERCHANT']]),
      where: one([{}, {}, { country: { eq: 'DE' } }, { status: { in: ['CAPTURED', 'REFUNDED'] } }]),
      timeZone: one(['UTC', 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']),
      fill: one(['NONE', 'NONE', 'ZERO'] as const),
      orderBy: one([null, null, [{ by: 'START', direction: 'ASC' }] as const]),
      limit: one([null, null, null, 5]),
      convertTo: isMoney ? 'EUR' : null,
    };
    const asked = { args, selection: selectionOf(isMoney ? MONEY : MEASURES, random(2) === 0) };
    if (isAllowed(asked)) return asked;
  }
}

/** Six hours of five minutes, two weeks of six hours: more rows only take longer to compare. */
const WINDOWS_MAX = 80;

function isAllowed(asked: Asked): boolean {
  try {
    return windowCount(read(asked, BEGIN_MS).range.windows) <= WINDOWS_MAX;
  } catch (error) {
    if (error instanceof LakegateError) return false;
    throw error;
  }
}
