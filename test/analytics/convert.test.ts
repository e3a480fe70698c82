import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerMetrics } from '../../src/analytics/metrics/answer-metrics.ts';
import {
  type MetricsArguments,
  measureNamed,
  readMetricsQuestion,
} from '../../src/analytics/metrics/metrics-question.ts';
import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';
import { type Rate, setRates } from '../../src/warehouse/rates.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { createTables, loadPayments, type Payment, paymentKind } from '../support/asked-kind.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const kind = paymentKind();
const NOW_MS = Date.parse('2026-11-05T12:34:56.789Z');

let engine: TestWarehouse;

beforeAll(async () => {
  engine = await startTestWarehouse();
  await createTables(engine.warehouse, kind);
  await loadPayments(engine.warehouse, [
    payment(0, 'EUR', '10.50', '2026-11-04T23:59:59Z'),
    payment(1, 'EUR', '0.3333', '2026-11-05T00:00:00Z'),
    payment(2, 'USD', '2', '2026-11-05T08:00:00Z'),
    payment(3, 'JPY', '1250', '2026-11-05T09:00:00Z', { status: 'DECLINED' }),
  ]);
});

afterAll(() => engine.stop());

const RATES: readonly Rate[] = [
  { from: 'EUR', to: 'USD', day: '2026-11-04', rate: '1.1' },
  { from: 'EUR', to: 'USD', day: '2026-11-05', rate: '1.123456789012345678' },
  { from: 'JPY', to: 'USD', day: '2026-11-05', rate: '0.006' },
];

describe('an amount is converted at the rate of its own day', () => {
  test('without losing a digit, and the answer says by which rates', async () => {
    const ask = asker();
    await setRates(engine.warehouse, 'default', RATES);
    const { answer } = await ask({ range: { last: '2d' }, convertTo: 'USD' });
    // 10.50 × 1.1 + 0.3333 × 1.123456789012345678 + 2 + 1250 × 0.006
    expect(answer.total).toEqual({
      amountSum: '21.4244481477778148144774',
      amountMax: '11.55',
      euros: '11.9244481477778148144774',
    });
    expect(answer.rates).toEqual(RATES);
  });

  test('days are days of UTC, also where windows are days of another zone', async () => {
    const ask = asker();
    const { answer } = await ask({ range: { last: '2d' }, every: '1d', timeZone: 'Asia/Tokyo', convertTo: 'USD' });
    expect(answer.rates.map(({ from, day }) => `${from} ${day}`)).toEqual([
      'EUR 2026-11-04',
      'EUR 2026-11-05',
      'JPY 2026-11-05',
    ]);
  });

  test('amounts that are in the currency already need no rate, and neither does what is asked for beside money', async () => {
    const ask = asker();
    const dollars = { currency: { eq: 'USD' } };
    const { answer } = await ask({ range: { last: '2d' }, where: dollars, convertTo: 'USD' });
    expect([answer.total.amountSum, answer.rates]).toEqual(['2', []]);
  });

  test('a currency without a rate on a day is refused by name, and only where it has an amount that counts', async () => {
    const ask = asker();
    const range = { last: '2d' };
    await expect(ask({ range, convertTo: 'EUR' })).rejects.toThrow(
      /expected a rate from (USD|JPY) to EUR on 2026-11-05, got none/,
    );
    const onlyEuros = await ask({ range, convertTo: 'EUR', where: { currency: { eq: 'EUR' } } });
    expect(onlyEuros.answer.total.amountSum).toBe('10.8333');
  });
});

describe('a rate that was set', () => {
  test('counts in the next answer, though the answer before was kept', async () => {
    const ask = asker();
    const question: MetricsArguments = {
      range: { last: '2d' },
      every: '1d',
      convertTo: 'GBP',
      where: { currency: { eq: 'USD' } },
    };
    const rate = (text: string): Rate => ({ from: 'USD', to: 'GBP', day: '2026-11-05', rate: text });
    await setRates(engine.warehouse, 'default', [rate('0.5')]);
    const first = await ask(question);
    const again = await ask(question);
    await setRates(engine.warehouse, 'default', [rate('0.75')]);
    const changed = await ask(question);
    expect([first, again, changed].map(({ outcome }) => outcome)).toEqual(['miss', 'hit', 'miss']);
    expect([first, again, changed].map(({ answer }) => answer.total.amountSum)).toEqual(['1', '1', '1.5']);
  });

  test('while an answer is computed makes it anew: what is kept is of one state of the rates', async () => {
    const rate = (text: string): Rate => ({ from: 'USD', to: 'JPY', day: '2026-11-05', rate: text });
    await setRates(engine.warehouse, 'default', [rate('150')]);
    let changed = false;
    const meddled: Warehouse = {
      ...bound(engine.warehouse),
      query: async (sql, options) => {
        const result = await engine.warehouse.query(sql, options);
        if (sql.includes('needed') && !changed) {
          changed = true;
          await setRates(engine.warehouse, 'default', [rate('160')]);
        }
        return result as never;
      },
    };
    const ask = asker(meddled);
    const question: MetricsArguments = { range: { last: '2d' }, convertTo: 'JPY', where: { currency: { eq: 'USD' } } };
    const answers = [await ask(question), await ask(question)];
    expect(changed).toBe(true);
    expect(answers.map(({ answer, outcome }) => [answer.total.amountSum, answer.rates[0]?.rate, outcome])).toEqual([
      ['320', '160', 'miss'],
      ['320', '160', 'hit'],
    ]);
  });

  const euro = { from: 'EUR', to: 'USD', day: '2026-11-05', rate: '1' };
  test.each<readonly [string, readonly Rate[], RegExp]>([
    ['of zero', [{ ...euro, rate: '0' }], /rates\[0\]\.rate: expected a number above 0/],
    ['below zero', [{ ...euro, rate: '-1' }], /above 0/],
    ['with more digits than are kept', [{ ...euro, rate: '1.0000000000000000001' }], /18 after it/],
    ['to itself', [{ ...euro, to: 'EUR' }], /expected two currencies, got EUR twice/],
    ['twice', [euro, { ...euro, rate: '2' }], /rates\[1\]: expected one rate from EUR to USD 2026-11-05, got a second/],
    ['for a day that no event can have', [{ ...euro, day: '1969-12-31' }], /expected a day from 1970-01-01/],
  ])('%s is refused, and with it all of the call', async (_name, rates, message) => {
    const other = { from: 'CHF', to: 'USD', day: '2026-11-05', rate: '1' };
    await expect(setRates(engine.warehouse, 'default', [other, ...rates])).rejects.toThrow(
      new RegExp(message.source.replace(/rates\\\[(\d)\\\]/, (_, index) => `rates\\[${Number(index) + 1}\\]`)),
    );
    const { rows } = await engine.warehouse.query("SELECT 1 FROM lakegate.rates WHERE fromCurrency = 'CHF'");
    expect(rows).toEqual([]);
  });
});

function asker(warehouse: Warehouse = engine.warehouse) {
  const topic: TopicProgress = {
    gate: new TableGate(1000),
    offsets: new Map([[0, 3n]]),
    watermarkMs: null,
    watchers: 0,
    waitedForSinceMs: null,
  };
  const progress = new LoaderProgress(new Map([[kind.plural, topic]]), {
    clock: { nowMs: () => NOW_MS },
    isWarehouseUp: () => true,
    onDemand: () => {},
  });
  const cache = resultCacheInMemory();
  const total = ['amountSum', 'amountMax', 'euros'].map((name) => measureNamed(kind, name));
  return (args: MetricsArguments) => {
    const selection = { rows: null, total, previous: null, rates: true };
    const question = readMetricsQuestion(kind, args, selection, { tenant: 'default', nowMs: NOW_MS });
    return answerMetrics(question, { warehouse, progress, cache });
  };
}

/** With its methods as values, so that one of them can be replaced. */
function bound(warehouse: Warehouse): Warehouse {
  return {
    query: (sql, options) => warehouse.query(sql, options),
    command: (sql, options) => warehouse.command(sql, options),
    insert: (table, bytes, options) => warehouse.insert(table, bytes, options),
    state: () => warehouse.state(),
    onState: (listener) => warehouse.onState(listener),
    close: () => warehouse.close(),
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
    timeUs: Date.parse(time) * 1000,
    late: false,
    ...rest,
  };
}
