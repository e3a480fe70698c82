import { randomBytes } from 'node:crypto';
import { type CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DECOMPRESS } from '../../src/log/kafka/codecs.ts';
import { type KafkaLog, type KafkaLogOptions, openKafkaLog } from '../../src/log/kafka-log.ts';
import type { StoredHeadedRecord } from '../../src/log/partition-work.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { produceWithJava } from '../support/kafka/java-producer/produce-with-java.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { useLz4InKafkajs } from '../support/kafka/use-lz4-in-kafkajs.ts';
import { readAll } from '../support/read-all.ts';
import { until } from '../support/until.ts';

const TOPIC = 'things';

describeWithKafka('the log on Kafka', () => {
  let kafka: KafkaHere;
  let client: Kafka;
  let producer: Producer;
  let prefixes = 0;
  let prefix = '';
  const opened: KafkaLog[] = [];

  beforeAll(async () => {
    kafka = await startKafka();
    client = new Kafka({ brokers: [kafka.brokers], clientId: 'somebody-else', logLevel: logLevel.NOTHING });
    producer = client.producer();
    await producer.connect();
  }, 120_000);
  afterAll(async () => {
    await producer.disconnect();
    await kafka.stop();
  });
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close();
  });

  const open = async (options: Partial<KafkaLogOptions> = {}): Promise<KafkaLog> => {
    const log = await openKafkaLog({ brokers: [kafka.brokers], clientId: 'test', prefix, ...options });
    opened.push(log);
    return log;
  };
  /** A log with one topic of one partition, under a prefix nobody else has. */
  const openWithTopic = async (): Promise<KafkaLog> => {
    prefix = `t${++prefixes}.`;
    const log = await open();
    await log.createTopic({ topic: TOPIC, partitions: 1, retentionMs: null });
    return log;
  };
  const transactional = async (name: string): Promise<Producer> => {
    const made = client.producer({ transactionalId: `${prefix}${name}`, idempotent: true, maxInFlightRequests: 1 });
    await made.connect();
    return made;
  };
  const transact = async (by: Producer, texts: readonly string[], end: 'commit' | 'abort'): Promise<void> => {
    const transaction = await by.transaction();
    const messages = texts.map((text) => ({ key: 'k', value: text, partition: 0 }));
    await transaction.send({ topic: `${prefix}${TOPIC}`, messages });
    await transaction[end]();
  };

  describe('transactions', () => {
    test('of others are read when they are committed, and never when they were rolled back', async () => {
      const log = await openWithTopic();
      const [a, b] = [await transactional('a'), await transactional('b')];
      await transact(a, ['a1', 'a2'], 'commit');
      await transact(b, ['gone', 'gone'], 'abort');
      await log.append(TOPIC, [record('plain')]);
      await transact(b, ['b1'], 'commit');
      await transact(a, ['gone'], 'abort');
      await transact(a, ['a3'], 'commit');
      expect((await readSome(log, 5)).map(textOf)).toEqual(['a1', 'a2', 'plain', 'b1', 'a3']);
      await Promise.all([a.disconnect(), b.disconnect()]);
    });

    test('interleaved in one partition are told apart, from whatever offset the read begins', async () => {
      const log = await openWithTopic();
      const [a, b] = [await transactional('a'), await transactional('b')];
      const [keeps, drops] = [await a.transaction(), await b.transaction()];
      const send = (to: typeof keeps, value: string) =>
        to.send({ topic: `${prefix}${TOPIC}`, messages: [{ key: 'k', value, partition: 0 }] });
      for (const n of [1, 2, 3]) {
        await send(keeps, `kept ${n}`);
        await send(drops, `dropped ${n}`);
      }
      await drops.abort();
      await send(keeps, 'kept 4');
      await keeps.commit();
      const all = await readSome(log, 4);
      expect(all.map(textOf)).toEqual(['kept 1', 'kept 2', 'kept 3', 'kept 4']);
      for (let from = 0n; from <= 10n; from++) {
        expect(await readAll(log, TOPIC, 0, from)).toEqual(all.filter(({ offset }) => offset >= from));
      }
      await Promise.all([a.disconnect(), b.disconnect()]);
    });

    test('that are open hold back what comes after them, until they end', async () => {
      const log = await openWithTopic();
      const by = await transactional('open');
      const transaction = await by.transaction();
      await transaction.send({ topic: `${prefix}${TOPIC}`, messages: [{ key: 'k', value: 'open', partition: 0 }] });
      await log.append(TOPIC, [record('after')]);
      expect(await log.ends(TOPIC)).toEqual([{ partition: 0, first: 0n, next: 0n }]);
      expect(await readAll(log, TOPIC, 0)).toEqual([]);
      const reading = readSome(log, 2);
      await transaction.commit();
      expect((await reading).map(textOf)).toEqual(['open', 'after']);
      await by.disconnect();
    });

    test('leave no end that nobody can reach: it is the offset after the last record, whatever markers follow', async () => {
      const log = await openWithTopic();
      const by = await transactional('ends');
      const next = async () => (await log.ends(TOPIC))[0]?.next;
      await transact(by, ['gone'], 'abort');
      expect(await next()).toBe(0n);
      await transact(by, ['a', 'b'], 'commit');
      // Kafka says it is committed and tells the partitions afterwards.
      await until(async () => (await next()) !== 0n);
      expect(await next()).toBe(4n);
      for (let n = 0; n < 12; n++) await transact(by, ['gone', 'gone', 'gone'], 'abort');
      expect(await next()).toBe(4n);
      expect((await readSome(log, 2)).at(-1)?.offset).toBe(3n);
      const offset = await log.appendTo(TOPIC, 0, [record('c')]);
      expect(offset).toBeGreaterThanOrEqual(4n + 12n * 4n);
      await until(async () => (await next()) !== 4n);
      expect(await next()).toBe(offset + 1n);
      await by.disconnect();
    });
  });

  describe('records', () => {
    test('carry their headers, and those of others come as text', async () => {
      const log = await openWithTopic();
      await log.append(TOPIC, [{ ...record('own'), headers: { tenant: 'Zürich', empty: '' } }]);
      const headers = { tenant: Buffer.from('acme'), twice: ['1', '2'] };
      await producer.send({ topic: `${prefix}${TOPIC}`, messages: [{ key: null, value: 'foreign', headers }] });
      const [own, foreign] = await readAllHeaded(log);
      expect(own).toMatchObject({ timeMs: 1, headers: { tenant: 'Zürich', empty: '' } });
      expect(foreign).toMatchObject({ key: '', headers: { tenant: 'acme', twice: '2' } });
      expect(foreign?.timeMs).toBe(foreign?.appendedAtMs);
    });

    test('of other producers are read, however they are compressed, and they read ours', async () => {
      const log = await openWithTopic();
      useLz4InKafkajs();
      const messages = Array.from({ length: 50 }, (_, i) => ({ key: 'k', value: `${i}`.repeat(20) }));
      for (const compression of [0, 1, 3] as readonly CompressionTypes[]) {
        await producer.send({ topic: `${prefix}${TOPIC}`, messages, compression });
      }
      await log.append(
        TOPIC,
        messages.map(({ value }) => record(value)),
      );
      const texts = messages.map(({ value }) => value);
      const expected = [...texts, ...texts, ...texts, ...texts];
      expect((await readAll(log, TOPIC, 0)).map(textOf)).toEqual(expected);
      expect(await consume(client, `${prefix}${TOPIC}`, expected.length)).toEqual(expected);
    });

    test('of the producer in Java are read in every compression it has; zstd from our own topics only, where Node lacks it', async () => {
      const log = await openWithTopic();
      const values = Array.from({ length: 300 }, (_, i) => `${i} `.repeat(1 + ((i * 7919) % 700)));
      for (const compression of ['snappy', 'lz4', 'zstd']) {
        const foreign = `${prefix}foreign-${compression}`;
        await makeTopic(foreign);
        await log.createTopic({ topic: compression, partitions: 1, retentionMs: null });
        const config = { 'compression.type': compression, 'linger.ms': '200', 'batch.size': '1000000' };
        const records = [foreign, `${prefix}${compression}`].flatMap((topic) =>
          values.map((value) => ({ topic, value })),
        );
        await produceWithJava({ brokers: kafka.brokers, config }, records);
        expect((await readAll(log, compression, 0)).map(textOf)).toEqual(values);
        await log.adoptTopic(foreign);
        const texts = readAll(log, foreign, 0).then((read) => read.map(textOf));
        if (compression !== 'zstd' || 'zstd' in DECOMPRESS) expect(await texts).toEqual(values);
        else await expect(texts).rejects.toMatchObject({ code: 'UNSUPPORTED_ENCODING', message: /zstd/ });
      }
    });

    test('that Kafka refuses fail their own call and none that shares their batch', async () => {
      const log = await openWithTopic();
      await log.createTopic({ topic: 'small', partitions: 1, retentionMs: null, batchBytesMax: 2_000 });
      const calls = await Promise.allSettled([
        log.append('small', [record('before')]),
        log.append('small', [{ key: 'k', timeMs: 1, value: randomBytes(5_000) }]),
        log.append('small', [record('after')]),
      ]);
      expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(calls[1]).toMatchObject({ reason: { code: 'BAD_REQUEST', retryable: false } });
      expect((await readAll(log, 'small', 0)).map(textOf)).toEqual(['before', 'after']);
      expect(log.health()).toEqual({ state: 'ok' });
    });

    test('of a call that is larger than a batch may be are all there, in order', async () => {
      const log = await openWithTopic();
      const records = Array.from({ length: 10_000 }, (_, i) => record(`${i}`.padEnd(500, '.')));
      const positions = await log.append(TOPIC, records);
      expect(positions.map(({ offset }) => offset)).toEqual(records.map((_, i) => BigInt(i)));
      expect((await readAll(log, TOPIC, 0)).map(textOf)).toEqual(records.map(textOf));
    });

    test('that are no longer kept are told as CURSOR_EXPIRED, with the first one that is', async () => {
      const log = await openWithTopic();
      for (let n = 0; n < 4; n++) await log.append(TOPIC, [record(`${n}`)]);
      const admin = client.admin();
      await admin.connect();
      await admin.fetchTopicOffsets(`${prefix}${TOPIC}`);
      await admin.deleteTopicRecords({ topic: `${prefix}${TOPIC}`, partitions: [{ partition: 0, offset: '2' }] });
      await admin.disconnect();
      expect(await log.ends(TOPIC)).toEqual([{ partition: 0, first: 2n, next: 4n }]);
      await expect(readAll(log, TOPIC, 0, 0n)).rejects.toMatchObject({
        code: 'CURSOR_EXPIRED',
        message: expect.stringContaining('2'),
      });
      expect((await readAll(log, TOPIC, 0)).map(textOf)).toEqual(['2', '3']);
    });
  });

  test('reads that wait at their ends hold up nobody', async () => {
    const log = await openWithTopic();
    await log.createTopic({ topic: 'many', partitions: 16, retentionMs: null });
    const stops = Array.from({ length: 16 }, () => new AbortController());
    const read: string[] = [];
    const readers = stops.map(async ({ signal }, partition) => {
      for await (const chunk of log.read('many', partition, 0n, { signal })) read.push(...chunk.map(textOf));
    });
    // Each wait at the broker is two seconds long: one connection for all would take half a minute for these.
    const begun = performance.now();
    for (let partition = 0; partition < 16; partition++)
      await log.appendTo('many', partition, [record(`${partition}`)]);
    await until(() => read.length === 16);
    expect(performance.now() - begun).toBeLessThan(25_000);
    for (const stop of stops) stop.abort();
    await Promise.all(readers);
  });

  test('listeners hear of what others wrote', async () => {
    const log = await openWithTopic();
    let heard = 0;
    log.onAppended(TOPIC, () => heard++);
    await until(() => heard > 0);
    const before = heard;
    await producer.send({ topic: `${prefix}${TOPIC}`, messages: [{ key: 'k', value: 'foreign' }] });
    await until(() => heard > before);
  });

  describe('topics', () => {
    test('are made once when many make them at the same time', async () => {
      prefix = `t${++prefixes}.`;
      const logs = await Promise.all(Array.from({ length: 5 }, () => open()));
      await Promise.all(logs.map((log) => log.createTopic({ topic: TOPIC, partitions: 3, retentionMs: 3_600_000 })));
      for (const log of logs) {
        expect(log.topics()).toEqual([{ topic: TOPIC, partitions: 3, retentionMs: 3_600_000 }]);
      }
    });

    test('with another number of partitions, or that are cleaned up in another way, are refused by name', async () => {
      const log = await openWithTopic();
      const spec = { topic: TOPIC, partitions: 1, retentionMs: null };
      await expect(log.createTopic({ ...spec, partitions: 2 })).rejects.toMatchObject({
        code: 'BAD_CONFIG',
        message: `The topic ${prefix}${TOPIC} has 1 partitions, and 2 are wanted.`,
      });
      await expect(log.createTopic({ ...spec, cleanup: 'compact' })).rejects.toMatchObject({
        code: 'BAD_CONFIG',
        message: `The topic ${prefix}${TOPIC} has cleanup.policy=delete, and compact is wanted.`,
      });
    });

    test('that keep less than wanted keep more afterwards, and those that keep more are left', async () => {
      const log = await openWithTopic();
      const spec = { topic: 'kept', partitions: 1 };
      const retention = () => log.topics().find(({ topic }) => topic === 'kept')?.retentionMs;
      for (const [wanted, kept] of [
        [60_000, 60_000],
        [90_000, 90_000],
        [60_000, 90_000],
        [null, null],
        [60_000, null],
      ] as const) {
        await log.createTopic({ ...spec, retentionMs: wanted });
        expect(retention()).toBe(kept);
        expect((await open()).topics()).toContainEqual({ ...spec, retentionMs: kept });
      }
    });

    test('of others are taken as they are, without the prefix, and never made', async () => {
      const log = await openWithTopic();
      await expect(log.adoptTopic('nobody.s')).rejects.toMatchObject({ code: 'BAD_CONFIG', message: /nobody\.s/ });
      await makeTopic(`foreign-${prefixes}`, 2);
      expect(await log.adoptTopic(`foreign-${prefixes}`)).toMatchObject({ partitions: 2 });
      await producer.send({
        topic: `foreign-${prefixes}`,
        messages: [{ partition: 1, value: 'theirs', timestamp: '5' }],
      });
      const [theirs] = await readAll(log, `foreign-${prefixes}`, 1);
      expect(theirs).toMatchObject({ key: '', timeMs: 5 });
    });

    test('under another prefix are not there', async () => {
      const log = await openWithTopic();
      await log.append(TOPIC, [record('mine')]);
      const other = await open({ prefix: 'other.' });
      expect(other.topics()).toEqual([]);
      await expect(other.append(TOPIC, [record('x')])).rejects.toThrow(/things/);
    });
  });

  test('opening where no broker listens is refused as retryable, and with brokers that are none as BAD_CONFIG', async () => {
    await expect(openKafkaLog({ brokers: ['nowhere'], clientId: 'test' })).rejects.toMatchObject({
      code: 'BAD_CONFIG',
    });
    const away = { brokers: ['127.0.0.1:1'], clientId: 'test', openWithinMs: 200 };
    await expect(openKafkaLog(away)).rejects.toMatchObject({
      code: 'READ_ONLY',
      retryable: true,
    });
  });

  async function makeTopic(topic: string, numPartitions = 1): Promise<void> {
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions }] });
    await admin.disconnect();
  }

  async function readSome(log: KafkaLog, count: number): Promise<StoredHeadedRecord[]> {
    const read: StoredHeadedRecord[] = [];
    for await (const chunk of log.read(TOPIC, 0, 0n, { signal: new AbortController().signal })) {
      read.push(...chunk);
      if (read.length >= count) break;
    }
    return read;
  }

  async function readAllHeaded(log: KafkaLog): Promise<StoredHeadedRecord[]> {
    const read: StoredHeadedRecord[] = [];
    const { signal } = new AbortController();
    for await (const chunk of log.read(TOPIC, 0, 0n, { signal, follow: false })) read.push(...chunk);
    return read;
  }
});

function record(text: string) {
  return { key: 'k', timeMs: 1, value: Buffer.from(text) };
}

function textOf({ value }: { readonly value: Uint8Array }): string {
  return Buffer.from(value).toString('utf8');
}

/** What a consumer of kafkajs reads. */
async function consume(client: Kafka, topic: string, count: number): Promise<string[]> {
  const consumer = client.consumer({ groupId: `reads ${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const texts: string[] = [];
  await consumer.run({ eachMessage: async ({ message }) => void texts.push(String(message.value)) });
  await until(() => texts.length >= count);
  await consumer.disconnect();
  return texts;
}
