import { describe, expect, test } from 'vitest';
import {
  type MetricsArguments,
  type MetricsSelection,
  readMetricsQuestion,
} from '../../src/analytics/metrics/metrics-question.ts';
import { rowIds } from '../../src/analytics/metrics/row-id.ts';
import { previousRange } from '../../src/analytics/metrics/scan-metrics.ts';
import { windowAt, windowIndexAt } from '../../src/analytics/time/windows.ts';
import { paymentKind } from '../support/asked-kind.ts';

const kind = paymentKind();
const [COUNT, AMOUNT, MEDIAN] = ['count', 'amountSum', 'weightP50'].map((name) => {
  const found = kind.measures.find((measure) => measure.name === name);
  return found === undefined ? [] : [found];
});
const FIVE = '2026-11-01T05:00:00Z';
const HOURS = { from: '2026-11-01T00:00:00Z', to: '2026-11-01T06:00:00Z' };
const HOUR = { from: FIVE, to: '2026-11-01T06:00:00Z' };

describe('two questions have rows of one id only where the rows say the same', () => {
  const different: Record<string, readonly [Asked, Asked]> = {
    'amounts in two currencies': [{ convertTo: 'EUR' }, { convertTo: 'USD' }],
    'an estimate and the exact value': [{ exact: true }, {}],
    'a window compared with two others': [{ compare: { precedingPeriod: true } }, { compare: { shift: '1w' } }],
    'the period before a short range and a long one': [
      { range: HOUR, compare: { precedingPeriod: true } },
      { compare: { precedingPeriod: true } },
    ],
    'a window that the range cuts, and the whole one': [
      { range: { from: FIVE, to: '2026-11-01T05:30:00Z' } },
      { range: HOUR },
    ],
    'sums that began at two starts': [
      { range: HOUR, running: true },
      { range: HOURS, running: true },
    ],
    'gaps that are filled in two ways': [{ fill: 'ZERO' }, { fill: 'PREVIOUS' }],
    'the best two, with and without all others': [
      { top: { n: 2, by: 'COUNT', others: true } },
      { top: { n: 2, by: 'COUNT', others: false } },
    ],
    'the others than two sets of groups': [{ othersThan: ['["DE"]'] }, { othersThan: ['["FR"]'] }],
  };

  test.each(Object.entries(different))('%s', (_, [one, other]) => {
    expect(rowIdAtFive(one)).not.toBe(rowIdAtFive(other));
  });

  test('a range that moves on keeps the rows of the windows that stay, compared or not', () => {
    const moving = (now: string, compare: Asked['compare']) => rowIdAtFive({ range: { last: '6h' }, now, compare });
    for (const compare of [null, { precedingPeriod: true }, { shift: '1w' }]) {
      expect(moving('2026-11-01T05:59:00Z', compare)).toBe(moving('2026-11-01T08:01:00Z', compare));
    }
  });

  test('what is selected, and which rows are shown in which order, changes none', () => {
    const all = { range: HOUR, compare: { shift: '1d' } };
    expect(rowIdAtFive({ ...all, limit: 1, orderBy: [{ by: 'COUNT', direction: 'DESC' }] })).toBe(rowIdAtFive(all));
    // Nothing is compared where nothing of it is selected.
    expect(rowIdAtFive({ ...all, previous: false })).toBe(rowIdAtFive({ range: HOUR }));
  });
});

interface Asked extends Partial<MetricsArguments> {
  readonly now?: string;
  readonly running?: boolean;
  readonly previous?: boolean;
  readonly othersThan?: readonly string[];
}

/** Of the window in which it was five. */
function rowIdAtFive({ now, running, previous, othersThan, ...args }: Asked): string {
  const amounts = args.convertTo === undefined ? [] : (AMOUNT ?? []);
  const measures = [...(COUNT ?? []), ...amounts, ...(MEDIAN ?? [])];
  const select: MetricsSelection = {
    rows: { measures, shares: [], running: running === true ? (COUNT ?? []) : [], late: false },
    total: null,
    previous: previous === false ? null : measures,
    rates: false,
  };
  const said = { range: HOURS, every: '1h', by: ['COUNTRY'], ...args };
  const nowMs = Date.parse(now ?? '2026-11-02T00:00:00Z');
  const question = readMetricsQuestion(kind, said, select, { tenant: 'default', nowMs });
  const index = windowIndexAt(question.range, Date.parse(FIVE) * 1000);
  const before = previousRange(question);
  return rowIds(question)({
    window: windowAt(question.range, index),
    compared: before && windowAt(before, index),
    othersThan: othersThan ?? null,
    group: ['DE'],
  });
}
