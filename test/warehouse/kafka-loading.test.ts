import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { countsEverywhere, type KafkaLoadingBench, openKafkaLoading } from '../support/kafka/open-kafka-loading.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { startZooKeeper, type ZooKeeperHere } from '../support/kafka/start-zookeeper.ts';
import { differencesFromRaw } from '../support/rollups-equal-raw.ts';

describeWithKafka('an engine that reads Kafka by itself', () => {
  let kafka: KafkaHere;
  let keeper: ZooKeeperHere;

  beforeAll(async () => {
    [kafka, keeper] = await Promise.all([startKafka(), startZooKeeper()]);
  });
  afterAll(async () => {
    await Promise.all([kafka?.stop(), keeper?.stop()]);
  });

  for (const mode of ['with Keeper', 'without Keeper'] as const) {
    test(`${mode}: events reach raw, the ledger and every rollup, each once`, async () => {
      await using bench = await open(mode);
      await bench.append(1000);
      await bench.loaded();
      await bench.append(500);
      await bench.loaded();
      await expectEverything(bench, 1500);
    });
  }

  async function open(mode: string, options: object = {}): Promise<KafkaLoadingBench & AsyncDisposable> {
    const bench = await openKafkaLoading({
      brokers: kafka.brokers,
      keeper: mode === 'with Keeper' ? keeper.address : null,
      ...options,
    });
    return Object.assign(bench, { [Symbol.asyncDispose]: () => bench.stop() });
  }
});

/** Each of so many events is in every table once, and the ledger says so. */
async function expectEverything(bench: KafkaLoadingBench, events: number): Promise<void> {
  const counts = await countsEverywhere(bench);
  expect(counts).toEqual(Object.fromEntries(Object.keys(counts).map((name) => [name, events])));
  expect(await differencesFromRaw(bench.test.warehouse, [bench.kind])).toEqual([]);
  expect(await bench.ledger()).toMatchObject({ expected: events, seen: events, gaps: 0, duplicates: 0 });
}
