import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql, type LakegateHere, removeDir, runLakegate, startLakegateHere } from '../support/lakegate.ts';

let lakegate: LakegateHere;

beforeAll(async () => {
  lakegate = await startLakegateHere();
});

afterAll(async () => {
  await lakegate.stop();
  removeDir(lakegate.dataDir);
});

test('rates from a file, and events of three kinds: what is asked of them by name is answered in one operation', async () => {
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const days = [0, 1].map((ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10));
  const file = join(lakegate.dataDir, 'rates.csv');
  writeFileSync(file, ['day,from,to,rate', ...days.map((day) => `${day},USD,EUR,0.5`)].join('\n'));
  const load = runLakegate(['rates', 'load', file, '--url', lakegate.url]);
  expect(await load.exit, load.stderr()).toBe(0);
  expect(load.stdout()).toContain('2 rates are set: USD to EUR');

  const sent = await graphql(
    lakegate.url,
    `mutation ($transactions: [TransactionInput!]!, $activities: [ActivityInput!]!, $lines: [LogLineInput!]!) {
      ingestTransactions(events: $transactions, wait: true) { admitted visible }
      ingestActivities(events: $activities, wait: true) { admitted visible }
      ingestLogLines(events: $lines, wait: true) { admitted visible }
    }`,
    {
      transactions: [
        {
          id: 't1',
          userId: 'ada',
          amount: '10.01',
          currency: 'USD',
          status: 'CAPTURED',
          category: 'a',
          occurredAt: at(3),
        },
        { id: 't2', userId: 'ada', amount: '1', currency: 'EUR', status: 'REFUNDED', category: 'a', occurredAt: at(2) },
      ],
      activities: [
        { id: 'a1', userId: 'ada', type: 'PAGE_VIEW', path: '/pricing', sessionId: 's1', occurredAt: at(2) },
        { id: 'a2', userId: 'ada', type: 'CLICK', path: '/pricing', sessionId: 's2', occurredAt: at(1) },
      ],
      lines: [{ id: 'l1', service: 'shop', level: 'ERROR', message: 'Disk is full: /var', occurredAt: at(1) }],
    },
  );
  expect(sent.errors).toBeUndefined();

  const { data, errors } = await graphql(
    lakegate.url,
    `{
      transactionMetrics(range: {last: "1h"}, convertTo: EUR) { total { amountSum amountMax } rates { from to rate } }
      transactionFunnel(range: {last: "1h"}, within: "10m", steps: [{where: {status: {eq: CAPTURED}}}, {where: {status: {eq: REFUNDED}}}]) {
        steps { users }
      }
      activeUsers(last: "5m") { nodes { userId sessions user { transactions(first: 1) { nodes { id } } } } totalCount }
      topPages { path views uniqueUsers }
      clicks { totalClicks }
      searchLogLines(query: "FULL disk") { edges { node { id } highlights { parts { text hit } } } totalCount }
      refused: transactionMetrics(range: {last: "1h"}, convertTo: USD) { total { amountSum } }
    }`,
  );
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['refused'], 'RATE_MISSING']]);
  expect(data).toEqual({
    transactionMetrics: {
      total: { amountSum: '6.005', amountMax: '5.005' },
      rates: [{ from: 'USD', to: 'EUR', rate: '0.5' }],
    },
    transactionFunnel: { steps: [{ users: 1 }, { users: 1 }] },
    activeUsers: {
      nodes: [{ userId: 'ada', sessions: 2, user: { transactions: { nodes: [{ id: 't2' }] } } }],
      totalCount: 1,
    },
    topPages: [{ path: '/pricing', views: 1, uniqueUsers: 1 }],
    clicks: { totalClicks: 1 },
    searchLogLines: {
      edges: [
        {
          node: { id: 'l1' },
          highlights: [
            {
              parts: [
                { text: 'Disk', hit: true },
                { text: ' is ', hit: false },
                { text: 'full', hit: true },
                { text: ': /var', hit: false },
              ],
            },
          ],
        },
      ],
      totalCount: 1,
    },
    refused: null,
  });
}, 120_000);
