import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computeMetrics } from '../../src/analytics/metrics/answer-metrics.ts';
import {
  type MetricsArguments,
  type MetricsQuestion,
  type MetricsSelection,
  readMetricsQuestion,
} from '../../src/analytics/metrics/metrics-question.ts';
import { rowsStatement } from '../../src/analytics/metrics/metrics-sql.ts';
import { planMetrics, planRaw } from '../../src/analytics/metrics/plan-metrics.ts';
import { type Measures, planParts } from '../../src/analytics/metrics/scan-metrics.ts';
import type { MeasureModel, WhereTree } from '../../src/model/event-model.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { setRates } from '../../src/warehouse/rates.ts';
import { createTables, loadPayments, type Payment, paymentKind } from '../support/asked-kind.ts';
import { bruteForce, eventsOf, quantileBounds, type Rates, ratesNeeded } from '../support/brute-force-metrics.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');
const DAYS = 36;
/** A full run asks twenty times as many and more: LAKEGATE_TEST_QUESTIONS=2000. */
const QUESTIONS = Number(process.env.LAKEGATE_TEST_QUESTIONS ?? 100);
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);

let engine: TestWarehouse;
const payments = makePayments(3000);
const rates = makeRates();

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  const set = [...rates].map(([key, rate]) => {
    const [from = '', to = '', day = ''] = key.split(' ');
    return { from, to, day, rate };
  });
  // A rate that was set before counts no more, and one of another tenant never does.
  const before = set.slice(0, 40).map((one) => ({ ...one, rate: '7' }));
  await setRates(engine.warehouse, 'default', before);
  await setRates(engine.warehouse, 'default', set);
  const others = set.map((one) => ({ ...one, rate: '9' }));
  await setRates(engine.warehouse, 'other', others);
  // Several inserts, so that rollups have states to merge; another tenant's events, so that each question must leave them out.
  for (const half of [0, 1]) {
    const part = payments.filter((_, index) => index % 2 === half);
    await loadPayments(engine.warehouse, part, { partition: half });
  }
  await loadPayments(engine.warehouse, payments.slice(0, 500), { tenant: 'other', partition: 2 });
}, 120_000);

afterAll(() => engine.stop());

test(
  'random questions get the same answer from rollups, from raw, and by looking at every event',
  async () => {
    const asked = fc.sample(questions(), { numRuns: QUESTIONS, seed: SEED });
    const outcomes = noOutcomes();
    const next = asked.values();
    const worker = async () => {
      for (const one of next) await compare(one, outcomes);
    };
    await Promise.all([worker(), worker(), worker()]);
    // A property that is never reached proves nothing.
    expect(outcomes.compared).toBeGreaterThan(QUESTIONS / 3);
    expect(outcomes.fromRollups).toBeGreaterThan(QUESTIONS / 6);
    expect(outcomes.rows).toBeGreaterThan(QUESTIONS * 2);
    expect(outcomes.converted).toBeGreaterThan(QUESTIONS / 12);
    expect(outcomes.withoutRate).toBeGreaterThan(QUESTIONS / 100);
  },
  60_000 + QUESTIONS * 2_000,
);

test(
  'so do those whose windows are rows of a rollup, and are known by the time in the row',
  async () => {
    const outcomes = noOutcomes();
    const asked = questionsByStart().filter(({ args, selection }) => {
      const question = read(args, selection);
      if (question === null) return false;
      return rowsStatement(question, planParts(question, planMetrics).rows, null, 1).windowBy === 'start';
    });
    for (const one of fc.sample(asked, { numRuns: QUESTIONS_BY_START, seed: SEED })) await compare(one, outcomes);
    expect(outcomes).toMatchObject({ compared: QUESTIONS_BY_START, fromRollups: QUESTIONS_BY_START });
    expect(outcomes.rows).toBeGreaterThan(QUESTIONS_BY_START * 2);
  },
  60_000 + 30 * 2_000,
);

/** Random ranges seldom begin and end where rows of a rollup do. */
const QUESTIONS_BY_START = 30;

interface Asked {
  readonly args: MetricsArguments;
  readonly selection: MetricsSelection;
}

function noOutcomes() {
  return { compared: 0, fromRollups: 0, refused: 0, rows: 0, converted: 0, withoutRate: 0 };
}

async function compare({ args, selection }: Asked, outcomes: ReturnType<typeof noOutcomes>) {
  const question = read(args, selection);
  if (question === null) {
    outcomes.refused++;
    return;
  }
  const context = JSON.stringify({ seed: SEED, args, range: question.range, select: named(selection) });
  const needed = [...ratesNeeded(question, payments)];
  const missing = needed.filter((key) => !rates.has(key));
  if (missing.length > 0) {
    await expectRateMissing(question, missing, context);
    outcomes.withoutRate++;
    return;
  }
  const [planned, raw] = await Promise.all([
    computeMetrics(question, engine.warehouse, planMetrics),
    computeMetrics(question, engine.warehouse, planRaw),
  ]).catch((error: unknown) => {
    throw new Error(context, { cause: error });
  });
  const expected = bruteForce(question, payments, rates);
  const ratesUsed = needed.map((key) => `${key} ${rates.get(key)}`).sort();
  for (const [name, answer] of Object.entries({ planned, raw })) {
    try {
      expect(answer.rows.map(({ startUs, endUs, group, others }) => ({ startUs, endUs, group, others }))).toEqual(
        expected.rows.map(({ startUs, endUs, group, others }) => ({ startUs, endUs, group, others })),
      );
      expect(answer.hasMore).toBe(expected.hasMore);
      expect(answer.rates.map(({ from, to, day, rate }) => `${from} ${to} ${day} ${rate}`).sort()).toEqual(ratesUsed);
      checkMeasures(question, answer.total, expected.total, () => eventsOf(question, payments, null, rates));
      for (const [index, row] of answer.rows.entries()) {
        const wanted = expected.rows[index];
        if (wanted === undefined) continue;
        expect(row.lateCount).toBe(wanted.lateCount);
        const carried = question.fill === 'PREVIOUS';
        checkMeasures(
          question,
          row.measures,
          wanted.measures,
          carried ? null : () => eventsOf(question, payments, row, rates),
        );
        checkMeasures(question, row.running, wanted.running, null);
        checkMeasures(question, row.previous ?? {}, wanted.previous ?? {}, null);
        expect(row.previous === null).toBe(wanted.previous === null);
        for (const [measure, share] of Object.entries(row.shares))
          if (!near(wanted.shares[measure] ?? null)(share)) expect(share).toBe(wanted.shares[measure]);
      }
      expect(new Set(answer.rows.map((row) => row.id)).size).toBe(answer.rows.length);
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}\n${context}`, { cause: error });
    }
  }
  outcomes.compared++;
  if (question.convertTo !== null) outcomes.converted++;
  outcomes.rows += expected.rows.length;
  if (planned.tables.some((table) => table !== 'raw')) outcomes.fromRollups++;
}

/** Refused from every table, with a rate that is missing indeed. */
async function expectRateMissing(
  question: MetricsQuestion,
  missing: readonly string[],
  context: string,
): Promise<void> {
  for (const planner of [planMetrics, planRaw]) {
    const refusal: unknown = await computeMetrics(question, engine.warehouse, planner).catch((error: unknown) => error);
    if (!(refusal instanceof LakegateError)) throw new Error(`answered without ${missing[0]}: ${context}`);
    expect(refusal.code, context).toBe('RATE_MISSING');
    const [, from, to, day] = /from (\w+) to (\w+) on ([\d-]+)/.exec(refusal.message) ?? [];
    expect(missing, context).toContain(`${from} ${to} ${day}`);
  }
}

/** `events` null: only what is exact is compared. Looked at by hand first: millions of assertions would take longer than the questions. */
function checkMeasures(
  question: MetricsQuestion,
  got: Measures,
  wanted: Measures,
  events: (() => readonly Payment[]) | null,
): void {
  for (const name of new Set([...Object.keys(got), ...Object.keys(wanted)])) {
    const measure = kind.measures.find((one) => one.name === name);
    if (measure === undefined || !agrees(question, measure, got[name], wanted[name], events)) {
      expect({ [name]: got[name] }).toEqual({ [name]: wanted[name] });
      throw new Error(`${name}: ${got[name]} is further from ${wanted[name]} than its stated error`);
    }
  }
}

function agrees(
  question: MetricsQuestion,
  measure: MeasureModel,
  got: unknown,
  wanted: unknown,
  events: (() => readonly Payment[]) | null,
): boolean {
  if (measure.approximate && measure.op !== 'distinct' && !question.exact) {
    if (got === null || wanted === null || events === null) return (got === null) === (wanted === null);
    const bounds = quantileBounds(measure, events());
    return bounds.some(([least, most]) => Number(got) >= least && Number(got) <= most);
  }
  return measure.graphqlType === 'Float' ? near(wanted)(got) : got === wanted;
}

/** Sums of floats depend on their order in the last digits. */
function near(wanted: unknown) {
  return (value: unknown) =>
    wanted === null || value === null
      ? value === wanted
      : Math.abs(Number(value) - Number(wanted)) <= 1e-9 * Math.max(1, Math.abs(Number(wanted)));
}

/** Null where the question is refused, as it must be for the reasons it may be. */
function read(args: MetricsArguments, selection: MetricsSelection): MetricsQuestion | null {
  try {
    return readMetricsQuestion(kind, args, selection, { tenant: 'default', nowMs: NOW_MS });
  } catch (error) {
    if (error instanceof LakegateError && error.code === 'MIXED_CURRENCIES') return null;
    throw error;
  }
}

function named(selection: MetricsSelection) {
  return JSON.parse(
    JSON.stringify(selection, (key, value) =>
      key === 'field' || key === 'metric' ? undefined : (value?.name ?? value),
    ),
  );
}

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const DIMENSIONS = ['USER_ID', 'CURRENCY', 'STATUS', 'COUNTRY', 'MERCHANT'];
const EXACT_MEASURES = kind.measures.filter((measure) => !measure.approximate && measure.graphqlType !== 'Float');

function questions(): fc.Arbitrary<Asked> {
  const someMeasures = fc.subarray([...kind.measures], { maxLength: 5 });
  const additive = fc.subarray(
    kind.measures.filter((measure) => measure.additive && measure.graphqlType !== 'Float'),
    { maxLength: 2 },
  );
  return fc
    .record({
      range: ranges(),
      every: fc.constantFrom(null, null, '5m', '1h', '90m', '6h', '1d', '1d', '2d', '1w', '1mo'),
      by: fc.subarray(DIMENSIONS, { maxLength: 2 }),
      where: wheres(),
      timeZone: fc.constantFrom(...ZONES),
      fill: fc.constantFrom('NONE', 'NONE', 'ZERO', 'PREVIOUS'),
      compare: fc.constantFrom(
        null,
        null,
        { precedingPeriod: true },
        { shift: '1d' },
        { shift: '1w' },
        { shift: '1mo' },
      ),
      exact: fc.boolean(),
      convertTo: fc.constantFrom(null, null, 'EUR', 'USD', 'GBP'),
      limit: fc.option(fc.integer({ min: 1, max: 30 })),
      top: fc.option(
        fc.record({
          n: fc.integer({ min: 1, max: 4 }),
          by: fc.constantFrom('COUNT', 'CAPTURED', 'PIECES_SUM', 'AMOUNT_SUM'),
          others: fc.boolean(),
        }),
      ),
      having: fc.option(
        fc.constantFrom<WhereTree>(
          { count: { gte: 2 } },
          { or: [{ amountSum: { gt: '10.5' } }, { amountMin: { lt: '0' } }] },
          { tipAvg: { isNull: false } },
          { not: { piecesSum: { in: [0, 1, 2] } } },
          { amountAvg: { ne: '1' } },
        ),
      ),
      order: fc.subarray(EXACT_MEASURES, { maxLength: 2 }),
      direction: fc.constantFrom('ASC' as const, 'DESC' as const),
      measures: someMeasures,
      total: fc.option(someMeasures),
      previous: someMeasures,
      shares: additive,
      running: additive,
      late: fc.boolean(),
    })
    .map((made) => {
      const { order, direction, measures, total, previous, shares, running, late, top, ...args } = made;
      const orderBy = order.map((measure) => ({ by: measure.enumName, direction }));
      const rows = { measures: inOrder([...measures, ...shares, ...running]), shares, running, late };
      const short = args.every === '5m' ? { last: '9h' } : args.range;
      return {
        args: { ...args, range: short, orderBy, top: args.by.length === 0 ? null : top } as MetricsArguments,
        selection: { rows, total, previous: args.compare === null ? null : previous, rates: true },
      };
    });
}

/** The same with another range and filter, and without what makes windows, looks them up or adds up currencies. */
function questionsByStart(): fc.Arbitrary<Asked> {
  const windows = fc.constantFrom<Pick<MetricsArguments, 'range' | 'every' | 'timeZone'>>(
    { range: { previous: 'WEEK' }, every: '1d', timeZone: 'UTC' },
    { range: { previous: 'MONTH' }, every: '1d', timeZone: 'UTC' },
    { range: { previous: 'DAY' }, every: '1h', timeZone: 'UTC' },
    { range: { from: '2026-10-24T00:00:00Z', to: '2026-10-27T00:00:00Z' }, every: '1h', timeZone: 'Europe/Berlin' },
  );
  const where = fc.constantFrom<WhereTree>({}, { status: { ne: 'DECLINED' } }, { country: { isNull: true } });
  const by = fc.subarray(['CURRENCY', 'STATUS', 'COUNTRY'], { minLength: 1 }).filter((some) => some[0] === 'CURRENCY');
  return fc.tuple(questions(), windows, where, by).map(([{ args, selection }, range, filter, fields]) => ({
    args: {
      ...args,
      ...range,
      where: filter,
      by: fields,
      fill: 'NONE',
      compare: null,
      exact: false,
      convertTo: null,
      top: null,
    } as MetricsArguments,
    selection: { ...selection, total: null, previous: null },
  }));
}

function inOrder(measures: readonly MeasureModel[]): readonly MeasureModel[] {
  return kind.measures.filter((measure) => measures.includes(measure));
}

function ranges(): fc.Arbitrary<MetricsArguments['range']> {
  const hour = fc
    .integer({ min: 1, max: 24 * DAYS - 30 })
    .map((hours) => NOW_MS - (NOW_MS % 3_600_000) - hours * 3_600_000);
  const exact = fc.tuple(hour, fc.integer({ min: 0, max: 3_599_999 })).map(([ms, extra]) => ms + extra);
  const said = (ms: fc.Arbitrary<number>) =>
    fc
      .tuple(ms, ms)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({ from: new Date(Math.min(a, b)).toISOString(), to: new Date(Math.max(a, b)).toISOString() }));
  return fc.oneof(
    fc.constantFrom(
      { last: '1h' },
      { last: '7h' },
      { last: '1d' },
      { last: '2w' },
      { last: '1mo' },
      { last: '12d', to: '2026-11-02T03:00:00+05:30' },
    ),
    fc.constantFrom<MetricsArguments['range']>(
      { this: 'DAY' },
      { this: 'WEEK' },
      { this: 'MONTH' },
      { previous: 'DAY' },
      { previous: 'WEEK' },
      { previous: 'MONTH' },
    ),
    said(hour),
    said(exact),
  );
}

function wheres(): fc.Arbitrary<WhereTree> {
  const leaf = fc.constantFrom<WhereTree>(
    {},
    { status: { eq: 'CAPTURED' } },
    { status: { in: ['CAPTURED', 'REFUNDED'] } },
    { country: { isNull: true } },
    { country: { ne: 'DE' } },
    { country: { notIn: ['DE', 'FR'] }, status: { ne: 'DECLINED' } },
    { merchant: { startsWith: 'm1' } },
    { merchant: { isNull: false } },
    { amount: { gte: '2.5', lt: '400' } },
    { pieces: { gt: 2 } },
    { userId: { in: ['u1', 'u2', 'u3'] } },
    { online: { eq: true } },
  );
  const tree = fc.oneof(
    leaf,
    leaf,
    fc.array(leaf, { maxLength: 3 }).map((or) => ({ or })),
    fc.array(leaf, { maxLength: 3 }).map((and) => ({ and })),
    leaf.map((not) => ({ not })),
  );
  const euros = { currency: { eq: 'EUR' } };
  return fc.oneof(
    tree,
    tree.map((one) => ({ and: [one, euros] })),
    tree.map((one) => ({ and: [euros, one] })),
  );
}

/** For every currency and day but a few of one currency; with as many digits as rates may have. */
function makeRates(): Rates {
  const made = new Map<string, string>();
  for (const to of ['EUR', 'USD', 'GBP']) {
    for (const from of ['EUR', 'USD', 'JPY'].filter((one) => one !== to)) {
      for (let day = 0; day < 400; day++) {
        const date = new Date(NOW_MS - day * 86_400_000).toISOString().slice(0, 10);
        const isMissing = from === 'JPY' && to === 'GBP' && day % 5 === 2;
        const digits = String(BigInt(day * 7919 + 1) ** 4n).slice(0, 17);
        if (!isMissing) made.set(`${from} ${to} ${date}`, `${(day * 7) % 3}.${digits}1`);
      }
    }
  }
  return made;
}

/** From a fixed seed; bunched in time so that windows hold several, and around every change of clocks. */
function makePayments(count: number): readonly Payment[] {
  let state = SEED;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const centres = ['2026-10-03T15:30:00Z', '2026-10-25T01:00:00Z', '2026-11-01T06:00:00Z'].map((text) =>
    Date.parse(text),
  );
  return Array.from({ length: count }, (_, number) => {
    const centre = centres[random(12)];
    const timeMs =
      centre === undefined ? NOW_MS - random(DAYS * 86_400_000) : centre + random(8 * 3_600_000) - 4 * 3_600_000;
    return {
      source: `s${random(3)}`,
      number,
      userId: `u${random(40)}`,
      amount: `${random(20) === 0 ? '-' : ''}${random(1000)}.${String(random(10_000)).padStart(4, '0')}`,
      tip: random(2) === 0 ? null : `${random(30)}.${String(random(100)).padStart(2, '0')}`,
      pieces: random(3) === 0 ? null : random(9),
      weight: random(3) === 0 ? null : random(1_000_000) / 7919,
      currency: ['EUR', 'EUR', 'USD', 'JPY'][random(4)] ?? 'EUR',
      status: ['CAPTURED', 'DECLINED', 'REFUNDED'][random(3)] ?? 'CAPTURED',
      country: ['DE', 'FR', 'US', null][random(4)] ?? null,
      merchant: random(5) === 0 ? null : `m${random(14)}`,
      online: [true, false, null][random(3)] ?? null,
      timeUs: timeMs * 1000 + random(1000),
      late: random(15) === 0,
    };
  });
}
