import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { decodeFloor } from '../../src/ingest/kafka/floor-board.ts';
import type { KafkaAdmission } from '../../src/ingest/kafka/kafka-admission.ts';
import { partitionOf } from '../../src/log/partition-of.ts';
import { KindFloors } from '../../src/model/kind-floors.ts';
import { logKey, TENANT_DEFAULT } from '../../src/model/record-format.ts';
import { WATERMARKS_TOPIC } from '../../src/model/topics.ts';
import { DISORDER_MS, IDLE_MS } from '../../src/model/watermark.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { expectSound } from '../support/kafka/expect-sound.ts';
import { admitAll, type KafkaIngest, openKafkaIngest, paidNow } from '../support/kafka/open-kafka-ingest.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { type MovedClock, movedClock } from '../support/moved-clock.ts';
import { readTopic } from '../support/read-all.ts';
import { until } from '../support/until.ts';

describeWithKafka('the watermark of a kind on Kafka', () => {
  let kafka: KafkaHere;
  let ingest: KafkaIngest;
  let clock: MovedClock;
  let gateway: KafkaAdmission;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());
  beforeEach(async () => {
    clock = movedClock(Date.now());
    ingest = await openKafkaIngest({ brokers: kafka.brokers });
    await ingest.member('a', { clock });
    gateway = await ingest.gateway();
  });
  afterEach(() => ingest?.stop());

  let ids = 0;
  /** Events of one partition, each with the watermark it met. */
  const pay = async (partition: number, ...timesMs: readonly number[]): Promise<readonly number[]> => {
    const userId = ['user-0', 'user-1', 'user-2', 'user-3', 'user-4'].find(
      (user) => partitionOf(logKey(TENANT_DEFAULT, user), 2) === partition,
    );
    const events = timesMs.map((ms) => paidNow({ id: `w-${++ids}`, userId, occurredAt: new Date(ms).toISOString() }));
    expect(await admitAll(gateway, ingest.kind, events, clock.nowMs())).toMatchObject({ admitted: events.length });
    const stored = await ingest.stored('transactions');
    return events.map(({ id }) => Number(stored.find(({ members }) => members.id === id)?.members._watermark));
  };

  /** As a gateway knows it when everything is loaded. */
  const watermarkMs = async (): Promise<number | null> => {
    const floors = new KindFloors(2);
    for (const { value } of await readTopic(ingest.log, WATERMARKS_TOPIC)) floors.declare(decodeFloor(value));
    const ends = await ingest.log.ends('transactions');
    return floors.watermarkMs(new Map(ends.map(({ partition, next }) => [partition, next])));
  };

  test('is carried by every record as it met it, the least of both partitions, and none met less than was declared', async () => {
    const nowMs = clock.nowMs();
    expect(await pay(0, nowMs - 5_000, nowMs, nowMs - 60_000)).toEqual([0, nowMs - 15_000, nowMs - DISORDER_MS]);
    expect(await watermarkMs()).toBeNull();
    await pay(1, nowMs - 30_000);
    await until(async () => (await watermarkMs()) === nowMs - 30_000 - DISORDER_MS);
    expect(await pay(1, nowMs - 90_000)).toEqual([nowMs - 30_000 - DISORDER_MS]);
    await expectSound(ingest);
  });

  test('is not held back by an idle partition, and what comes there later meets it', async () => {
    const startMs = clock.nowMs();
    await pay(1, startMs);
    clock.advance(IDLE_MS + 5_000);
    await pay(0, startMs + IDLE_MS);
    await until(async () => (await watermarkMs()) === startMs + IDLE_MS - DISORDER_MS);
    clock.advance(1_000);
    await pay(0, startMs + IDLE_MS + 6_000);
    await until(async () => (await watermarkMs()) === startMs + IDLE_MS + 6_000 - DISORDER_MS);
    expect(await pay(1, startMs)).toEqual([startMs + IDLE_MS + 6_000 - DISORDER_MS]);
    await expectSound(ingest);
  });

  test('of a quiet stream goes on with the wall clock, and never back when another member takes over', async () => {
    const startMs = clock.nowMs();
    /** While nothing happens. */
    const reaches = (wantedMs: number) =>
      until(async () => {
        clock.advance(500);
        return ((await watermarkMs()) ?? 0) >= wantedMs;
      });
    await pay(0, startMs);
    await reaches(startMs + 30_000);
    const reached = await watermarkMs();
    expect(reached).toBeLessThanOrEqual(clock.nowMs() - IDLE_MS - DISORDER_MS);
    await ingest.member('b', { clock });
    await reaches((reached ?? 0) + 30_000);
    for (const partition of [0, 1]) {
      const [met = 0] = await pay(partition, clock.nowMs() - 70_000);
      expect(met).toBeGreaterThanOrEqual(reached ?? Number.POSITIVE_INFINITY);
    }
    await expectSound(ingest);
  });
});
