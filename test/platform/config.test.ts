import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/platform/config.ts';
import { LakegateError } from '../../src/platform/errors.ts';
import { envExample, SETTINGS } from '../../src/platform/settings.ts';

const LOGIN = {
  LAKEGATE_KAFKA_SASL: 'scram-sha-512',
  LAKEGATE_KAFKA_USERNAME: 'ada',
  LAKEGATE_KAFKA_PASSWORD: 's3cret',
};

describe('configuration', () => {
  test('without a single setting everything has its default', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      logLevel: 'warn',
      dataDir: './data',
      partitions: 4,
      acceptPastMs: 7 * 86_400_000,
      acceptFutureMs: 300_000,
      loadIntervalMs: 500,
    });
    expect([...config.roles]).toEqual(['gateway', 'loader', 'admission', 'processor']);
    expect(config).toMatchObject({
      kafka: null,
      clickhouse: { url: null, kafkaBrokers: [], keeper: [], cluster: null },
    });
    expect(config.queriesDir).toBeNull();
    expect(config.schemaDir).toMatch(/schema\/events$/);
  });

  test('every problem is reported at once, with what was expected and what came', () => {
    const message = messageFor({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      LAKEGATE_ACCEPT_PAST: 'a week',
      LAKEGATE_PARTITIONS: '0',
      LAKEGATE_ROLES: 'gateway,lodaer',
      LAKEGATE_INGEST_BYTES_MAX: '12TiB',
    });
    expect(message).toContain('PORT: expected a port, 1 to 65535, or 0 for any that is free, got "70000"');
    expect(message).toContain('LOG_LEVEL: expected one of fatal, error, warn');
    expect(message).toContain(
      'LAKEGATE_ACCEPT_PAST: expected a duration between 1m and 30d, as 36h or 7d, got "a week"',
    );
    expect(message).toContain('LAKEGATE_PARTITIONS');
    expect(message).toMatch(/LAKEGATE_ROLES: expected gateway, loader, admission.*, got "gateway,lodaer"/);
    expect(message).toContain('LAKEGATE_INGEST_BYTES_MAX');
  });

  test('a name with our prefix that does not exist is refused with the nearest one', () => {
    expect(messageFor({ LAKEGATE_DATADIR: '/x' })).toContain('did you mean LAKEGATE_DATA_DIR?');
    expect(messageFor({ LAKEGATE_COFFEE: 'yes' })).toMatch(/LAKEGATE_COFFEE: expected a setting that exists$/);
  });

  test('what has not our prefix is nobody of ours', () => {
    expect(() => readConfig({ PATH: '/bin', HOME: '/root', NODE_ENV: 'x' })).not.toThrow();
  });

  test('every default is one that is taken, written out or left empty', () => {
    const defaults = Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, setting.default]));
    expect(readConfig(defaults)).toEqual(readConfig({}));
    expect(readConfig(Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, ''])))).toEqual(readConfig({}));
  });

  test('.env.example names every setting at its default', () => {
    expect(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')).toBe(envExample());
  });
});

describe('configuration of Kafka and ClickHouse', () => {
  const KAFKA = { LAKEGATE_KAFKA_BROKERS: 'one:9092, two:9092' };

  test('brokers make the log Kafka, and ClickHouse reaches them by the same names unless told otherwise', () => {
    const { kafka, clickhouse } = readConfig(KAFKA);
    const brokers = ['one:9092', 'two:9092'];
    expect(kafka).toEqual({ brokers, replication: null, prefix: '', tls: null, sasl: null });
    expect(clickhouse.kafkaBrokers).toEqual(brokers);
    const other = readConfig({ ...KAFKA, LAKEGATE_CLICKHOUSE_KAFKA_BROKERS: 'inside:19092' });
    expect(other.clickhouse.kafkaBrokers).toEqual(['inside:19092']);
    expect(other.kafka?.brokers).toEqual(brokers);
  });

  test('login and encryption are read together', () => {
    const { kafka } = readConfig({ ...KAFKA, ...LOGIN, LAKEGATE_KAFKA_TLS: 'true', LAKEGATE_KAFKA_CA_FILE: '/ca.pem' });
    expect(kafka?.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'ada', password: 's3cret' });
    expect(kafka?.tls).toEqual({ caFile: '/ca.pem' });
  });

  test.each([
    [
      { ...KAFKA, LAKEGATE_KAFKA_PASSWORD: 's3cret' },
      'LAKEGATE_KAFKA_PASSWORD: expected LAKEGATE_KAFKA_SASL beside it',
    ],
    [
      { ...KAFKA, ...LOGIN, LAKEGATE_KAFKA_USERNAME: '' },
      'LAKEGATE_KAFKA_USERNAME: expected it beside LAKEGATE_KAFKA_SASL',
    ],
    [
      { ...KAFKA, LAKEGATE_KAFKA_CA_FILE: 'x' },
      'LAKEGATE_KAFKA_CA_FILE: expected LAKEGATE_KAFKA_TLS=true beside it; without that it has no effect',
    ],
    [{ LAKEGATE_KAFKA_PREFIX: 'mine.' }, 'LAKEGATE_KAFKA_PREFIX: expected LAKEGATE_KAFKA_BROKERS beside it'],
    [{ ...KAFKA, LAKEGATE_KAFKA_PREFIX: 'a/b' }, 'LAKEGATE_KAFKA_PREFIX: expected up to 64 letters'],
    [{ LAKEGATE_KAFKA_BROKERS: 'one,two:9092' }, 'LAKEGATE_KAFKA_BROKERS: expected host:port'],
    [{ LAKEGATE_KAFKA_BROKERS: 'one:70000' }, 'LAKEGATE_KAFKA_BROKERS: expected host:port'],
    [{ LAKEGATE_CLUSTER: 'main' }, 'LAKEGATE_CLUSTER: expected LAKEGATE_CLICKHOUSE_URL beside it'],
    [
      { ...KAFKA, LAKEGATE_CLICKHOUSE_URL: 'http://house:8123', LAKEGATE_KEEPER: 'keeper:9181' },
      'LAKEGATE_KEEPER: expected none beside LAKEGATE_CLICKHOUSE_URL',
    ],
    [{ LAKEGATE_ROLES: 'gateway' }, 'LAKEGATE_ROLES: expected loader among them'],
    [{ LAKEGATE_ROLES: 'loader,admission' }, 'LAKEGATE_ROLES: expected gateway with admission'],
    [{ ...KAFKA, LAKEGATE_ROLES: 'gateway,admission' }, 'LAKEGATE_ROLES: expected loader with gateway'],
  ])('what does not fit together is refused: %o', (env, message) => {
    expect(messageFor(env)).toContain(message);
  });

  test('on Kafka each role can be alone; without it the loader can, and the gateway has admission in it', () => {
    const rolesOf = (env: Record<string, string>) => [...readConfig(env).roles];
    expect(rolesOf({ ...KAFKA, LAKEGATE_ROLES: 'admission' })).toEqual(['admission']);
    expect(rolesOf({ ...KAFKA, LAKEGATE_ROLES: 'loader' })).toEqual(['loader']);
    const remote = { ...KAFKA, LAKEGATE_CLICKHOUSE_URL: 'http://house:8123' };
    expect(rolesOf({ ...remote, LAKEGATE_ROLES: 'gateway' })).toEqual(['gateway']);
    expect(rolesOf({ LAKEGATE_ROLES: 'loader' })).toEqual(['loader']);
    expect(rolesOf({ LAKEGATE_ROLES: 'gateway,loader' })).toEqual(['gateway', 'loader']);
  });

  test('neither a password nor an address with credentials is shown, however wrong it is', () => {
    const message = messageFor({
      LAKEGATE_CLICKHOUSE_URL: 'http://ada:s3cret@house:8123/path',
      LAKEGATE_KAFKA_PASSWORD: 's3cret',
      PORT: '-1',
    });
    expect(message).toContain('LAKEGATE_CLICKHOUSE_URL: expected http://user:password@host:8123');
    expect(message).not.toContain('s3cret');
    expect(messageFor({ ...KAFKA, LAKEGATE_KAFKA_PASSWORD: 's3cret' })).not.toContain('s3cret');
  });
});

function messageFor(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof LakegateError && error.code === 'BAD_CONFIG') return error.message;
    throw error;
  }
  throw new Error('expected the configuration to be refused');
}
