import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerMetrics } from '../../src/analytics/metrics/answer-metrics.ts';
import {
  type MetricsArguments,
  type MetricsSelection,
  readMetricsQuestion,
} from '../../src/analytics/metrics/metrics-question.ts';
import type { MeasureModel } from '../../src/model/event-model.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';
import { createTables, loadPayments, type Payment, paymentKind } from '../support/asked-kind.ts';
import { bruteForce } from '../support/brute-force-metrics.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');
const LOADS = 25;
const LOADS_MAX = 500;
const VERSIONS_MIN = 5;
const HITS_MIN = 5;

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
});

afterAll(() => engine.stop());

test('an answer, cached or not, is what its own version says, whatever is loaded while it is computed', async () => {
  const topic: TopicProgress = {
    gate: new TableGate(1000),
    offsets: new Map(),
    watermarkMs: null,
    watchers: 0,
    waitedForSinceMs: null,
  };
  const progress = new LoaderProgress(new Map([[kind.plural, topic]]), {
    clock: systemClock,
    isWarehouseUp: () => true,
    onDemand: () => {},
  });
  const cache = resultCacheInMemory();
  const payments: Payment[] = [];
  const random = randomFrom(7);
  let loading = true;
  const seen = { answers: 0, versions: new Set<bigint>() };

  const load = async () => {
    // On, until answers met enough of them.
    for (let loads = 0; loads < LOADS || (seen.versions.size <= VERSIONS_MIN && loads < LOADS_MAX); loads++) {
      const batch = Array.from({ length: 1 + random(20) }, (_, index) => payment(payments.length + index, random));
      await topic.gate.beginLoad();
      const offset = payments.length;
      payments.push(...batch);
      await loadPayments(engine.warehouse, batch, { offset });
      topic.offsets = new Map([[0, BigInt(payments.length - 1)]]);
      topic.watermarkMs = NOW_MS - 3_600_000 + loads * 60_000;
      topic.gate.endLoad();
      progress.advanced(kind.plural);
      for (let pause = random(200); pause > 0; pause--) await new Promise(setImmediate);
    }
    loading = false;
  };

  const ask = async () => {
    while (loading || seen.answers < 40 || cache.counters().hits <= HITS_MIN) {
      const args = QUESTIONS[random(QUESTIONS.length)] ?? { range: { last: '1h' } };
      const question = readMetricsQuestion(kind, args, SELECTION, { tenant: 'default', nowMs: NOW_MS });
      const askedAt = topic.offsets.get(0) ?? -1n;
      const { answer, version } = await answerMetrics(question, { warehouse: engine.warehouse, progress, cache });
      const loaded = version.offsets.get(kind.plural)?.get(0) ?? -1n;
      expect(loaded).toBeGreaterThanOrEqual(askedAt);
      const expected = bruteForce(question, payments.slice(0, Number(loaded) + 1));
      expect({ ...answer.total }).toEqual(expected.total);
      expect(answer.rows.map(({ startUs, group, measures }) => ({ startUs, group, measures }))).toEqual(
        expected.rows.map(({ startUs, group, measures }) => ({ startUs, group, measures })),
      );
      seen.answers++;
      seen.versions.add(loaded);
      // A hit waits for nothing outside: without this the loader would never get its turn.
      await new Promise(setImmediate);
    }
  };
  await Promise.all([load(), ask(), ask(), ask()]);
  expect(seen.versions.size).toBeGreaterThan(VERSIONS_MIN);
  expect(cache.counters().hits).toBeGreaterThan(HITS_MIN);
}, 120_000);

const SELECTED: readonly MeasureModel[] = kind.measures.filter((measure) =>
  ['count', 'userIdDistinct', 'piecesSum', 'captured', 'euros', 'tipAvg'].includes(measure.name),
);

const SELECTION: MetricsSelection = {
  rows: { measures: SELECTED, shares: [], running: [], late: false },
  total: SELECTED,
  previous: null,
  rates: false,
};

const QUESTIONS: readonly MetricsArguments[] = [
  { range: { last: '6h' }, every: '1h', by: ['STATUS'] },
  { range: { last: '6h' } },
  { range: { this: 'DAY' }, every: '1d', by: ['COUNTRY'], timeZone: 'Europe/Berlin' },
  { range: { last: '6h' }, by: ['USER_ID'], orderBy: [{ by: 'COUNT', direction: 'DESC' }], limit: 5 },
];

function payment(number: number, random: (below: number) => number): Payment {
  return {
    source: 's',
    number,
    userId: `u${random(9)}`,
    amount: `${random(100)}.${random(10_000)}`,
    tip: random(2) === 0 ? null : `${random(30)}.5`,
    pieces: random(9),
    weight: null,
    currency: random(2) === 0 ? 'EUR' : 'USD',
    status: ['CAPTURED', 'DECLINED'][random(2)] ?? 'CAPTURED',
    country: random(2) === 0 ? 'DE' : null,
    merchant: null,
    online: null,
    timeUs: (NOW_MS - random(6 * 3_600_000)) * 1000,
    late: random(5) === 0,
  };
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
