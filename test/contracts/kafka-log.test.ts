import { afterAll, beforeAll } from 'vitest';
import { type KafkaLog, openKafkaLog } from '../../src/log/kafka-log.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { appendUntilKilled } from '../support/killed-appender.ts';
import { type LogHarness, logContract } from './log-contract.ts';

describeWithKafka('on a real broker', () => {
  let kafka: KafkaHere;
  beforeAll(async () => {
    kafka = await startKafka();
  }, 120_000);
  afterAll(() => kafka.stop());

  let harnesses = 0;
  logContract('the log on Kafka', async (): Promise<LogHarness> => {
    // One broker for all: each harness has the topics under a prefix of its own.
    const prefix = `harness-${++harnesses}.`;
    const opened: KafkaLog[] = [];
    return {
      open: async (options) => {
        const log = await openKafkaLog({ brokers: kafka.brokers.split(','), clientId: 'contract', prefix, ...options });
        opened.push(log);
        return log;
      },
      appendUntilKilled: (options) =>
        appendUntilKilled({ dir: `kafka://${kafka.brokers}/${prefix}`, how: 'append', ...options }),
      dispose: async () => {
        for (const log of opened) await log.close();
      },
    };
  });
});
