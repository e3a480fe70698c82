import { afterAll, beforeAll, expect, test } from 'vitest';
import { computeMetrics } from '../../src/analytics/metrics/answer-metrics.ts';
import { readMetricsQuestion } from '../../src/analytics/metrics/metrics-question.ts';
import { planMetrics } from '../../src/analytics/metrics/plan-metrics.ts';
import type { WhereTree } from '../../src/model/event-model.ts';
import { compileWindowJob } from '../../src/processor/windows/compile-window-job.ts';
import { createTables, loadPayments, type Payment, paymentKind } from '../support/asked-kind.ts';
import { driveJob } from '../support/drive-job.ts';
import { DAY_MS, jobEvents, resultsOf, us } from '../support/job-events.ts';
import { randomFrom } from '../support/random.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const payments = randomPayments(500);
/** All that windows keep. */
const MEASURES = kind.measures.filter(({ op }) => !/^p\d/.test(op));
const OF_MONEY = new Set(MEASURES.filter(({ currencyField }) => currencyField !== null).map(({ name }) => name));

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  await loadPayments(engine.warehouse, payments);
}, 120_000);

afterAll(() => engine.stop());

test('each window of a job has the values, spelled alike, that a metrics query gives for the same hour, key and filter', async () => {
  const where = { currency: { eq: 'EUR' }, status: { ne: 'REFUNDED' } };
  const expected = new Map<string, unknown>();
  for (const row of await asked(['USER_ID'], where)) {
    expected.set(`${row.group.userId} ${row.startUs}`, row.measures);
  }
  expect(expected.size).toBeGreaterThan(50);
  expect(windowsOf(where)).toEqual(expected);
}, 120_000);

test('without a filter on the currency, each value of money has what a metrics query by currency gives', async () => {
  const expected = new Map<string, Record<string, unknown>>();
  for (const { group, startUs, measures } of await asked(['USER_ID', 'CURRENCY'], {})) {
    const place = `${group.userId} ${startUs}`;
    const values = expected.get(place) ?? {};
    for (const [name, value] of Object.entries(measures)) {
      // One currency by its own definition: it stands alone.
      if (name === 'euros' && group.currency === 'EUR') values[name] = value;
      else if (name === 'euros') values[name] ??= '0';
      else if (OF_MONEY.has(name)) values[name] = { ...(values[name] as object), [String(group.currency)]: value };
    }
    expected.set(place, values);
  }
  const ofMoney = new Map([...windowsOf({})].map(([place, values]) => [place, onlyMoney(values)]));
  expect(ofMoney).toEqual(expected);
}, 120_000);

function onlyMoney(values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => OF_MONEY.has(name)));
}

async function asked(by: readonly string[], where: WhereTree) {
  const range = { from: new Date(DAY_MS).toISOString(), to: new Date(DAY_MS + 86_400_000).toISOString() };
  const rows = { measures: MEASURES, shares: [], running: [], late: false };
  const question = readMetricsQuestion(
    kind,
    { range, every: '1h', by, where, exact: true },
    { rows, total: null, previous: null, rates: false },
    { tenant: 'default', nowMs: DAY_MS + 2 * 86_400_000 },
  );
  return (await computeMetrics(question, engine.warehouse, planMetrics)).rows;
}

function windowsOf(where: WhereTree): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const job = compileWindowJob(
    kind,
    {
      name: 'hours',
      tenant: 'default',
      source: { topic: kind.plural, where, keyField: 'userId' },
      shape: {
        kind: 'window',
        window: { kind: 'tumbling', sizeMs: 3_600_000 },
        measures: MEASURES.map(({ name }) => name),
      },
      allowedLatenessMs: 86_400_000,
      late: 'CORRECT',
      mode: 'LIVE',
      sinks: { topic: null, webhook: null },
    },
    1,
  );
  const events = jobEvents(
    kind.plural,
    payments.map((payment) => {
      const { timeUs, late: _, ...members } = payment;
      return {
        at: timeUs / 1_000_000 - DAY_MS / 1000,
        key: payment.userId,
        id: `${payment.source}/${payment.number}`,
        members,
      };
    }),
  );
  const results = resultsOf(driveJob(job, events, { untilUs: us(3 * 86_400), asStored: true }));
  return new Map(results.map(({ key, startUs, values }) => [`${key} ${startUs}`, values]));
}

/** Within a day, in no order; weights are halves, whose sums do not depend on their order. */
function randomPayments(count: number): readonly Payment[] {
  const random = randomFrom(20261121);
  return Array.from({ length: count }, (_, number) => ({
    source: 's',
    number,
    userId: `u${random(6)}`,
    amount: `${random(20) === 0 ? '-' : ''}${random(1000)}.${String(random(10_000)).padStart(4, '0')}`,
    tip: random(2) === 0 ? null : `${random(30)}.${String(random(100)).padStart(2, '0')}`,
    pieces: random(3) === 0 ? null : random(9) - 4,
    weight: random(3) === 0 ? null : random(100) / 2,
    currency: ['EUR', 'EUR', 'USD'][random(3)] ?? 'EUR',
    status: ['CAPTURED', 'DECLINED', 'REFUNDED'][random(3)] ?? 'CAPTURED',
    country: null,
    merchant: null,
    online: null,
    timeUs: us(random(86_400)) + random(1_000_000),
    late: false,
  }));
}
