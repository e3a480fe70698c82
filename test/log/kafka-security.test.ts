import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KafkaConnectionOptions, KafkaSaslOptions } from '../../src/log/kafka/kafka-connection-settings.ts';
import { openKafkaLog } from '../../src/log/kafka-log.ts';
import { JAVA_OPTIONS } from '../support/kafka/broker.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { freePorts } from '../support/kafka/free-ports.ts';
import { javaServers } from '../support/kafka/java-servers.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { readAll } from '../support/read-all.ts';

const run = promisify(execFile);
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const [USER, PASSWORD] = ['alice', 'wonderland'];

describeWithKafka('a broker that wants TLS and a password', () => {
  let dir: string;
  let kafka: KafkaHere;
  let secure: Pick<KafkaConnectionOptions, 'brokers' | 'clientId'>;
  let caFile: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lakegate-kafka-tls-'));
    const keys = await makeKeys(dir);
    caFile = keys.certificate;
    const [port = 0] = await freePorts(1);
    secure = { brokers: [`127.0.0.1:${port}`], clientId: 'test' };
    kafka = await startKafka({ listener: `SECURE://127.0.0.1:${port}`, properties: secureProperties(keys.store) });
    await addScramUser(kafka.brokers);
  });
  afterAll(async () => {
    await kafka.stop();
    await rm(dir, { recursive: true });
  });

  const sasl = (mechanism: KafkaSaslOptions['mechanism'], password = PASSWORD): KafkaSaslOptions => {
    return { mechanism, username: USER, password };
  };

  test.each(MECHANISMS)('is written and read by %s over TLS', async (mechanism) => {
    const log = await openKafkaLog({ ...secure, tls: { caFile }, sasl: sasl(mechanism), prefix: `${mechanism}.` });
    await log.createTopic({ topic: 'things', partitions: 1, retentionMs: null });
    await log.append('things', [{ key: 'k', timeMs: 1, value: Buffer.from('secret') }]);
    expect((await readAll(log, 'things', 0)).map(({ value }) => String(value))).toEqual(['secret']);
    await log.close();
  });

  test('refuses a wrong password, and that is told at once as BAD_CONFIG', async () => {
    for (const mechanism of MECHANISMS) {
      const opened = openKafkaLog({ ...secure, tls: { caFile }, sasl: sasl(mechanism, 'wrong') });
      await expect(opened).rejects.toMatchObject({ code: 'BAD_CONFIG', message: /credentials/ });
    }
  });

  test('that nobody vouches for is not trusted, and nothing is told to it', async () => {
    const opened = openKafkaLog({ ...secure, tls: true, sasl: sasl('plain'), openWithinMs: 200 });
    await expect(opened).rejects.toMatchObject({ code: 'READ_ONLY', facts: { reason: /certificate/ } });
  });

  test('with a file for TLS that cannot be read is BAD_CONFIG, with its name', async () => {
    const opened = openKafkaLog({ ...secure, tls: { caFile: join(dir, 'missing.pem') } });
    await expect(opened).rejects.toMatchObject({ code: 'BAD_CONFIG', message: /missing\.pem/ });
  });

  async function addScramUser(brokers: string): Promise<void> {
    const { classPath } = await javaServers();
    const command = [...JAVA_OPTIONS, '-cp', classPath, 'kafka.admin.ConfigCommand', '--bootstrap-server', brokers];
    const user = ['--alter', '--entity-type', 'users', '--entity-name', USER];
    // Both at once are refused.
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      await run('java', [...command, ...user, '--add-config', `${mechanism}=[password=${PASSWORD}]`]);
    }
  }
});

/** A key that vouches for itself, and its certificate alone. */
async function makeKeys(dir: string): Promise<{ readonly store: string; readonly certificate: string }> {
  const [store, certificate] = [join(dir, 'broker.p12'), join(dir, 'broker.pem')];
  const key = ['-alias', 'broker', '-keystore', store, '-storetype', 'PKCS12', '-storepass', PASSWORD];
  await run('keytool', ['-genkeypair', ...key, '-keyalg', 'EC', '-dname', 'CN=broker', '-ext', 'san=ip:127.0.0.1']);
  await run('keytool', ['-exportcert', '-rfc', ...key, '-file', certificate]);
  return { store, certificate };
}

function secureProperties(store: string): Record<string, string> {
  const login = 'org.apache.kafka.common.security';
  return {
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'ssl.keystore.location': store,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.password': PASSWORD,
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
    'listener.name.secure.scram-sha-256.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    'listener.name.secure.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
  };
}
