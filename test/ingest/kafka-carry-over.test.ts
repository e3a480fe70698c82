import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { acknowledgeAlert } from '../../src/ingest/acknowledge-alert.ts';
import { type CarriedOver, carryOver } from '../../src/ingest/kafka/carry-over.ts';
import { decodeFloor } from '../../src/ingest/kafka/floor-board.ts';
import { DUPLICATES_TOPIC, keepDuplicates } from '../../src/ingest/keep-duplicates.ts';
import { openKafkaWork } from '../../src/log/kafka-work.ts';
import { REJECTED_TOPIC, TENANT_DEFAULT } from '../../src/model/record-format.ts';
import { ACKNOWLEDGEMENTS_TOPIC } from '../../src/model/streams/stream-topics.ts';
import { WATERMARKS_TOPIC } from '../../src/model/topics.ts';
import { DISORDER_MS } from '../../src/model/watermark.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { expectSound } from '../support/kafka/expect-sound.ts';
import { admitAll, bytesOf, type KafkaIngest, openKafkaIngest, paidNow } from '../support/kafka/open-kafka-ingest.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { DAY_MS, openIngest, type TestIngest } from '../support/open-ingest.ts';
import { readTopic } from '../support/read-all.ts';

const ACKNOWLEDGEMENTS = { topic: ACKNOWLEDGEMENTS_TOPIC, partitions: 1, retentionMs: null };

describeWithKafka('an embedded log that is carried over to Kafka', () => {
  let kafka: KafkaHere;
  let embedded: TestIngest;
  let ingest: KafkaIngest;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());
  beforeEach(async () => {
    embedded = await openIngest();
    await embedded.log.createTopic({ topic: DUPLICATES_TOPIC, partitions: 1, retentionMs: null });
    await embedded.log.createTopic(ACKNOWLEDGEMENTS);
    ingest = await openKafkaIngest({ brokers: kafka.brokers, partitions: 4 });
  });
  afterEach(async () => {
    await ingest?.stop();
    await embedded?.stop();
  });

  const admitThere = (events: readonly unknown[]) =>
    keepDuplicates(embedded.admission, embedded.log).admitEvents(ingest.kind, {
      tenant: TENANT_DEFAULT,
      source: 'bulk',
      receivedAtMs: Date.now(),
      events: events.map(bytesOf),
    });

  const carry = async (onProgress?: (progress: CarriedOver) => void): Promise<Record<string, number>> => {
    await ingest.log.createTopic(ACKNOWLEDGEMENTS);
    const carried = await carryOver({
      model: ingest.model,
      from: embedded.log,
      to: ingest.log,
      work: await openKafkaWork({ brokers: kafka.brokers.split(','), clientId: 'carry', prefix: ingest.prefix }),
      clock: systemClock,
      acceptPastMs: 7 * DAY_MS,
      acceptFutureMs: 300_000,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    return Object.fromEntries([...carried].map(([topic, records]) => [topic, Number(records)]));
  };

  const OCCURRED_AT = new Date().toISOString();
  const event = (n: number, userId = `user-${n % 7}`) => paidNow({ id: `t-${n}`, userId, occurredAt: OCCURRED_AT });

  test('is there whole, numbered as it was, and what is admitted afterwards goes on from it', async () => {
    const events = Array.from({ length: 300 }, (_, n) => event(n));
    await admitThere([...events, event(0), event(1), { ...event(2), amount: '3' }, 'no event']);
    const said = { tenant: TENANT_DEFAULT, alertId: 'a-1', by: 'ada', note: 'seen', atMs: 1_795_264_000_000 };
    await acknowledgeAlert(embedded.log, said);
    const all = { transactions: 300, rejected: 2, duplicates: 1, acknowledgements: 1 };
    expect(await carry()).toEqual(all);
    // Begun again where nothing is left to do.
    expect(await carry()).toEqual(all);

    const there = (await embedded.stored('transactions')).map(({ partition, offset, text }) => [
      partition,
      `{"_sequence":${offset},${text.slice(1)}`,
    ]);
    expect((await ingest.stored('transactions')).map(({ partition, text }) => [partition, text])).toEqual(there);
    for (const topic of [REJECTED_TOPIC, DUPLICATES_TOPIC, ACKNOWLEDGEMENTS_TOPIC]) {
      const texts = (stored: readonly { readonly text: string }[]) => stored.map(({ text }) => text);
      expect(texts(await ingest.stored(topic))).toEqual(texts(await embedded.stored(topic)));
    }
    const floors = (await readTopic(ingest.log, WATERMARKS_TOPIC)).map(({ value }) => decodeFloor(value).floorMs);
    expect(new Set(floors)).toEqual(new Set([Date.parse(OCCURRED_AT) - DISORDER_MS]));

    await ingest.member();
    const gateway = await ingest.gateway();
    const again = await admitAll(gateway, ingest.kind, [...events, { ...event(5), amount: '3' }, event(300)]);
    expect(again).toMatchObject({ admitted: 1, duplicates: 300, rejected: 1 });
    expect(await expectSound(ingest)).toHaveLength(301);
  });

  test('may be ended at any moment and begun again', async () => {
    const events = Array.from({ length: 25_000 }, (_, n) => event(n, 'ada'));
    for (let n = 0; n < events.length; n += 5_000) await admitThere(events.slice(n, n + 5_000));
    const ended = carry((progress) => {
      if ((progress.get('transactions') ?? 0n) > 0n) throw new Error('ended');
    });
    await expect(ended).rejects.toThrow('ended');
    const before = await ingest.stored('transactions');
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(25_000);
    expect(await carry()).toMatchObject({ transactions: 25_000 });
    expect(await expectSound(ingest)).toHaveLength(25_000);
  });

  test('is refused where the topics hold other events, which stay as they are', async () => {
    await admitThere([event(0), event(1), 'no event']);
    await ingest.member();
    await admitAll(await ingest.gateway(), ingest.kind, [event(0)]);
    const before = await ingest.stored('transactions');
    await ingest.stop();
    const reopened = ingest;
    ingest = await openKafkaIngest({ brokers: kafka.brokers, partitions: 4, prefix: reopened.prefix });
    await expect(carry()).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringContaining('other events'),
    });
    expect(await ingest.stored('transactions')).toEqual(before);
    expect(await ingest.stored(REJECTED_TOPIC)).toEqual([]);
  });

  test('is refused where there are other partitions', async () => {
    await ingest.stop();
    ingest = await openKafkaIngest({ brokers: kafka.brokers, partitions: 2 });
    await expect(carry()).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringContaining('LAKEGATE_PARTITIONS=4'),
    });
  });
});
