import { parse, subscribe } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { MetricsRow } from '../../src/analytics/metrics/scan-metrics.ts';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import { executableSchema } from '../../src/gateway/executable-schema.ts';
import type { LiveMetricsAsked } from '../../src/live/metrics/live-metrics.ts';
import type { MetricsUpdate } from '../../src/live/metrics/metrics-update.ts';
import { paymentKind, paymentModel } from '../support/asked-kind.ts';

const model = paymentModel();

describe('the live metrics of a kind', () => {
  test('ask for what is selected, whatever the words', async () => {
    const { asked } = await subscribed(`{ paymentMetrics(range: {last: "5m"}, by: [STATUS], compare: {shift: "1d"}) {
      ...Rows total { userIdDistinct } } }
      fragment Rows on PaymentMetricsUpdate { rows { count rate(of: AMOUNT_SUM) running(of: COUNT) change(of: PIECES_SUM) revision } }`);
    const names = (measures: readonly { readonly name: string }[] | null | undefined) =>
      measures?.map(({ name }) => name);
    expect(names(asked?.select.rows?.measures)).toEqual(['count', 'amountSum', 'piecesSum']);
    expect(names(asked?.select.rows?.running)).toEqual(['count']);
    expect(asked?.select.rows?.late).toBe(true);
    expect(names(asked?.select.total)).toEqual(['userIdDistinct']);
    expect(names(asked?.select.previous)).toEqual(['piecesSum']);
  });

  test.each([
    ['{ rows { final } }', true],
    ['{ rows { id ...F } } fragment F on PaymentMetricsRow { final }', true],
    ['{ rows { count } }', false],
  ])('tell of a window that becomes final only where that is looked at: %s', async (selection, finals) => {
    const [fields = '', fragment = ''] = selection.split(' fragment');
    const text = `{ paymentMetrics(range: {last: "5m"}) ${fields} } ${fragment && `fragment${fragment}`}`;
    expect((await subscribed(text)).asked?.finals).toBe(finals);
  });

  test('take a throttle from 50 ms to a minute, and 250 ms where none is said', async () => {
    const withThrottle = (throttle: string) =>
      subscribed(`{ paymentMetrics(range: {last: "5m"}${throttle}) { rows { count } } }`);
    expect((await withThrottle('')).asked?.throttleMs).toBe(250);
    expect((await withThrottle(', throttle: "1m"')).asked?.throttleMs).toBe(60_000);
    for (const wrong of ['49ms', '61s', '1mo']) {
      const { errors } = await withThrottle(`, throttle: "${wrong}"`);
      expect(errors?.[0]?.message).toMatch(/throttle: expected a duration from 50ms to 1m/);
    }
  });

  test('refuse a dimension that is not grouped by, as the query does', async () => {
    const { errors, asked } = await subscribed('{ paymentMetrics(range: {last: "5m"}) { rows { status } } }');
    expect(errors?.[0]?.message).toMatch(/status of Payment is not in `by`/);
    expect(asked).toBeNull();
  });

  test('give rows the shape that they have in the query, and nothing of who reads', async () => {
    const { first } = await subscribed(`{ paymentMetrics(range: {last: "5m"}, compare: {shift: "1d"}) {
      type cursor removed rows { id start end final revision others count rate(per: "1m") share running previous { count } change }
      total { count } asOf { version watermark tables } } }`);
    expect(first?.data?.paymentMetrics).toMatchObject({
      type: 'PATCH',
      cursor: 'here',
      removed: ['gone'],
      rows: [
        {
          id: 'a',
          start: '1970-01-01T00:00:00.000000Z',
          end: '1970-01-01T00:05:00.000000Z',
          final: true,
          revision: 2,
          others: false,
          count: 10,
          rate: 2,
          share: 0.5,
          running: '30',
          previous: { count: 5 },
          change: 1,
        },
      ],
      total: { count: 20 },
      asOf: { watermark: '1970-01-01T00:05:00.000000Z', tables: ['raw'] },
    });
  });
});

const ROW: MetricsRow = {
  id: 'a',
  startUs: 0,
  endUs: 300e6,
  others: false,
  lateCount: 2,
  group: {},
  measures: { count: 10 },
  shares: { count: 0.5 },
  running: { count: '30' },
  previous: { count: 5 },
};

const UPDATE: MetricsUpdate = {
  type: 'PATCH',
  cursor: 'here',
  rows: [ROW],
  removed: ['gone'],
  total: { count: 20 },
  version: { offsets: new Map(), watermarksMs: new Map([[paymentKind().plural, 300_000]]) },
  tables: ['raw'],
};

/** What a subscription asks for, and its first message. */
async function subscribed(text: string) {
  let asked: LiveMetricsAsked | null = null;
  const metrics = {
    open(each: LiveMetricsAsked) {
      asked = each;
      return { take: () => UPDATE, wait: () => () => {}, leave: () => {} };
    },
  };
  const result = await subscribe({
    schema: executableSchema(model, { live: { metrics } } as never),
    document: parse(`subscription ${text}`),
    contextValue: { tenant: 'default', reads: new OperationReads() },
  });
  const seen = () => asked as LiveMetricsAsked | null;
  if (!(Symbol.asyncIterator in result)) return { errors: result.errors, first: null, asked: seen() };
  const { value: first } = await result.next();
  return { errors: first?.errors, first: first ?? null, asked: seen() };
}
