import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafkaLog } from '../../src/log/kafka-log.ts';
import { logKey, TENANT_DEFAULT } from '../../src/model/record-format.ts';
import { endsOf } from '../../src/warehouse/trace.ts';
import { type OpenedBackend, onKafka, serverUrl } from '../support/backend.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import {
  graphql,
  type LakegateHere,
  type LakegateProcess,
  removeDir,
  startLakegateHere,
  startLakegateProcess,
  temporaryDir,
} from '../support/lakegate.ts';
import { until } from '../support/until.ts';

/** Two gateways on one Kafka and one engine: the first process has every role and the engine, the second is a gateway and nothing else. */
describeWithKafka('two gateways that share the work', () => {
  const dir = temporaryDir();
  const dataDirOfSecond = join(dir, 'second');
  let kafka: KafkaHere;
  let opened: OpenedBackend;
  let first: LakegateHere;
  let second: LakegateHere;

  beforeAll(async () => {
    kafka = await startKafka();
    opened = await onKafka(() => kafka.brokers).open();
    first = await startLakegateHere({ env: { ...opened.env, LAKEGATE_DATA_DIR: join(dir, 'first') } });
    second = await startLakegateHere({ env: { ...opened.env, ...gatewayAlone() } });
  });

  afterAll(async () => {
    await second?.stop();
    await first?.stop();
    await kafka?.stop();
    removeDir(dir);
  });

  function gatewayAlone(): Record<string, string> {
    if (first.engine === null) throw new Error('expected the first process to have the engine');
    return {
      LAKEGATE_CLICKHOUSE_URL: serverUrl(first.engine),
      LAKEGATE_ROLES: 'gateway',
      LAKEGATE_DATA_DIR: dataDirOfSecond,
    };
  }

  let count = 0;
  function payment(fields: Record<string, unknown> = {}) {
    count++;
    return {
      id: `g-${count}`,
      userId: 'ada',
      amount: '1',
      currency: 'USD',
      status: 'CAPTURED',
      category: 'x',
      occurredAt: new Date().toISOString(),
      ...fields,
    };
  }

  interface Ingested {
    readonly ingestTransactions: {
      readonly version: string;
      readonly visible: boolean;
      readonly verdicts: readonly { readonly verdict: string }[];
    };
  }

  async function ingest({ url }: LakegateHere, event: object, wait = false): Promise<Ingested['ingestTransactions']> {
    const { data, errors } = await graphql<Ingested>(
      url,
      `mutation ($events: [TransactionInput!]!, $wait: Boolean!) {
         ingestTransactions(events: $events, wait: $wait) { version visible verdicts { verdict } } }`,
      { events: [event], wait },
    );
    expect(errors).toBeUndefined();
    return data.ingestTransactions;
  }

  /** Over a range that does not move, so that it is the same question each time. */
  async function ask({ url }: LakegateHere, category: string, atLeast: string | null = null) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `query ($category: String!, $v: Version) { transactionMetrics(
          range: {from: "2026-01-01T00:00:00Z", to: "2036-01-01T00:00:00Z"}, atLeast: $v,
          where: {category: {eq: $category}, currency: {eq: USD}}) { total { count } } }`,
        variables: { category, v: atLeast },
      }),
    });
    const { data } = (await response.json()) as { data: { transactionMetrics: { total: { count: number } } } };
    return { count: data.transactionMetrics.total.count, outcome: response.headers.get('lakegate-cache') };
  }

  test('what one of them took the other shows, at the version that was given for it', async () => {
    for (const [taker, asker] of [
      [first, second],
      [second, first],
    ] as const) {
      const category = `version-${count}`;
      const { version } = await ingest(taker, payment({ category }));
      expect(await ask(asker, category, version)).toMatchObject({ count: 1 });
    }
  });

  test('an answer that one of them kept is not given any more when the other made an event visible', async () => {
    const category = 'kept';
    for (let events = 1; events <= 5; events++) {
      const [taker, other] = events % 2 === 0 ? [first, second] : [second, first];
      expect((await ingest(taker, payment({ category }), true)).visible).toBe(true);
      expect(await ask(other, category)).toMatchObject({ count: events });
      expect(await ask(taker, category)).toMatchObject({ count: events });
    }
    // While nothing comes in, both keep what they know.
    for (const each of [first, second]) expect(await ask(each, category)).toEqual({ count: 5, outcome: 'hit' });
  });

  test('no answer is torn while events come in by both: what its groups count adds up to its total', async () => {
    let sending = true;
    const send = async (gateway: LakegateHere) => {
      while (sending) {
        const events = Array.from({ length: 50 }, () => payment({ category: 'torn', merchant: `m${count % 7}` }));
        const body = events.map((event) => JSON.stringify(event)).join('\n');
        const headers = { 'content-type': 'application/x-ndjson' };
        expect((await fetch(`${gateway.url}/ingest/transaction`, { method: 'POST', body, headers })).ok).toBe(true);
      }
    };
    const senders = [send(first), send(second)];
    const totals = new Set<number>();
    // The groups are read from another rollup than the total.
    const query = `{ transactionMetrics(range: {last: "1d"}, by: [MERCHANT], where: {currency: {eq: USD}}) {
      rows { count } total { count } } }`;
    for (let answers = 0; answers < 40; answers++) {
      const { data, errors } = await graphql<{
        transactionMetrics: { rows: { count: number }[]; total: { count: number } };
      }>(answers % 2 === 0 ? first.url : second.url, query);
      expect(errors).toBeUndefined();
      const { rows, total } = data.transactionMetrics;
      expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(total.count);
      totals.add(total.count);
    }
    sending = false;
    await Promise.all(senders);
    expect(totals.size).toBeGreaterThan(5);
  });

  test('tables that change although no offset moved leave no old answer', async () => {
    const category = 'mended';
    await ingest(first, payment({ category }), true);
    const everything = await endsOf(first.log, ['transactions']);
    for (const each of [first, second]) {
      await each.progress.waitFor(everything, 60_000);
      expect((await ask(each, category)).count).toBe(1);
    }
    const before = second.progress.version(['transactions']).offsets;
    for (const grain of ['1m', '1h', '1d']) {
      await first.warehouse.command(
        `ALTER TABLE lakegate.transactions_rollup_${grain} DELETE WHERE category = '${category}' SETTINGS mutations_sync = 2`,
      );
    }
    for (const each of [first, second]) expect(await ask(each, category)).toEqual({ count: 0, outcome: 'miss' });
    expect(second.progress.version(['transactions']).offsets).toEqual(before);
  });

  test('an id that is sent to both at the same time is admitted once', async () => {
    for (let times = 0; times < 5; times++) {
      const event = payment({ category: 'twice' });
      const both = await Promise.all([ingest(first, event), ingest(second, event)]);
      expect(both.flatMap(({ verdicts }) => verdicts.map(({ verdict }) => verdict)).sort()).toEqual([
        'ADMITTED',
        'DUPLICATE',
      ]);
    }
  });

  test('both see the same ledger, and the lag of both groups of readers', async () => {
    const { version } = await ingest(second, payment());
    await Promise.all([first, second].map((each) => ask(each, 'x', version)));
    const ledgers = [];
    for (const { url } of [first, second]) {
      const { data } = await graphql(
        url,
        '{ ledger(kind: TRANSACTION) { expected seen gaps duplicates partitions { lastOffset lag } } }',
      );
      ledgers.push(data);
    }
    expect(ledgers[0]).toEqual(ledgers[1]);
    expect(ledgers[0]).toMatchObject({ ledger: { gaps: 0, duplicates: 0 } });
    const { data } = await graphql<{ lag: { group: string; topic: string }[] }>(
      second.url,
      '{ lag { group topic lag } }',
    );
    const groups = data.lag.map(({ group, topic }) => `${group} ${topic}`);
    expect(groups).toContain('ADMISSION transactions.in');
    expect(groups).toContain('WAREHOUSE transactions');
  });

  test('the one without admission or engine has made no data directory', () => {
    expect(existsSync(dataDirOfSecond)).toBe(false);
  });

  test('an event that its producer writes to Kafka is in the figures of the member that judges it, and of no gateway', async () => {
    const figuresOf = async ({ url }: LakegateHere) => {
      const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n').map((line) => line.split(' '));
      return new Map(lines.map(([name = '', value]) => [name, Number(value)]));
    };
    const before = await figuresOf(first);
    const producer = await openKafkaLog({
      brokers: kafka.brokers.split(','),
      clientId: 'producer',
      prefix: opened.env.LAKEGATE_KAFKA_PREFIX ?? '',
    });
    try {
      const value = Buffer.from(JSON.stringify(payment()));
      const record = { key: logKey(TENANT_DEFAULT, 'ada'), timeMs: Date.now(), value };
      await producer.append('transactions.in', [record, record, { ...record, value: Buffer.from('{}') }]);
      const grown = async (name: string) => ((await figuresOf(first)).get(name) ?? 0) - (before.get(name) ?? 0);
      const judged = (verdict: string) => grown(`lakegate_admission_events_total{verdict="${verdict}"}`);
      await until(async () => (await judged('rejected')) === 1);
      expect([await judged('admitted'), await judged('duplicate'), await judged('forwarded')]).toEqual([1, 1, 0]);
      expect(await grown('lakegate_events_total{kind="transaction",verdict="admitted"}')).toBe(0);
      expect([...(await figuresOf(second)).keys()].join()).not.toContain('lakegate_admission_events_total');
    } finally {
      await producer.close();
    }
  });

  test('a process that only judges is well without a warehouse, and has figures', async () => {
    const dataDir = join(dir, 'third');
    const third: LakegateProcess = await startLakegateProcess({
      env: { ...opened.env, LAKEGATE_ROLES: 'admission', LAKEGATE_DATA_DIR: dataDir },
    });
    try {
      const ready = await fetch(`${third.url}/readyz`);
      expect(ready.status).toBe(200);
      const { checks } = (await ready.json()) as { checks: Record<string, unknown> };
      expect(Object.keys(checks)).toEqual(['log', 'loader', 'admission', 'processor', 'cache', 'process']);
      const metrics = await (await fetch(`${third.url}/metrics`)).text();
      expect(metrics).toContain('lakegate_fenced_commits_total 0');
      expect(metrics).toContain('lakegate_log_up 1');
      expect(metrics).not.toContain('lakegate_warehouse_up');
      expect((await fetch(`${third.url}/graphql`, { method: 'POST' })).status).toBe(404);
      // It takes a part of the work, and what comes in is still judged once.
      const event = payment({ category: 'with a third' });
      expect((await ingest(second, event)).verdicts).toEqual([{ verdict: 'ADMITTED' }]);
      expect((await ingest(first, event)).verdicts).toEqual([{ verdict: 'DUPLICATE' }]);
    } finally {
      expect(await third.stop()).toBe(0);
    }
  });
});
