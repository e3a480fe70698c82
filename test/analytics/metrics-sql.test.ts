import { expect, test } from 'vitest';
import { type MetricsArguments, readMetricsQuestion } from '../../src/analytics/metrics/metrics-question.ts';
import { rowsStatement } from '../../src/analytics/metrics/metrics-sql.ts';
import { planMetrics } from '../../src/analytics/metrics/plan-metrics.ts';
import { planParts } from '../../src/analytics/metrics/scan-metrics.ts';
import { paymentKind } from '../support/asked-kind.ts';

const kind = paymentKind();
const DAYS = { from: '2026-11-01T00:00:00Z', to: '2026-11-04T00:00:00Z' };

const ASKED: readonly (readonly [why: string, asked: MetricsArguments, windowBy: 'number' | 'start'])[] = [
  ['days of UTC, of which there is a rollup', { range: DAYS, every: '1d' }, 'start'],
  [
    'hours, by groups, with a filter',
    { range: DAYS, every: '1h', by: ['CURRENCY'], where: { status: { ne: 'x' } } },
    'start',
  ],
  ['windows of more than one row', { range: DAYS, every: '2d' }, 'number'],
  [
    'days that begin at another hour than those of UTC',
    { range: DAYS, every: '1d', timeZone: 'Europe/Berlin' },
    'number',
  ],
  [
    'a range whose ends come from another table',
    { range: { ...DAYS, from: '2026-10-31T12:00:00Z' }, every: '1d' },
    'number',
  ],
  ['windows that are filled', { range: DAYS, every: '1d', fill: 'ZERO' }, 'number'],
  ['all of the range in one', { range: DAYS }, 'number'],
  ['days counted from the events themselves', { range: DAYS, every: '1d', where: { amount: { gt: '1' } } }, 'number'],
];

test.each(ASKED)(
  'windows that are rows of a rollup are known by the time in the row, and all others by a number: %s',
  (_, asked, windowBy) => {
    const measures = kind.measures.filter(({ name }) => name === 'count');
    const question = readMetricsQuestion(
      kind,
      asked,
      { rows: { measures, shares: [], running: [], late: false }, total: null, previous: null, rates: false },
      { tenant: 'default', nowMs: Date.parse('2026-11-05T12:00:00Z') },
    );
    const statement = rowsStatement(question, planParts(question, planMetrics).rows, null, 100);
    expect(statement.windowBy).toBe(windowBy);
    if (windowBy === 'start') expect(statement.sql).not.toContain('intDiv');
  },
);
