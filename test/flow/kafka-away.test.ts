import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onKafka, serverUrl } from '../support/backend.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import {
  graphql,
  type LakegateHere,
  removeDir,
  startLakegateHere,
  startLakegateProcess,
  temporaryDir,
} from '../support/lakegate.ts';
import { until } from '../support/until.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

/** The same event each time it is sent. */
const OCCURRED_AT = new Date().toISOString();

describeWithKafka('while a part of it is away', () => {
  let kafka: KafkaHere;
  let engine: TestWarehouse;
  let lakegate: LakegateHere;

  beforeAll(async () => {
    kafka = await startKafka();
    engine = await startTestWarehouse({ kafka: { keeper: [], caFile: null } });
    const { env } = await onKafka(() => kafka.brokers).open();
    lakegate = await startLakegateHere({ env: { ...env, LAKEGATE_CLICKHOUSE_URL: serverUrl(engine.engine) } });
    await until(async () => (await send('first', true)).status === 200, 120_000);
  });

  afterAll(async () => {
    await lakegate?.stop();
    await engine?.stop();
    await kafka?.stop();
    if (lakegate !== undefined) removeDir(lakegate.dataDir);
  });

  function send(id: string, wait = false): Promise<Response> {
    return sendTo(lakegate.url, id, wait);
  }

  function sendTo(url: string, id: string, wait: boolean): Promise<Response> {
    const event = {
      id,
      userId: 'ada',
      amount: '1',
      currency: 'USD',
      status: 'CAPTURED',
      category: 'x',
      occurredAt: OCCURRED_AT,
    };
    return fetch(`${url}/ingest/transaction?verdicts=all&wait=${wait}`, {
      method: 'POST',
      body: JSON.stringify(event),
      headers: { 'content-type': 'application/x-ndjson' },
    });
  }

  const COUNT = '{ transactionMetrics(range: {last: "1h"}, where: {currency: {eq: USD}}) { total { count } } }';

  /** Null while the question is refused. */
  async function countOf(url: string): Promise<number | null> {
    const { data } = await graphql<{ transactionMetrics: { total: { count: number } } | null }>(url, COUNT);
    return data.transactionMetrics?.total.count ?? null;
  }

  async function checks(): Promise<Record<string, { readonly status: string }>> {
    return ((await (await fetch(`${lakegate.url}/readyz`)).json()) as { checks: Record<string, { status: string }> })
      .checks;
  }

  describe('Kafka', () => {
    test('ingest is told when to come again, questions go on, and nothing acknowledged is lost when it is back', async () => {
      const [node] = kafka.nodes;
      await node?.kill();
      const refused = await send('while away');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
      expect(await refused.json()).toMatchObject({ error: { code: 'READ_ONLY' } });
      expect((await fetch(`${lakegate.url}/readyz`)).status).toBe(503);
      expect((await checks()).log).toMatchObject({ status: 'error' });
      expect((await fetch(`${lakegate.url}/healthz`)).status).toBe(200);
      expect(await countOf(lakegate.url)).toBe(1);
      expect(await (await fetch(`${lakegate.url}/metrics`)).text()).toContain('lakegate_log_up 0');

      await node?.restart();
      await until(async () => (await send('while away', true)).status === 200, 120_000);
      await until(async () => ((await (await send('first')).json()) as { duplicates: number }).duplicates === 1);
      expect(await countOf(lakegate.url)).toBe(2);
      expect((await fetch(`${lakegate.url}/readyz`)).status).toBe(200);
    });
  });

  describe('admission', () => {
    test('what has no verdict in time is durable and PENDING, and is judged when somebody judges again', async () => {
      const dir = temporaryDir();
      const { env } = await onKafka(() => kafka.brokers).open();
      const roles = (names: string) => ({ ...env, LAKEGATE_ROLES: names, LAKEGATE_DATA_DIR: join(dir, names) });
      const gateway = await startLakegateHere({
        env: { ...roles('gateway,loader'), LAKEGATE_VERDICT_DEADLINE: '100ms' },
      });
      try {
        const sent = await sendTo(gateway.url, 'nobody judges', true);
        expect(sent.status).toBe(202);
        expect(await sent.json()).toMatchObject({
          admitted: 0,
          pending: 1,
          visible: false,
          verdicts: [{ id: 'nobody judges', verdict: 'PENDING', position: null, rejection: null }],
        });
        await until(async () => (await countOf(gateway.url)) === 0);
        const judge = await startLakegateProcess({ env: roles('admission') });
        await until(async () => (await countOf(gateway.url)) === 1);
        const { data } = await graphql(
          gateway.url,
          '{ trace(kind: TRANSACTION, id: "nobody judges") { sightings { verdict loadedAt } } }',
        );
        expect(data).toEqual({ trace: { sightings: [{ verdict: 'ADMITTED', loadedAt: expect.any(String) }] } });
        await judge.stop();
      } finally {
        await gateway.stop();
        removeDir(dir);
      }
    });
  });

  describe('ClickHouse', () => {
    test('events are taken and judged, and questions are told that it is away', async () => {
      await engine.warehouse.close();
      expect(await (await send('without ClickHouse')).json()).toMatchObject({ admitted: 1 });
      await until(async () => (await checks()).warehouse?.status === 'warn');
      expect((await fetch(`${lakegate.url}/readyz`)).status).toBe(200);
      const { errors } = await graphql(lakegate.url, COUNT);
      expect(errors).toMatchObject([{ extensions: { code: 'WAREHOUSE_DOWN' } }]);
    });
  });
});
