import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import {
  type ForeignRecord,
  type HowToProduce,
  produceWithJava,
} from '../support/kafka/java-producer/produce-with-java.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { graphql, type LakegateProcess, removeDir, startLakegateProcess, temporaryDir } from '../support/lakegate.ts';
import { until } from '../support/until.ts';

/** The first is written into the product's own topic, the second is read from one that was there before the product. */
const KINDS = `
type Payment @event(key: "userId") {
  id: ID!
  userId: ID!
  currency: CurrencyCode! @dimension
  amount: Decimal! @measure @constraint(min: "0", scale: 2)
  occurredAt: DateTime!
}

type Refund @event(key: "userId", from: "shop.refunds.v2") {
  id: ID!
  userId: ID!
  currency: CurrencyCode! @dimension
  amount: Decimal! @measure @constraint(min: "0", scale: 2)
  occurredAt: DateTime!
}
`;

const OCCURRED_AT = new Date(Date.now() - 60_000).toISOString();

/** Kinds by what their topics and questions are called. The product's own topic has another number of partitions than the foreign one. */
const DOORS = [
  { kind: 'PAYMENT', field: 'payment', topic: 'payments.in', partitions: 4 },
  { kind: 'REFUND', field: 'refund', topic: 'shop.refunds.v2', partitions: 3 },
] as const;
type Door = (typeof DOORS)[number];

describeWithKafka("events of Kafka's own producer in Java", () => {
  let kafka: KafkaHere;
  let product: LakegateProcess;
  const schemaDir = temporaryDir();

  beforeAll(async () => {
    kafka = await startKafka();
    await createForeignTopic(kafka);
    writeFileSync(join(schemaDir, 'kinds.graphql'), KINDS);
    product = await startLakegateProcess({
      env: { LAKEGATE_KAFKA_BROKERS: kafka.brokers, LAKEGATE_SCHEMA_DIR: schemaDir },
    });
  });

  afterAll(async () => {
    await product?.stop();
    if (product !== undefined) removeDir(product.dataDir);
    removeDir(schemaDir);
    await kafka?.stop();
  });

  /** One JVM for both topics: each start takes a second. */
  const produce = (of: (door: Door) => readonly ForeignRecord[], how: Omit<HowToProduce, 'brokers'> = {}) =>
    produceWithJava({ brokers: kafka.brokers, ...how }, DOORS.flatMap(of));

  test('sound ones are counted once, whatever key and partition they have, and however often they are sent', async () => {
    const committed = (door: Door) => events(door, 'committed', 40);
    await produce((door) => events(door, 'sent', 40), { config: { 'compression.type': 'gzip' } });
    await produce(committed, { transaction: 'commit' });
    await produce(committed);
    for (const door of DOORS) {
      await until(async () => (await countOf(product, door)) >= 80, 60_000);
      await until(async () => (await sightingsOf(product, door, 'committed-7')).length >= 2, 60_000);
      expect(await askAll(product, door)).toEqual({
        rows: [{ currency: 'EUR', count: 80, amountSum: '804' }],
        ledger: { expected: 80, seen: 80, gaps: 0, duplicates: 0 },
        trace: ['ADMITTED', 'DUPLICATE'],
      });
    }
  });

  test('broken ones are rejected, each with its reason and its bytes, and hold nothing up', async () => {
    const broken = {
      NOT_JSON: 'amount=10',
      MISSING_FIELD: JSON.stringify({ ...event('no-user'), userId: undefined }),
      WRONG_TYPE: JSON.stringify({ ...event('text'), amount: 'much' }),
      OUT_OF_RANGE: JSON.stringify({ ...event('negative'), amount: -1 }),
    };
    const noText = Buffer.from([0xff, 0xfe, 0x00]);
    const values = [...Object.values(broken), noText];
    await produce(({ topic }) => values.map((value) => ({ topic, value })));
    for (const door of DOORS) {
      await until(async () => (await rejectedOf(product, door)).length >= values.length, 60_000);
      const rejected = await rejectedOf(product, door);
      expect(rejected).toHaveLength(values.length);
      for (const [code, payload] of Object.entries(broken)) {
        expect(rejected).toContainEqual({ code, payload, payloadEncoding: 'TEXT', source: `kafka:${door.topic}` });
      }
      const inBase64 = { payload: noText.toString('base64'), payloadEncoding: 'BASE64' };
      expect(rejected).toContainEqual(expect.objectContaining(inBase64));
      expect(await countOf(product, door)).toBe(80);
    }
  });

  test('those of an aborted or abandoned transaction never appear', async () => {
    await produce((door) => everyPartition(door, 'aborted'), { transaction: 'abort' });
    // Until the broker ends it, nobody reads past it.
    const soon = { 'transaction.timeout.ms': '2000' };
    await produce((door) => everyPartition(door, 'abandoned'), { transaction: 'abandon', config: soon });
    // Behind them in every partition: when these have been judged, those were passed.
    await produce((door) => everyPartition(door, 'after'));
    for (const door of DOORS) {
      const expected = 80 + door.partitions;
      await until(async () => (await countOf(product, door)) >= expected, 60_000);
      expect(await countOf(product, door)).toBe(expected);
      for (const id of ['aborted-0', 'abandoned-0']) expect(await sightingsOf(product, door, id)).toEqual([]);
      const payloads = (await rejectedOf(product, door)).map(({ payload }) => payload);
      expect(payloads.filter((payload) => /aborted|abandoned/.test(payload))).toEqual([]);
    }
  });
});

async function createForeignTopic({ brokers }: KafkaHere): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'shop.refunds.v2', numPartitions: 3 }], waitForLeaders: true });
  await admin.disconnect();
}

function event(id: string) {
  return { id, userId: `user of ${id}`, currency: 'EUR', amount: '10.05', occurredAt: OCCURRED_AT };
}

/** A third without a key, a third with the user as key, a third with a key that means something to somebody else. */
function events({ topic }: Door, name: string, count: number): readonly ForeignRecord[] {
  return Array.from({ length: count }, (_, n) => {
    const value = event(`${name}-${n}`);
    const keys = [{}, { key: value.userId }, { key: `order ${n % 5}` }];
    return { topic, value: JSON.stringify(value), ...keys[n % 3] };
  });
}

function everyPartition({ topic, partitions }: Door, name: string): readonly ForeignRecord[] {
  return Array.from({ length: partitions }, (_, partition) => ({
    topic,
    partition,
    value: JSON.stringify(event(`${name}-${partition}`)),
  }));
}

interface MetricsRows {
  readonly rows: readonly { readonly currency: string; readonly count: number; readonly amountSum: string }[];
}

async function countOf({ url }: LakegateProcess, { field }: Door): Promise<number> {
  const { data } = await graphql<Record<string, MetricsRows>>(url, `{ ${metricsOf(field)} { rows { count } } }`);
  return Object.values(data)[0]?.rows[0]?.count ?? 0;
}

async function askAll(product: LakegateProcess, door: Door) {
  const { data } = await graphql<Record<string, MetricsRows>>(
    product.url,
    `{ ${metricsOf(door.field)} { rows { currency count amountSum } }
       ledger(kind: ${door.kind}) { expected seen gaps duplicates } }`,
  );
  const { ledger, ...metrics } = data;
  return { rows: Object.values(metrics)[0]?.rows, ledger, trace: await sightingsOf(product, door, 'committed-7') };
}

function metricsOf(field: string): string {
  return `${field}Metrics(range: {last: "1d"}, by: [CURRENCY])`;
}

async function sightingsOf({ url }: LakegateProcess, { kind }: Door, id: string): Promise<readonly string[]> {
  const { data } = await graphql<{ trace: { sightings: { verdict: string }[] } | null }>(
    url,
    `{ trace(kind: ${kind}, id: ${JSON.stringify(id)}) { sightings { verdict } } }`,
  );
  return (data.trace?.sightings ?? []).map(({ verdict }) => verdict).toSorted();
}

interface RejectedNode {
  readonly source: string;
  readonly payload: string;
  readonly payloadEncoding: string;
  readonly rejection: { readonly code: string };
}

async function rejectedOf({ url }: LakegateProcess, { kind }: Door) {
  const { data } = await graphql<{ rejected: { nodes: RejectedNode[] } }>(
    url,
    `{ rejected(where: {kind: ${kind}}) { nodes { source payload payloadEncoding rejection { code } } } }`,
  );
  return data.rejected.nodes.map(({ rejection, ...rest }) => ({ code: rejection.code, ...rest }));
}
