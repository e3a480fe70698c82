import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnsweredMetrics, answerMetrics, computeMetrics } from '../../src/analytics/metrics/answer-metrics.ts';
import {
  type MetricsArguments,
  type MetricsQuestion,
  type MetricsSelection,
  readMetricsQuestion,
} from '../../src/analytics/metrics/metrics-question.ts';
import { planMetrics } from '../../src/analytics/metrics/plan-metrics.ts';
import { isSegmented, segmentsOf } from '../../src/analytics/metrics/segments.ts';
import { windowAt, windowCount } from '../../src/analytics/time/windows.ts';
import type { ResultCache } from '../../src/cache/result-cache.ts';
import type { WhereTree } from '../../src/model/event-model.ts';
import { createTables, paymentKind } from '../support/asked-kind.ts';
import { type PaymentLoads, paymentLoads, paymentMaker } from '../support/payment-loads.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 40;
/** A long run: LAKEGATE_TEST_QUESTIONS=2000. */
const QUESTIONS = Number(process.env.LAKEGATE_TEST_QUESTIONS ?? 8);
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);

let engine: TestWarehouse;
let loads: PaymentLoads;
const makePayment = paymentMaker(SEED);

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  loads = paymentLoads(engine.warehouse, kind);
  await load(2500, NOW_MS - DAYS * DAY_MS, NOW_MS);
}, 180_000);

afterAll(() => engine.stop());

test('the windows of the segments are the windows of the range, in their order', () => {
  let several = 0;
  for (const asked of fc.sample(questions(), { numRuns: 1000, seed: SEED })) {
    const { range } = read(asked, NOW_MS);
    if (range.windows.kind === 'one') continue;
    const segments = segmentsOf(range);
    const windowsOf = (of: typeof range) => Array.from({ length: windowCount(of.windows) }, (_, n) => windowAt(of, n));
    expect(segments.flatMap(windowsOf)).toEqual(windowsOf(range));
    expect(segments.length).toBeLessThan(140);
    if (segments.length > 2) several++;
  }
  expect(several).toBeGreaterThan(200);
});

test(
  'random questions have the same rows with what is kept of older ones as without, whatever was loaded between them',
  async () => {
    const cache = resultCacheInMemory();
    const reached = { segmented: 0, reused: 0, rows: 0 };
    for (const [index, asked] of fc.sample(questions(), { numRuns: QUESTIONS, seed: SEED }).entries()) {
      for (const laterMs of [0, 3 * HOUR_MS + 1, DAY_MS]) {
        const question = read(asked, NOW_MS + laterMs);
        const { answer } = await answer_(question, cache);
        const alone = await computeMetrics(question, engine.warehouse, planMetrics);
        const context = JSON.stringify({ seed: SEED, laterMs, args: asked.args });
        expect(answer.rows, context).toEqual(alone.rows);
        expect(answer.total, context).toEqual(alone.total);
        expect(answer.hasMore, context).toBe(alone.hasMore);
        if (isSegmented(question)) reached.segmented++;
        reached.reused += answer.explain.segmentsReused;
        reached.rows += answer.rows.length;
        if (laterMs > 0) await load(3, NOW_MS - DAYS * DAY_MS, NOW_MS);
        else if (index % 2 === 0) await load(5, NOW_MS - HOUR_MS, NOW_MS);
      }
    }
    expect(reached.segmented).toBeGreaterThan(QUESTIONS);
    expect(reached.reused).toBeGreaterThan(QUESTIONS);
    expect(reached.rows).toBeGreaterThan(QUESTIONS * 10);
  },
  60_000 + QUESTIONS * 15_000,
);

describe('what is written', () => {
  const CHART: MetricsArguments = { range: { last: '7d' }, every: '1h', by: ['STATUS'] };

  test('today leaves every older segment as it is, also when the range moves on', async () => {
    const cache = resultCacheInMemory();
    const first = await answer_(chart(CHART, NOW_MS), cache);
    expect(first.answer.explain).toMatchObject({ segments: 8, segmentsReused: 0 });
    for (let hour = 0; hour < 6; hour++) {
      await load(10, NOW_MS - 10 * 60_000, NOW_MS);
      const { answer } = await answer_(chart(CHART, NOW_MS + hour * 60_000), cache);
      expect(answer.explain).toMatchObject({ segments: 8, segmentsReused: 7 });
    }
    await load(10, NOW_MS - 10 * 60_000, NOW_MS);
    // A day later the first is one shorter by its beginning, and today's is yesterday's.
    const { answer } = await answer_(chart(CHART, NOW_MS + DAY_MS), cache);
    expect(answer.explain).toMatchObject({ segments: 8, segmentsReused: 5 });
  });

  test('is kept in slices that the answer tells, so that they are made anew with it', async () => {
    const cache = resultCacheInMemory();
    const { tenant } = chart(CHART, NOW_MS);
    await answer_(chart(CHART, NOW_MS), cache);
    const slices = cache.answers.entries(tenant).flatMap(({ from }) => from);
    expect(slices).toHaveLength(8);
    for (const slice of slices) {
      await cache.answers.entry(tenant, slice)?.recompute();
      expect(cache.answers.entry(tenant, slice)).not.toBeNull();
    }
  });

  test('late into an old day costs that day alone', async () => {
    const cache = resultCacheInMemory();
    await answer_(chart(CHART, NOW_MS), cache);
    const dayMs = NOW_MS - (NOW_MS % DAY_MS) - 3 * DAY_MS;
    await load(1, dayMs, dayMs + DAY_MS);
    const { answer } = await answer_(chart(CHART, NOW_MS), cache);
    expect(answer.explain).toMatchObject({ segments: 8, segmentsReused: 7 });
    const alone = await computeMetrics(chart(CHART, NOW_MS), engine.warehouse, planMetrics);
    expect(answer.rows).toEqual(alone.rows);
  });

  test('elsewhere leaves the answer to any question as it is', async () => {
    const cache = resultCacheInMemory();
    const question = chart(
      { range: { previous: 'WEEK' }, top: { n: 2, by: 'COUNT', others: true }, by: ['MERCHANT'] },
      NOW_MS,
    );
    expect((await answer_(question, cache)).outcome).toBe('miss');
    await load(10, NOW_MS - HOUR_MS, NOW_MS);
    expect((await answer_(question, cache)).outcome).toBe('hit');
    await load(1, NOW_MS - 7 * DAY_MS, NOW_MS - 7 * DAY_MS + 1);
    expect((await answer_(question, cache)).outcome).toBe('miss');
  });

  test('while a question is read changes neither what is answered nor what is kept', async () => {
    const cache = resultCacheInMemory();
    let loading = true;
    const writes = (async () => {
      for (let count = 0; count < 12; count++) await load(5, NOW_MS - 8 * DAY_MS, NOW_MS);
      loading = false;
    })();
    let asked = 0;
    while (loading || asked < 20) {
      const question = chart({ ...CHART, range: { last: asked % 2 === 0 ? '7d' : '5d' } }, NOW_MS);
      const { answer, version } = await answer_(question, cache);
      const seen = Number(version.offsets.get(kind.plural)?.get(0)) + 1;
      const { fromUs, toUs } = question.range;
      const inRange = loads.payments.slice(0, seen).filter(({ timeUs }) => timeUs >= fromUs && timeUs < toUs);
      expect(answer.rows.reduce((sum, row) => sum + Number(row.measures.count), 0)).toBe(inRange.length);
      expect(answer.total.count).toBe(inRange.length);
      asked++;
      await new Promise(setImmediate);
    }
    await writes;
  });
});

interface Asked {
  readonly args: MetricsArguments;
  readonly selection: MetricsSelection;
}

async function load(count: number, fromMs: number, toMs: number): Promise<void> {
  await loads.load(Array.from({ length: count }, () => makePayment(fromMs, toMs)));
}

function answer_(question: MetricsQuestion, cache: ResultCache): Promise<AnsweredMetrics> {
  return answerMetrics(question, { warehouse: engine.warehouse, progress: loads.progress, cache });
}

function read({ args, selection }: Asked, nowMs: number): MetricsQuestion {
  return readMetricsQuestion(kind, args, selection, { tenant: 'default', nowMs });
}

function chart(args: MetricsArguments, nowMs: number): MetricsQuestion {
  const count = kind.measures.filter(({ name }) => name === 'count');
  const rows = { measures: count, shares: [], running: [], late: true };
  return read({ args, selection: { rows, total: count, previous: null, rates: false } }, nowMs);
}

function questions(): fc.Arbitrary<Asked> {
  // All but floats, whose sums depend on their order in the last digits.
  const measures = kind.measures.filter(({ field }) => field?.type !== 'Float');
  const additive = measures.filter((measure) => measure.additive);
  const EUROS = { currency: { eq: 'EUR' } };
  return fc
    .record({
      range: fc.constantFrom<MetricsArguments['range'][]>(
        { last: '7h' },
        { last: '3d' },
        { last: '2w' },
        { last: '1mo' },
        { this: 'WEEK' },
        { previous: 'MONTH' },
        { from: '2026-10-20T07:11:13.5Z' },
        { from: '2026-10-24T00:00:00+02:00', to: '2026-11-03T05:00:00Z' },
      ),
      every: fc.constantFrom('1m', '7m', '1h', '1h', '90m', '5h', '1d', '1d', '1w'),
      by: fc.subarray(['STATUS', 'COUNTRY', 'MERCHANT'], { maxLength: 2 }),
      where: fc.constantFrom<WhereTree>({}, { status: { eq: 'CAPTURED' } }, { merchant: { startsWith: 'm1' } }),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'),
      fill: fc.constantFrom('NONE', 'NONE', 'ZERO'),
      having: fc.constantFrom<(WhereTree | null)[]>(null, null, { count: { gte: 2 } }),
      orderBy: fc.constantFrom<NonNullable<MetricsArguments['orderBy']>[]>(
        [],
        [],
        [
          { by: 'START', direction: 'ASC' },
          { by: 'COUNT', direction: 'DESC' },
        ],
        [{ by: 'COUNT', direction: 'DESC' }],
      ),
      exact: fc.boolean(),
      chosen: fc.subarray([...measures], { minLength: 1, maxLength: 5 }),
      total: fc.option(fc.subarray([...additive], { maxLength: 2 })),
      shares: fc.subarray([...additive], { maxLength: 1 }),
      late: fc.boolean(),
    })
    .map(({ chosen, total, shares, late, where, ...args }) => {
      const shown = measures.filter((measure) => chosen.includes(measure) || shares.includes(measure));
      const short = args.every === '1m' || args.every === '7m' ? { last: '7h' } : args.range;
      return {
        args: { ...args, range: short, where: { and: [where, EUROS] } } as MetricsArguments,
        selection: { rows: { measures: shown, shares, running: [], late }, total, previous: null, rates: false },
      };
    });
}
