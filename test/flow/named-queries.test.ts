import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql, type LakegateHere, removeDir, startLakegateHere, temporaryDir } from '../support/lakegate.ts';
import { readParquet } from '../support/read-parquet.ts';

let lakegate: LakegateHere;

beforeAll(async () => {
  lakegate = await startLakegateHere();
});

afterAll(async () => {
  await lakegate.stop();
  removeDir(lakegate.dataDir);
});

test('the sample queries are URLs: the same exact figures as in GraphQL, and the second time from the cache', async () => {
  const occurredAt = new Date(Date.now() - 60_000).toISOString();
  const common = { userId: 'ada', currency: 'EUR', status: 'CAPTURED', category: 'a', occurredAt };
  const events = [
    { ...common, id: 't1', amount: '0.1000', country: 'DE' },
    { ...common, id: 't2', amount: '9999999.0001', country: 'DE' },
    { ...common, id: 't3', amount: '5', country: 'FR' },
  ];
  const send = `mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events, wait: true) { admitted visible } }`;
  expect((await graphql(lakegate.url, send, { events })).data).toEqual({
    ingestTransactions: { admitted: 3, visible: true },
  });

  const url = `${lakegate.url}/q/revenue.csv?every=1d&last=1d`;
  const first = await fetch(url);
  const lines = (await first.text()).trimEnd().split('\r\n');
  expect(lines).toEqual([
    'start,currency,revenue,count,final',
    expect.stringMatching(/T00:00:00.000000Z,EUR,10000004.1001,3,false$/),
  ]);
  expect(first.headers.get('lakegate-cache')).toBe('miss');
  const inFrance = await fetch(`${url.replace('.csv', '.json')}&country=FR&numbers=true`);
  expect(await inFrance.json()).toMatchObject([{ currency: 'EUR', revenue: 5, count: 1 }]);

  const parquet = await fetch(url.replace('.csv', '.parquet'));
  const { columns, rows } = await readParquet(new Uint8Array(await parquet.arrayBuffer()));
  expect(rows).toEqual(await (await fetch(url.replace('.csv', '.json'))).json());
  expect(columns).toEqual([
    'start TIMESTAMP',
    'currency STRING',
    'revenue DECIMAL(38,10)',
    'count INT64',
    'final BOOLEAN',
  ]);

  const range = 'range: {from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z"}';
  const fixed = { query: `{ transactionMetrics(${range}) { total { count } } }` };
  const outcomes = [];
  for (let time = 0; time < 2; time++) outcomes.push(await exported(fixed));
  expect(outcomes).toEqual([
    ['miss', 'total_count\r\n0\r\n'],
    ['hit', 'total_count\r\n0\r\n'],
  ]);

  const { queries } = (await (await fetch(`${lakegate.url}/q`)).json()) as { queries: { name: string }[] };
  expect(queries.map(({ name }) => name)).toEqual(['revenue', 'top-pages']);
  expect(await (await fetch(`${lakegate.url}/q/top-pages.ndjson`)).text()).toBe('');
});

test('an error of the query is an HTTP error with its code', async () => {
  const late = await fetch(`${lakegate.url}/q/revenue.csv?last=soon`);
  expect(late.status).toBe(400);
  expect(await late.json()).toMatchObject({ error: { code: 'BAD_REQUEST', message: expect.stringContaining('soon') } });
});

test('a file that is no query of this schema stops the start with BAD_CONFIG and its line', async () => {
  const dir = temporaryDir();
  writeFileSync(join(dir, 'revenue.graphql'), '{\n  transactionMetrics(range: {last: "soon"}) { rows { revenue } }\n}');
  const env = { LAKEGATE_QUERIES_DIR: dir, LAKEGATE_DATA_DIR: join(dir, 'data') };
  await expect(startLakegateHere({ env })).rejects.toMatchObject({
    code: 'BAD_CONFIG',
    message: expect.stringMatching(/revenue\.graphql:2:36 expected a duration .*"soon"/),
  });
  removeDir(dir);
});

async function exported(body: object): Promise<readonly [string | null, string]> {
  const response = await fetch(`${lakegate.url}/export?format=csv`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return [response.headers.get('lakegate-cache'), await response.text()];
}
