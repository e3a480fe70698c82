import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type KafkaLog, openKafkaLog } from '../../src/log/kafka-log.ts';
import { openKafkaWork } from '../../src/log/kafka-work.ts';
import type { StoredHeadedRecord } from '../../src/log/partition-work.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { partitionWorkContract, type WorkHarness } from './partition-work-contract.ts';

describeWithKafka('on a real broker', () => {
  let dir: string;
  let kafka: KafkaHere;
  let log: KafkaLog;
  let harness: WorkHarness;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lakegate-work-'));
    kafka = await startKafka();
    const options = { brokers: kafka.brokers.split(','), clientId: 'contract', prefix: 'shared.' };
    log = await openKafkaLog(options);
    harness = {
      work: await openKafkaWork({ ...options, stateDir: dir }),
      keepsHeaders: true,
      createTopic: (topic, partitions) => log.createTopic({ topic, partitions, retentionMs: null }),
      append: async (topic, partition, records) => void (await log.appendTo(topic, partition, records)),
      readAll: async (topic, partition) => {
        const records: StoredHeadedRecord[] = [];
        const signal = AbortSignal.timeout(30_000);
        for await (const some of log.read(topic, partition, 0n, { follow: false, signal })) records.push(...some);
        return records;
      },
    };
  });
  afterAll(async () => {
    await log.close();
    await kafka.stop();
    await rm(dir, { recursive: true });
  });

  partitionWorkContract('work on Kafka', () => harness);
});
