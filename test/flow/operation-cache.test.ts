import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql, type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

/** Within one test the clock may enter the next day: what is asked is of a day that is over. */
const DAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const RANGE = `range: {from: "${DAY}T00:00:00Z", to: "${DAY}T23:59:59Z"}`;
const METRICS = `{ transactionMetrics(${RANGE}, by: [CATEGORY]) { rows { category count } } transactions(first: 1) { totalCount } }`;
const CONVERTED = `{ transactionMetrics(${RANGE}, convertTo: USD) { total { amountSum } rates { rate } } }`;

describeWithRedis('the whole product, with what it keeps in Redis', () => {
  let redis: TestRedis;
  let lakegate: LakegateHere;

  beforeAll(async () => {
    redis = await startRedis();
    lakegate = await startLakegateHere({ env: { LAKEGATE_REDIS_URL: redis.url } });
  }, 180_000);

  afterAll(async () => {
    await lakegate.stop();
    removeDir(lakegate.dataDir);
    await redis.stop();
  });

  let sent = 0;
  async function send(count: number): Promise<void> {
    const events = Array.from({ length: count }, () => ({
      id: `t-${sent++}`,
      userId: 'u',
      amount: '10',
      currency: 'EUR',
      status: 'CAPTURED',
      category: 'books',
      occurredAt: `${DAY}T12:00:00Z`,
    }));
    const ingest =
      'mutation($events: [TransactionInput!]!) { ingestTransactions(events: $events, wait: true) { version } }';
    expect((await graphql(lakegate.url, ingest, { events })).errors).toBeUndefined();
  }

  async function ask(query: string) {
    const response = await fetch(`${lakegate.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return { outcome: response.headers.get('lakegate-cache'), text: await response.text() };
  }

  /** Asked until it comes from the cache: a call to Redis may take too long on a busy machine, and then it is computed. */
  async function untilHit(query: string): Promise<string> {
    const found: string[] = [];
    await until(async () => {
      const { outcome, text } = await ask(query);
      if (outcome === 'hit') found.push(text);
      return found.length > 0;
    });
    return found[0] ?? '';
  }

  const counted = (count: number) =>
    `{"data":{"transactionMetrics":{"rows":[{"category":"books","count":${count}}]},"transactions":{"totalCount":${count}}}}\n`;

  test('what was acknowledged is in every answer after it, kept or not', async () => {
    for (const count of [1, 3, 4]) {
      await send(count - sent);
      const first = await ask(METRICS);
      expect(first).toMatchObject({ text: counted(count) });
      expect(first.outcome).not.toBe('hit');
      expect(await untilHit(METRICS)).toBe(counted(count));
    }
  }, 120_000);

  test('a rate that was set is in every answer after it', async () => {
    for (const rate of ['1.5', '2']) {
      await graphql(
        lakegate.url,
        `mutation { setRates(rates: [{from: EUR, to: USD, day: "${DAY}", rate: "${rate}"}]) { rate } }`,
      );
      expect((await ask(CONVERTED)).text).toContain(`"rate":"${rate}"`);
      expect(await untilHit(CONVERTED)).toContain(`"rate":"${rate}"`);
    }
  }, 120_000);

  test('a query that is a file is answered so too, as the file it is', async () => {
    const url = `${lakegate.url}/q/revenue.csv?last=2d`;
    const first = await fetch(url);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toContain('text/csv');
  });

  test('what is kept can be looked at, made anew and thrown away', async () => {
    await untilHit(METRICS);
    const look =
      '{ cache { hitRatio entryCount bytes entries(kind: TRANSACTION) { key whole kinds question range hits } } }';
    const { data } = await graphql<{ cache: { hitRatio: number; entryCount: number; entries: readonly Entry[] } }>(
      lakegate.url,
      look,
    );
    expect(data.cache.hitRatio).toBeGreaterThan(0);
    const whole = data.cache.entries.find((entry) => entry.whole && entry.question.includes('totalCount'));
    expect(whole).toMatchObject({ kinds: ['TRANSACTION'], question: JSON.stringify({ query: METRICS }) });
    expect(whole?.range).toContain(`${DAY}T00:00:00`);
    const refresh = 'mutation($key: ID!) { refreshCache(target: {key: $key}) { id } }';
    const { data: begun } = await graphql<{ refreshCache: { id: string } }>(lakegate.url, refresh, { key: whole?.key });
    const ended = () =>
      graphql<{ run: { status: string } }>(lakegate.url, 'query($id: ID!) { run(id: $id) { status error progress } }', {
        id: begun.refreshCache.id,
      });
    await until(async () => !['QUEUED', 'RUNNING'].includes((await ended()).data.run.status));
    expect((await ended()).data.run).toEqual({ status: 'SUCCEEDED', error: null, progress: 1 });
    expect(await untilHit(METRICS)).toBe(counted(4));
    const { data: gone } = await graphql<{ invalidateCache: { removed: number } }>(
      lakegate.url,
      'mutation { invalidateCache(target: {everything: true}) { removed bytesFreed } }',
    );
    expect(gone.invalidateCache.removed).toBeGreaterThan(0);
    expect((await ask(METRICS)).outcome).not.toBe('hit');
  }, 120_000);

  test('Redis killed: every answer is the same, and health says what is wrong', async () => {
    await redis.kill();
    for (let asked = 0; asked < 20; asked++) expect((await ask(METRICS)).text).toBe(counted(4));
    await send(1);
    expect((await ask(METRICS)).text).toBe(counted(5));
    const health = await (await fetch(`${lakegate.url}/healthz`)).json();
    expect(health).toMatchObject({ checks: { cache: { status: 'warn' } } });
    const figures = await (await fetch(`${lakegate.url}/metrics`)).text();
    expect(figures).toContain('lakegate_cache_store_up 0');
    const { errors } = await graphql(lakegate.url, '{ storedValue(key: "k") { value } }');
    expect(errors?.[0]?.extensions.code).toBe('CACHE_DOWN');
  }, 120_000);
});

interface Entry {
  readonly key: string;
  readonly whole: boolean;
  readonly kinds: readonly string[];
  readonly question: string;
  readonly range: string;
}
