import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { ROOT, readCompose } from '../support/compose-file.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { produceWithJava } from '../support/kafka/java-producer/produce-with-java.ts';
import { javaServers } from '../support/kafka/java-servers.ts';
import { startKafka } from '../support/kafka/start-kafka.ts';
import { until } from '../support/until.ts';

const kafka = readCompose('docker-compose.yml').services.kafka ?? {};

describeWithKafka('the broker of the compose file', () => {
  const properties = propertiesOf(kafka.environment ?? {});

  test('is given only properties that Kafka knows, and is of the version that the tests start', async () => {
    const { classPath } = await javaServers();
    // Prints its documentation: every property under a heading with its name.
    const documentation = execFileSync('java', ['-cp', classPath, 'kafka.server.KafkaConfig'], { encoding: 'utf8' });
    const known = [...documentation.matchAll(/<h4><a id="([\w.]+)"/g)].map(([, name]) => name);
    expect(known.length).toBeGreaterThan(100);
    for (const name of Object.keys(properties)) expect(known, name).toContain(name);
    const pom = readFileSync(join(ROOT, 'test/support/kafka/pom.xml'), 'utf8');
    const [, version] = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(pom) ?? [];
    expect(kafka.image).toBe(`apache/kafka:${version}`);
  });

  test('starts with them, at addresses of this machine, and ClickHouse reads it with the configuration of its server', async () => {
    const addresses =
      /^(node\.id|log\.dirs|(advertised\.)?listeners|controller\.quorum\.voters|listener\.security\..*)$/;
    const own = Object.entries(properties).filter(([name]) => !addresses.test(name));
    const broker = await startKafka({ properties: Object.fromEntries(own) });
    try {
      const { brokers } = broker;
      await createTopic(brokers);
      await produceWithJava({ brokers, transaction: 'abort' }, [{ topic: 'texts', value: '{"text":"aborted"}' }]);
      await produceWithJava({ brokers, transaction: 'commit' }, [{ topic: 'texts', value: '{"text":"committed"}' }]);
      expect(await readByEngine(brokers)).toBe('"committed"\n');
    } finally {
      await broker.stop();
    }
  });
});

async function createTopic(brokers: string): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'texts' }], waitForLeaders: true });
  await admin.disconnect();
}

/** What an engine reads that is told what the server is told; a property that its client of Kafka does not know stops it. */
async function readByEngine(brokers: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-engine-'));
  const file = join(ROOT, 'deploy/clickhouse/kafka.xml');
  const session = new Session(dir, { connectionArgs: [`--config-file=${file}`] });
  try {
    for (const statement of TABLES(brokers)) session.query(statement);
    const read = () => session.query('SELECT text FROM texts ORDER BY text', 'CSV');
    await until(() => read() !== '');
    return read();
  } finally {
    session.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const TABLES = (brokers: string): readonly string[] => [
  `CREATE TABLE queue (text String) ENGINE = Kafka('${brokers}', 'texts', 'reader', 'JSONEachRow')`,
  'CREATE TABLE texts (text String) ENGINE = MergeTree ORDER BY text',
  'CREATE MATERIALIZED VIEW texts_mv TO texts AS SELECT text FROM queue',
];

/** As the image makes them: KAFKA_NODE_ID is node.id. A few of its variables are for its start scripts. */
function propertiesOf(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(environment).filter(
    ([name]) => name.startsWith('KAFKA_') && name !== 'KAFKA_HEAP_OPTS',
  );
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(6).toLowerCase().replaceAll('_', '.'), value]));
}
