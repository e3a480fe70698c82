import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type MetricsArguments,
  type MetricsQuestion,
  type MetricsSelection,
  questionText,
  readMetricsQuestion,
} from '../../src/analytics/metrics/metrics-question.ts';
import { previousStatement, rowsStatement, totalStatement } from '../../src/analytics/metrics/metrics-sql.ts';
import { planMetrics } from '../../src/analytics/metrics/plan-metrics.ts';
import { planParts, type ScanRequest } from '../../src/analytics/metrics/scan-metrics.ts';
import { sharedScan } from '../../src/analytics/metrics/shared-scan.ts';
import type { TimeRangeInput } from '../../src/analytics/time/resolve-range.ts';
import type { MeasureModel } from '../../src/model/event-model.ts';
import { paymentKind } from '../support/asked-kind.ts';

const kind = paymentKind();
const COUNT = measures('count');
const MEDIAN = measures('weightP50');
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261122);

describe('questions have the same text only where they ask the same', () => {
  const NOW = '2026-11-05T12:34:56.789Z';

  test('a month and the days it has are compared with different periods, and are two questions', () => {
    const month = said({ previous: 'MONTH' }, NOW);
    const days = said({ from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }, NOW);
    expect(bounds(month)).toEqual(bounds(days));
    expect(previousOf(month)?.fromUs).not.toBe(previousOf(days)?.fromUs);
    expect(questionText(month)).not.toBe(questionText(days));
  });

  test('so they are not read together either, when one operation asks both', async () => {
    const scanned: MetricsQuestion[] = [];
    const nothing = { rows: [], hasMore: false, total: {}, rates: [], rowsRead: 0, bytesRead: 0 };
    const scan = sharedScan(async ({ question }: ScanRequest) => {
      scanned.push(question);
      return nothing;
    });
    const both = [
      said({ last: '1d', to: '2026-11-02T06:00:00Z' }, NOW, 'America/New_York'),
      said({ from: '2026-11-01T05:00:00Z', to: '2026-11-02T06:00:00Z' }, NOW, 'America/New_York'),
    ];
    await Promise.all(both.map((question) => scan({ question, part: null, signal: undefined })));
    expect(scanned.map((question) => previousOf(question)?.fromUs)).toEqual(
      both.map((question) => previousOf(question)?.fromUs),
    );
  });

  test('of random pairs, those with one text read the same by the same statements', () => {
    let equal = 0;
    for (const [a, b] of fc.sample(fc.tuple(askings(), askings()), { numRuns: 120, seed: SEED })) {
      const first = read(a);
      // The same question in other words, or with one thing changed.
      const { fromUs, toUs } = first.range;
      const asInterval = { from: instant(fromUs), to: instant(toUs) };
      const others = [
        { ...a, range: asInterval },
        { ...a, range: b.range },
        { ...a, compare: b.compare },
        { ...a, every: b.every, range: asInterval },
        { ...b, range: asInterval },
      ];
      for (const other of others) {
        const second = read(other);
        if (questionText(first) !== questionText(second)) continue;
        equal++;
        expect(statementsOf(second)).toEqual(statementsOf(first));
      }
    }
    expect(equal).toBeGreaterThan(60);
  });
});

describe('exact is kept where it makes a difference', () => {
  const exactly = (
    select: Partial<MetricsSelection>,
    compare: MetricsArguments['compare'] = { precedingPeriod: true },
  ) =>
    readMetricsQuestion(
      kind,
      { range: { previous: 'DAY' }, compare, exact: true },
      {
        rows: { measures: COUNT, shares: [], running: [], late: false },
        total: null,
        previous: null,
        rates: false,
        ...select,
      },
      { tenant: 'default', nowMs: Date.parse('2026-11-05T12:00:00Z') },
    );

  test('only the period compared with is asked for an estimate: it is read exactly', () => {
    const question = exactly({ previous: MEDIAN });
    expect(question.exact).toBe(true);
    expect(planParts(question, planMetrics).previous?.plan.table).toBe('raw');
  });

  test('and nothing is read from raw where no measure is an estimate, or where nothing is compared', () => {
    const counted = exactly({ previous: COUNT });
    expect(counted.exact).toBe(false);
    expect(planParts(counted, planMetrics).previous?.plan.table).not.toBe('raw');
    expect(exactly({ previous: MEDIAN }, null).exact).toBe(false);
    expect(exactly({ previous: MEDIAN, rows: null }).exact).toBe(false);
  });
});

interface Asking extends MetricsArguments {
  readonly nowMs: number;
}

function askings(): fc.Arbitrary<Asking> {
  const hourMs = fc
    .integer({ min: 1, max: 24 * 60 })
    .map((hours) => Date.parse('2026-11-05T00:00:00Z') - hours * 3_600_000);
  return fc.record({
    nowMs: hourMs,
    range: fc.oneof(
      fc.constantFrom<TimeRangeInput>(
        { last: '1d' },
        { last: '24h' },
        { last: '1w' },
        { last: '1mo' },
        { this: 'DAY' },
        { previous: 'DAY' },
        { previous: 'WEEK' },
        { previous: 'MONTH' },
        { this: 'QUARTER' },
      ),
      hourMs.map((ms) => ({ last: '1d', to: new Date(ms).toISOString() })),
    ),
    every: fc.constantFrom(null, '6h', '1d', '1w', '1mo'),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
    compare: fc.constantFrom(
      null,
      { precedingPeriod: true },
      { precedingPeriod: true },
      { shift: '1d' },
      { shift: '1mo' },
    ),
    by: fc.constantFrom([], ['COUNTRY']),
    fill: fc.constantFrom('NONE' as const, 'ZERO' as const),
    exact: fc.boolean(),
  });
}

function read({ nowMs, ...args }: Asking): MetricsQuestion {
  const rows = { measures: COUNT, shares: [], running: [], late: false };
  const select = { rows, total: COUNT, previous: args.compare == null ? null : MEDIAN, rates: false };
  return readMetricsQuestion(kind, args, select, { tenant: 'default', nowMs });
}

function said(range: TimeRangeInput, now: string, timeZone = 'UTC'): MetricsQuestion {
  const nowMs = Date.parse(now);
  return read({ range, timeZone, compare: { precedingPeriod: true }, nowMs });
}

/** Null where nothing is left of the period compared with: 31 October, moved back by a month, is no longer than 30 September. */
function statementsOf(question: MetricsQuestion) {
  try {
    previousOf(question);
  } catch {
    return null;
  }
  const plans = planParts(question, planMetrics);
  const { previous, total } = plans;
  return {
    rows: rowsStatement(question, plans.rows, null, 100),
    total: total && totalStatement(question, total),
    previous: previous && previousStatement(question, previous.plan, previous.range, null, 100),
  };
}

function previousOf(question: MetricsQuestion) {
  return planParts(question, planMetrics).previous?.range;
}

function bounds({ range: { fromUs, toUs } }: MetricsQuestion) {
  return { fromUs, toUs };
}

function instant(atUs: number): string {
  return new Date(atUs / 1000).toISOString();
}

function measures(...names: readonly string[]): readonly MeasureModel[] {
  return kind.measures.filter(({ name }) => names.includes(name));
}
