import { afterAll, beforeAll, expect, test } from 'vitest';
import { previousRange } from '../../src/analytics/metrics/scan-metrics.ts';
import { segmentsOf } from '../../src/analytics/metrics/segments.ts';
import type { CacheTarget } from '../../src/cache/cache-desk.ts';
import type { CacheStore } from '../../src/cache/cache-store.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { createRedisStore } from '../../src/cache/redis-store.ts';
import { rawTable, rollupTables } from '../../src/model/tables/tables.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { RATES } from '../../src/warehouse/rates.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import { createTables } from '../support/asked-kind.ts';
import { countIn, MOMENTS, ModelledCache, type Operation } from '../support/modelled-cache/modelled-cache.ts';
import { smallPayments } from '../support/modelled-cache/small-payments.ts';
import {
  type Asked,
  type Questions,
  readAsked,
  segmentedQuestions,
  someQuestions,
} from '../support/modelled-cache/some-questions.ts';
import { randomFrom } from '../support/random.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

/*
 * The cache against a model that has none. Random steps ask, compare with a period before, convert, write today, write late, write and set rates in
 * the middle of a read, throw entries away, have them made anew, and let time pass; every answer, from the cache or not, must be what the model says of the version that the
 * answer states.
 *
 * LAKEGATE_TEST_STEPS=100000 is the long form; with TMPDIR in memory no step waits for a disk. A failure names the seed of its world:
 * as LAKEGATE_TEST_SEED, with as many steps as before, it makes that world the first one.
 */

const STEPS = Number(process.env.LAKEGATE_TEST_STEPS ?? 350);
/** The steps are the same and only the store is another one, so the short form takes fewer of them there. */
const STEPS_ON_REDIS = process.env.LAKEGATE_TEST_STEPS === undefined ? 175 : STEPS;
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
/** Model and questions begin anew so often: the model looks at every payment for every answer. Two worlds at least. */
const STEPS_OF_ONE_WORLD = Math.min(500, STEPS / 2);
/** Each is a tenant of its own in the same tables: while one waits for the engine, another is compared. */
const WORLDS_AT_ONCE = 3;
/** From here on each case must have been met. */
const STEPS_OF_A_LONG_RUN = 5_000;
/** A step takes some milliseconds; a machine that has much else to do may take a hundred times as long. */
const TIMEOUT_MS = 120_000 + STEPS * 1_000;

const kind = smallPayments();
const BEGIN_MS = Date.parse('2026-11-05T12:34:56.789Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 16;
/** A month before the two weeks before, and some more: nothing that is compared with lies further back. */
const DAYS_OF_RATES = 60;

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
});

afterAll(() => engine.stop());

test('in memory, every answer is what its version says, after any steps', { timeout: TIMEOUT_MS }, async () => {
  await walk('memory', () => createMemoryStore(), STEPS);
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
    await walk('Redis', (world) => store(`world-${world}:`), STEPS_ON_REDIS);
  });

  test('with writes of today only, every older segment comes from the cache', { timeout: TIMEOUT_MS }, async () => {
    await writeTodayOnly(store('today:'));
  });
});

/** How often each case was met. */
type Figures = Map<string, number>;

async function walk(where: string, storeOf: (world: number) => CacheStore, steps: number): Promise<void> {
  const figures: Figures = new Map(CASES.map((name) => [name, 0]));
  const worlds = Math.ceil(steps / STEPS_OF_ONE_WORLD);
  for (let first = 0; first < worlds; first += WORLDS_AT_ONCE) {
    await emptyTables();
    const numbers = Array.from({ length: Math.min(WORLDS_AT_ONCE, worlds - first) }, (_, index) => first + index);
    const walks = numbers.map((number) => {
      const stepsLeft = Math.min(STEPS_OF_ONE_WORLD, steps - number * STEPS_OF_ONE_WORLD);
      return walkWorld({ seed: SEED + number, steps: stepsLeft, store: storeOf(number), figures });
    });
    // The others must have ended before their engine does.
    for (const walked of await Promise.allSettled(walks)) if (walked.status === 'rejected') throw walked.reason;
    const done = Math.min(steps, (first + numbers.length) * STEPS_OF_ONE_WORLD);
    if (Math.floor(done / REPORT_STEPS) > Math.floor((first * STEPS_OF_ONE_WORLD) / REPORT_STEPS) || done === steps) {
      const met = [...figures].map(([name, count]) => `${name} ${count}`).join(', ');
      process.stdout.write(`${where}, seed ${SEED}, ${done} of ${steps} steps: ${met}\n`);
    }
  }
  checkFigures(figures, steps);
}

const REPORT_STEPS = 5_000;

/** A property that is never reached proves nothing. */
function checkFigures(figures: Figures, steps: number): void {
  const count = (name: string) => figures.get(name) ?? 0;
  expect(count('checked')).toBeGreaterThan(steps / 2);
  expect(count('hits')).toBeGreaterThan(steps / 5);
  expect(count('misses')).toBeGreaterThan(steps / 20);
  expect(count('hits of compared')).toBeGreaterThan(steps / 100);
  expect(count('misses of compared')).toBeGreaterThan(steps / 100);
  expect(count('misses of converted')).toBeGreaterThan(steps / 200);
  expect(count('slices reused')).toBeGreaterThan(steps / 50);
  expect(count('whole hits')).toBeGreaterThan(steps / 100);
  expect(count('torn reads not kept') + count('rates set under a read')).toBeGreaterThan(steps / 500);
  if (steps < STEPS_OF_A_LONG_RUN) return;
  const never = CASES.filter((name) => count(name) === 0);
  expect(never, 'never met').toEqual([]);
}

async function emptyTables(): Promise<void> {
  const tables = [rawTable(kind), ...rollupTables(kind).map(({ table }) => table)].map((name) => `${DATABASE}.${name}`);
  for (const table of [...tables, RATES]) await engine.warehouse.command(`TRUNCATE TABLE ${table}`);
}

interface World {
  readonly random: (below: number) => number;
  readonly cache: ModelledCache;
  /** Asked again and again, as charts are. */
  readonly questions: Questions;
  readonly operations: readonly Operation[];
  readonly figures: Figures;
}

interface Walk {
  readonly seed: number;
  readonly steps: number;
  readonly store: CacheStore;
  readonly figures: Figures;
}

async function walkWorld({ seed, steps, store, figures }: Walk): Promise<void> {
  const path: string[] = [];
  try {
    // In one world of three there is too little room for all that is asked.
    const world = await beginWorld({ seed, store, figures, entriesMax: seed % 3 === 1 ? 30 : ENTRIES_MAX });
    for (let step = 0; step < steps; step++) await takeStep(world, path);
    for (const [figure, count] of Object.entries(world.cache.seen)) met(figures, figure, count);
    met(figures, 'evictions', world.cache.evictions);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const way = `seed ${seed}, ${path.length} steps, the last of them: ${path.slice(-40).join(', ')}`;
    throw new Error(`${way}\n${message}`, { cause });
  } finally {
    await store.close();
  }
}

interface Begin extends Pick<World, 'figures'> {
  readonly seed: number;
  readonly store: CacheStore;
  readonly entriesMax: number;
}

const ENTRIES_MAX = 2_000;

async function beginWorld({ seed, store, figures, entriesMax }: Begin): Promise<World> {
  const random = randomFrom(seed);
  const cache = new ModelledCache({
    warehouse: engine.warehouse,
    kind,
    tenant: `tenant-${seed}`,
    store,
    entriesMax,
    seed,
    nowMs: BEGIN_MS,
  });
  const questions = someQuestions(kind, random, { nowMs: BEGIN_MS });
  const operations = [[0, 1], [2], [1, 5], [3, 4]].map((numbers, index) => ({
    name: `operation ${index}`,
    questions: numbers.flatMap((number) => questions.all[number] ?? []),
    tellsVersion: index % 2 === 0,
  }));
  const days = Array.from({ length: DAYS_OF_RATES }, (_, day) => dayOf(BEGIN_MS - (day - 5) * DAY_MS));
  await cache.setRates(days, random);
  await cache.write(100, BEGIN_MS - DAYS * DAY_MS);
  return { random, cache, questions, operations, figures };
}

type Step = (world: World) => Promise<unknown>;

/** To so many steps that make answers old come so many that ask. A hit is what is proven; a short run must meet all the others as well. */
const CHANGES = 76;
const ASKS = STEPS < STEPS_OF_A_LONG_RUN ? 430 : 930;

const STEP_SHARES: readonly (readonly [share: number, name: string, step: Step])[] = [
  [0.86 * ASKS, 'ask', (world) => world.cache.ask(often(world, world.questions.all))],
  [0.14 * ASKS, 'ask whole', (world) => world.cache.askWhole(often(world, world.operations))],
  [16, 'write today', ({ cache, random }) => cache.write(1 + random(4), cache.nowMs - HOUR_MS)],
  [10, 'write late', ({ cache, random }) => cache.write(1 + random(2), cache.nowMs - DAYS * DAY_MS)],
  [6, 'write where it is compared with', writeIntoPeriodBefore],
  [7, 'write while asking', writeWhileAsking],
  [12, 'write in mid-query', writeInMidQuery],
  [4, 'set rates', setRatesBetween],
  [4, 'set rates in mid-query', setRatesInMidQuery],
  [5, 'invalidate', ({ cache, random }) => cache.desk.invalidate(cache.tenant, someTarget(cache, random, 4))],
  [4, 'refresh', refresh],
  [8, 'let time pass', letTimePass],
];

const CASES: readonly string[] = [
  ...['checked', 'hits', 'misses', 'slices', 'slices reused', 'whole hits', 'whole misses', 'evictions'],
  ...['hits of compared', 'misses of compared', 'hits of converted', 'misses of converted'],
  ...['torn reads not kept', 'mid-query writes elsewhere', 'rates set under a read'],
  ...['writes under an operation', 'writes under a refresh'],
  ...STEP_SHARES.map(([, name]) => name),
];

function met(figures: Figures, name: string, count = 1): void {
  figures.set(name, (figures.get(name) ?? 0) + count);
}

async function takeStep(world: World, path: string[]): Promise<void> {
  let left = world.random(ASKS + CHANGES);
  for (const [share, name, step] of STEP_SHARES) {
    left -= share;
    if (left >= 0) continue;
    path.push(name);
    met(world.figures, name);
    await step(world);
    return;
  }
}

/** The first ones more often than the last ones, as charts on a start page are. */
function often<Value>({ random }: World, values: readonly Value[]): Value {
  const dice = () => random(values.length);
  return values[Math.min(dice(), dice(), dice())] ?? fail();
}

function anyOf<Value>({ random }: World, values: readonly Value[]): Value {
  return values[random(values.length)] ?? fail();
}

async function writeWhileAsking(world: World): Promise<void> {
  const { cache, random, questions } = world;
  const asked = Array.from({ length: 3 }, () => cache.ask(anyOf(world, questions.all)));
  // Some of them are already being read, some find the load going on.
  if (random(2) === 0) await new Promise(setImmediate);
  await Promise.all([...asked, cache.write(1 + random(20), someTimeAgo(world))]);
}

/** What was read is neither of the past nor of the present then, if it is about that time. */
async function writeInMidQuery(world: World): Promise<void> {
  const { cache, random, questions, operations, figures } = world;
  const [count, fromMs] = [1 + random(5), someTimeAgo(world)];
  const write = { when: anyOf(world, MOMENTS), happens: () => cache.write(count, fromMs) };
  // Of what was written a moment ago something must be read.
  await cache.write(1, fromMs);
  switch (random(4)) {
    case 0: {
      const operation = anyOf(world, operations);
      if (await cache.meanwhile(() => cache.askWhole(operation), write)) met(figures, 'writes under an operation');
      await cache.askWhole(operation);
      return;
    }
    case 1:
      if (await cache.meanwhile(() => refresh(world), write)) met(figures, 'writes under a refresh');
      return;
    default: {
      const asked = anyOf(world, questions.all);
      const before = cache.loads.payments.length;
      let seesIt = false;
      const ask = async () => {
        seesIt = countIn(kind, (await cache.ask(asked)).version) > before;
      };
      const isMidQuery = await cache.meanwhile(ask, write);
      if (isMidQuery) met(figures, seesIt ? 'torn reads not kept' : 'mid-query writes elsewhere');
      await cache.ask(asked);
    }
  }
}

/** Of today, which most questions are about, and of another day. */
async function setSomeRates({ cache, random }: World): Promise<void> {
  const days = [cache.nowMs, cache.nowMs - (1 + random(DAYS)) * DAY_MS].map(dayOf);
  await cache.setRates(days, random);
}

/** By itself, or in an operation that it is part of. */
function alone({ cache, operations, random }: World, asked: Asked): () => Promise<unknown> {
  const operation = operations.find(({ questions }) => questions.includes(asked));
  return operation === undefined || random(2) === 0 ? () => cache.ask(asked) : () => cache.askWhole(operation);
}

/** What is asked about stays as it is, and only what it is compared with changes. */
async function writeIntoPeriodBefore(world: World): Promise<void> {
  const { cache, random, questions } = world;
  const compared = anyOf(world, questions.compared);
  const before = previousRange(readAsked(kind, compared, cache)) ?? fail();
  const ask = alone(world, compared);
  await ask();
  const toMs = Math.min(Math.floor(before.toUs / 1000), cache.nowMs);
  await cache.write(1 + random(3), Math.ceil(before.fromUs / 1000), toMs);
  await ask();
}

async function setRatesBetween(world: World): Promise<void> {
  const ask = alone(world, anyOf(world, world.questions.converted));
  await ask();
  await setSomeRates(world);
  await ask();
}

async function setRatesInMidQuery(world: World): Promise<void> {
  const { cache, questions, figures } = world;
  const money = anyOf(world, questions.converted);
  await cache.write(1, cache.nowMs - HOUR_MS);
  const set = { when: anyOf(world, MOMENTS), happens: () => setSomeRates(world) };
  if (await cache.meanwhile(() => cache.ask(money), set)) met(figures, 'rates set under a read');
  await cache.ask(money);
}

async function refresh({ cache, random }: World): Promise<void> {
  await cache.refresh(someTarget(cache, random, 30));
}

async function letTimePass({ cache, random }: World): Promise<void> {
  const lengthsMs = [1, MINUTE_MS, 7 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS];
  const lengthMs = lengthsMs[random(lengthsMs.length)] ?? 1;
  // The rates end a few days later.
  if (cache.nowMs + lengthMs < BEGIN_MS + 4 * DAY_MS) cache.nowMs += lengthMs;
}

function someTimeAgo({ cache, random }: World): number {
  return random(3) === 0 ? cache.nowMs - DAYS * DAY_MS : cache.nowMs - HOUR_MS;
}

/** Mostly of one entry: each that is made anew is a question to the engine. */
function someTarget({ desk, tenant }: ModelledCache, random: World['random'], manyOneIn: number): CacheTarget {
  const entries = desk.entries(tenant, null);
  const entry = entries[random(Math.max(1, entries.length))];
  const targets: readonly CacheTarget[] = [{ by: 'everything' }, { by: 'topic', topic: kind.plural }];
  const isMany = random(manyOneIn) === 0 || entry === undefined;
  return isMany ? (targets[random(2)] ?? { by: 'everything' }) : { by: 'key', key: entry.name };
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** What is older was decided by then: further writes of the same hour only repeat it. */
const WRITES_OF_TODAY_MAX = 500;

/** Older segments are those that the hours of the writes do not touch; the windows of these questions are a day at the most. */
async function writeTodayOnly(store: CacheStore): Promise<void> {
  await emptyTables();
  const { cache, random } = await beginWorld({ seed: SEED, store, figures: new Map(), entriesMax: ENTRIES_MAX });
  const questions = segmentedQuestions(kind);
  for (const asked of questions) await cache.ask(asked);
  const older = { segments: 0, reused: 0 };
  const writes = Math.min(STEPS / 20, WRITES_OF_TODAY_MAX);
  for (let written = 0; written < writes; written++) {
    await cache.write(1 + random(4), cache.nowMs - 10 * MINUTE_MS);
    const asked = questions[random(questions.length)] ?? fail();
    const { answer } = await cache.ask(asked);
    const todayUs = (cache.nowMs - (cache.nowMs % HOUR_MS)) * 1000;
    const segments = segmentsOf(readAsked(kind, asked, cache).range);
    older.segments += segments.filter(({ toUs }) => toUs <= todayUs).length;
    older.reused += answer.explain.segmentsReused;
  }
  await store.close();
  expect(older.segments).toBeGreaterThan(writes);
  expect(older.reused).toBe(older.segments);
}

function fail(): never {
  throw new Error('expected one of them');
}
