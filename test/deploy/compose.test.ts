import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/platform/config.ts';
import { ROLES } from '../../src/platform/settings.ts';
import { type ComposeService, mountsOf, ROOT, readCompose } from '../support/compose-file.ts';

const DOCKERFILE = readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8');
const SCALED_OUT = readCompose('docker-compose.yml');

/** Ports that the images listen on by themselves. */
const PORTS_OF_IMAGES: Readonly<Record<string, readonly string[]>> = {
  clickhouse: ['8123', '9363'],
  redis: ['6379'],
  prometheus: ['9090'],
  grafana: ['3000'],
};

describe.each(['docker-compose.yml', 'docker-compose.embedded.yml'])('%s', (file) => {
  const compose = readCompose(file);
  const services = Object.entries(compose.services);

  test('can be reached from this machine only', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
  });

  test.each(services)('%s is watched, limited, started again, and no root', (_name, service) => {
    expect(service.healthcheck !== undefined || (ofProduct(service) && DOCKERFILE.includes('HEALTHCHECK'))).toBe(true);
    expect(service.mem_limit).toBeDefined();
    expect(service.restart).toBe('unless-stopped');
    if (service.user === undefined) expect(ofProduct(service) && DOCKERFILE).toContain('\nUSER node\n');
    else expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
  });

  test.each(services)('%s mounts what is there, read-only, and volumes that are declared', (_name, service) => {
    for (const { source, mode, ofHost } of mountsOf(service)) {
      if (ofHost) {
        expect(existsSync(join(ROOT, source)), source).toBe(true);
        expect(mode, source).toBe('ro');
      } else {
        expect(Object.keys(compose.volumes)).toContain(source);
      }
    }
  });

  test.each(services)(
    '%s starts after services that are there and say that they are well',
    (_name, { depends_on = {} }) => {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(Object.keys(compose.services)).toContain(other);
        expect(condition).toBe('service_healthy');
      }
    },
  );

  const ours = services.filter(([, service]) => ofProduct(service));

  test.each(ours)('%s is given settings that the product reads', (_name, service) => {
    const config = configOf(service);
    expect(config).toMatchObject({ host: '0.0.0.0', port: 4000, dataDir: '/data' });
    expect(existsSync(join(ROOT, service.build?.dockerfile ?? '')), 'the Dockerfile').toBe(true);
    for (const published of service.ports ?? []) {
      expect([config.port, config.sqlPort].map(String)).toContain(published.split(':').at(-1));
    }
  });

  test.each(ours)('%s is given longer to stop than the product takes for itself', (_name, service) => {
    const graceSeconds = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]);
    expect(graceSeconds * 1000).toBeGreaterThan(configOf(service).stopDeadlineMs);
  });

  test("every role is somebody's", () => {
    const roles = ours.flatMap(([, service]) => [...configOf(service).roles]);
    expect(new Set(roles)).toEqual(new Set(ROLES));
  });
});

describe('scaled out', () => {
  const { kafka, clickhouse, gateway } = SCALED_OUT.services;
  const config = configOf(gateway ?? {});

  test('the product asks services of the file, at ports that they listen on', () => {
    const url = new URL(config.clickhouse.url ?? '');
    const asked = [...(config.kafka?.brokers ?? []), ...config.clickhouse.kafkaBrokers, url.host];
    expect(asked).toHaveLength(3);
    asked.push(new URL(config.redisUrl ?? '').host);
    for (const address of asked) expect(listens(address), address).toBe(true);
  });

  test('who may ask ClickHouse is who the product says it is', () => {
    const { username, password } = new URL(config.clickhouse.url ?? '');
    const users = readFileSync(join(ROOT, 'deploy/clickhouse/users.xml'), 'utf8');
    const variable = new RegExp(`<${username}>\\s*<password from_env="(\\w+)"/>`).exec(users)?.[1] ?? '';
    expect(clickhouse?.environment?.[variable]).toBe(password);
  });

  test('Redis makes room by itself before its container runs out of memory, and writes nothing', () => {
    const { command = [], mem_limit: limit } = SCALED_OUT.services.redis ?? {};
    const words = [command].flat();
    const wordAfter = (option: string) => words[words.indexOf(option) + 1];
    expect(wordAfter('--maxmemory-policy')).toBe('allkeys-lru');
    expect(megabytes(wordAfter('--maxmemory'))).toBeLessThan(megabytes(limit));
    expect([wordAfter('--save'), wordAfter('--appendonly')]).toEqual(['', 'no']);
  });

  test('a topic asks for no more replicas than there are brokers', () => {
    expect(config.kafka?.replication).toBe(kafka?.environment?.KAFKA_CONTROLLER_QUORUM_VOTERS?.split(',').length);
  });

  test('the broker stores on its volume, and clients are led to ports that it listens on', () => {
    const { KAFKA_LOG_DIRS, KAFKA_LISTENERS = '', KAFKA_ADVERTISED_LISTENERS = '' } = kafka?.environment ?? {};
    expect(mountsOf(kafka ?? {}).map(({ target }) => target)).toContain(KAFKA_LOG_DIRS);
    for (const advertised of KAFKA_ADVERTISED_LISTENERS.split(',')) {
      const [, name, port] = /^(\w+):\/\/[\w.]+:(\d+)$/.exec(advertised) ?? [];
      expect(KAFKA_LISTENERS.split(',')).toContain(`${name}://:${port}`);
    }
    const [published] = kafka?.ports ?? [];
    expect(KAFKA_ADVERTISED_LISTENERS).toContain(published?.split(':').slice(0, 2).join(':'));
  });
});

function ofProduct({ build }: ComposeService): boolean {
  return build !== undefined;
}

/** As the product reads it in its container: what the image sets, and over it what the file sets. */
function configOf({ environment = {} }: ComposeService): Config {
  const ofImage = [...(/^ENV (.*)$/m.exec(DOCKERFILE)?.[1] ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  return readConfig({ ...Object.fromEntries(ofImage), ...environment });
}

/** As both files write sizes: 384mb, 512m. */
function megabytes(text: string | undefined): number {
  return Number(/^(\d+)mb?$/.exec(text ?? '')?.[1]);
}

function listens(address: string): boolean {
  const [name = '', port = ''] = address.split(':');
  const service = SCALED_OUT.services[name];
  if (service === undefined) return false;
  const ofKafka = (service.environment?.KAFKA_LISTENERS ?? '').split(',').some((each) => each.endsWith(`:${port}`));
  return ofKafka || PORTS_OF_IMAGES[name]?.includes(port) === true;
}
