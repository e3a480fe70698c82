import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineConfig } from '../../src/warehouse/engine/engine-config.ts';
import { statementsOf } from '../../src/warehouse/migrate.ts';
import { mountsOf, ROOT, readCompose } from '../support/compose-file.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const FOLDER = join(ROOT, 'deploy/clickhouse');
const clickhouse = readCompose('docker-compose.yml').services.clickhouse ?? {};

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const text = textOf(file);

  test('is well-formed, and below the root that the server merges', () => {
    expect(elementsLeftOpen(text)).toEqual([]);
    expect(text.replace(/<!--.*?-->\s*/s, '')).toMatch(/^<clickhouse>/);
  });

  test('is mounted where the server looks for it', () => {
    const folder = text.includes('<users>') ? 'users.d' : 'config.d';
    const targets = mountsOf(clickhouse)
      .filter(({ source }) => source === `./deploy/clickhouse/${file}`)
      .map(({ target }) => target);
    expect(targets).toHaveLength(1);
    expect(targets[0]).toMatch(new RegExp(`^/etc/clickhouse-server/${folder}/\\w+\\.xml$`));
  });
});

test('the server asks its own Keeper, at the port where that listens', () => {
  const keeper = textOf('keeper.xml');
  const [, listens] = /<tcp_port>(\d+)</.exec(keeper) ?? [];
  const [, asked] = /<zookeeper>.*<port>(\d+)<.*<\/zookeeper>/s.exec(keeper) ?? [];
  expect(asked).toBe(listens);
});

test('the server starts with the tables that are written by hand, and it does not matter who makes them first', () => {
  const init = mountsOf(clickhouse).filter(({ target }) => target === '/docker-entrypoint-initdb.d');
  expect(init.map(({ source }) => source)).toEqual(['./clickhouse']);
  const files = readdirSync(join(ROOT, 'clickhouse')).filter((file) => file.endsWith('.sql'));
  const statements = files.flatMap((file) => statementsOf(readFileSync(join(ROOT, 'clickhouse', file), 'utf8')));
  expect(statements.length).toBeGreaterThan(5);
  for (const statement of statements)
    expect(statement).toMatch(/^CREATE (DATABASE|TABLE|MATERIALIZED VIEW) IF NOT EXISTS /);
});

test('the server reads Kafka as the engine of the product does', () => {
  const told = textOf('kafka.xml') + textOf('keeper.xml');
  const engine = engineConfig({ keeper: ['127.0.0.1:9181'], caFile: null });
  const elements = [...engine.matchAll(/<(session_timeout_ms|max_poll_interval_ms|host|port)>[^<]*<\/\1>/g)].map(
    ([element]) => element,
  );
  expect(elements).toHaveLength(5);
  for (const element of elements) expect(told).toContain(element);

  const source = readFileSync(join(ROOT, 'src/warehouse/engine/engine-process.ts'), 'utf8');
  const [, args = ''] = /const KAFKA_ARGS.*? = \[(.*?)\];/s.exec(source) ?? [];
  const settings = [...args.matchAll(/'--(\w+)=(\w+)'/g)].map(([, name, value]) => `<${name}>${value}</${name}>`);
  expect(settings.length).toBeGreaterThan(2);
  const [, ofDefault = ''] = /<profiles>.*?<default>(.*?)<\/default>/s.exec(textOf('users.xml')) ?? [];
  for (const setting of settings) expect(ofDefault).toContain(setting);
  const [, threads = ''] = /--(background_message_broker_schedule_pool_size=\d+)/.exec(source) ?? [];
  const [name, count] = threads.split('=');
  expect(textOf('server.xml')).toContain(`<${name}>${count}</${name}>`);
});

describe('an engine of the same version', () => {
  let engine: TestWarehouse;
  beforeAll(async () => {
    engine = await startTestWarehouse();
  });
  afterAll(() => engine.stop());

  test('is what the tests run on', async () => {
    const [version] = await column('SELECT version() AS name');
    const [, tag] = clickhouse.image?.split(':') ?? [];
    expect(version?.startsWith(`${tag}.`), `${version} is a ${tag}`).toBe(true);
  });

  test('knows every setting of the profiles, and of the server', async () => {
    const [, profiles = ''] = /<profiles>(.*)<\/profiles>/s.exec(textOf('users.xml')) ?? [];
    const ofUsers = namesOf(profiles).filter((name) => name !== 'profile');
    expect(await column('SELECT name FROM system.settings')).toEqual(expect.arrayContaining([...ofUsers]));
    const [, scalars = ''] = /<\/logger>(.*)<prometheus>/s.exec(textOf('server.xml')) ?? [];
    const ofServer = namesOf(scalars);
    expect([...ofUsers, ...ofServer].length).toBeGreaterThan(6);
    expect(await column('SELECT name FROM system.server_settings')).toEqual(expect.arrayContaining([...ofServer]));
  });

  async function column(sql: string): Promise<readonly string[]> {
    const { rows } = await engine.warehouse.query<{ name: string }>(sql);
    return rows.map(({ name }) => name);
  }
});

function textOf(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

/** Of elements that hold a value. */
function namesOf(xml: string): readonly string[] {
  return [...xml.matchAll(/<(\w+)>[^<>]+<\/\1>/g)].map(([, name = '']) => name);
}

/** Elements whose end is missing, or is somebody else's. */
function elementsLeftOpen(text: string): readonly string[] {
  const open: string[] = [];
  for (const [, end, name = '', alone] of text.replaceAll(/<!--.*?-->/gs, '').matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
    if (alone === '/') continue;
    if (end !== '/') open.push(name);
    else if (open.pop() !== name) return [...open, `</${name}>`];
  }
  return open;
}
