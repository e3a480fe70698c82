import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { produceWithJava } from '../support/kafka/java-producer/produce-with-java.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { startZooKeeper } from '../support/kafka/start-zookeeper.ts';
import { isRunning } from '../support/process-tree.ts';
import { until } from '../support/until.ts';

/** Elections, and a group that finds another coordinator, on a machine that has other things to do. */
const PATIENCE_MS = 90_000;

test('every suite that needs Java is in the project that takes its time for it', () => {
  const test = resolve(import.meta.dirname, '..');
  const files = readdirSync(test, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const starters = files.filter((file) => readFileSync(join(test, file), 'utf8').includes('/support/kafka/'));
  expect(starters.length).toBeGreaterThan(0);
  for (const file of starters) expect(file).toMatch(/^crash\/|kafka[^/]*\.test\.ts$|(^|\/)kafka\//);
});

test('a server and its folder go with the process that started it, when that is killed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-tied-'));
  const module = new URL('../support/kafka/tied-process.ts', import.meta.url);
  const program = `import { startTied } from ${JSON.stringify(module)};
    process.stdout.write(String(startTied('sleep', ['600'], ${JSON.stringify(dir)}).pid) + '\\n');`;
  const starter = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
  const [pid] = await once(starter.stdout, 'data');
  expect(isRunning(Number(pid))).toBe(true);
  starter.kill('SIGKILL');
  await until(() => !isRunning(Number(pid)) && !existsSync(dir));
});

describeWithKafka('the servers that the tests start', () => {
  test('a broker keeps over SIGKILL what was produced, and gives it back on the same port', async () => {
    const kafka = await startKafka();
    try {
      await createTopic(kafka, 'kept', 1);
      await produce(kafka, 'kept', ['before']);
      const [node] = kafka.nodes;
      await node?.kill();
      expect(node?.running).toBe(false);
      await node?.restart();
      await produce(kafka, 'kept', ['after']);
      expect(await consume(kafka, 'kept', 2)).toEqual(['before', 'after']);
    } finally {
      await kafka.stop();
    }
  });

  test("Kafka's own producer in Java stores records, and those of a transaction are read only when it committed", async () => {
    const kafka = await startKafka();
    try {
      const { brokers } = kafka;
      await createTopic(kafka, 'foreign', 1);
      const record = (value: string) => ({ topic: 'foreign', key: 'k', value, headers: { from: 'java' } });
      const stored = await produceWithJava({ brokers }, [record('1'), record('2')]);
      expect(stored).toEqual([
        { partition: 0, offset: 0n },
        { partition: 0, offset: 1n },
      ]);
      await produceWithJava({ brokers, transaction: 'abort' }, [record('aborted')]);
      await produceWithJava({ brokers, transaction: 'commit' }, [record('3')]);
      expect(await consume(kafka, 'foreign', 3)).toEqual(['1', '2', '3']);
    } finally {
      await kafka.stop();
    }
  });

  test('ZooKeeper serves again after SIGKILL', async () => {
    const keeper = await startZooKeeper();
    try {
      await keeper.restart();
      expect(await keeper.ask('srvr')).toContain('Mode: standalone');
      await keeper.kill();
      expect(await keeper.ask('srvr')).toBe('');
    } finally {
      await keeper.stop();
    }
  });
});

async function createTopic(kafka: KafkaHere, topic: string, replicationFactor: number): Promise<void> {
  const admin = client(kafka).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor }], waitForLeaders: true });
  await admin.disconnect();
}

async function produce(kafka: KafkaHere, topic: string, values: readonly string[]): Promise<void> {
  // Not sent twice when an answer is lost. To ask for its id, kafkajs tries one broker only.
  const producer = client(kafka).producer({ idempotent: true });
  await until(async () => succeeds(producer.connect()), PATIENCE_MS);
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value, partition: 0 })) });
  await producer.disconnect();
}

async function succeeds(attempt: Promise<void>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}

async function consume(kafka: KafkaHere, topic: string, count: number): Promise<readonly string[]> {
  const values: string[] = [];
  const consumer = client(kafka).consumer({ groupId: 'reader' });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(String(message.value));
    },
  });
  await until(() => values.length >= count, PATIENCE_MS);
  await consumer.disconnect();
  return values;
}

function client({ brokers }: Pick<KafkaHere, 'brokers'>): Kafka {
  // An election takes longer than the five attempts of the default.
  const retry = { retries: 60, initialRetryTime: 100, maxRetryTime: 500 };
  return new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, requestTimeout: 3_000, retry });
}
