import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCache } from '../../src/cli/start/open-cache.ts';
import type { QueryFile } from '../../src/gateway/queries/named-queries.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { EventModel } from '../../src/model/event-model.ts';
import { EMPTY_VERSION } from '../../src/model/version.ts';
import { readConfig } from '../../src/platform/config.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const logger = createLogger('silent');
const MODEL = loadDeclarations(readConfig({}).schemaDir);
const QUERIES: readonly QueryFile[] = [{ path: 'queries/revenue.graphql', name: 'revenue', text: 'query { a }' }];
const DATA = { identity: 'i', version: EMPTY_VERSION };

interface Process {
  readonly version?: string;
  readonly model?: EventModel;
  readonly queries?: readonly QueryFile[];
  /** Of its tables. */
  readonly uuid?: string;
  readonly log?: string;
  readonly onKafka?: boolean;
}

describeWithRedis('gateways that share a Redis', () => {
  let redis: TestRedis;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  beforeEach(() => redis.command('FLUSHALL'));
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  afterAll(() => redis.stop());

  async function start({ version = '1.0.0', model = MODEL, queries = QUERIES, ...data }: Process = {}) {
    const { uuid = 'u', log = 'l', onKafka = true } = data;
    const env = { LAKEGATE_REDIS_URL: redis.url, ...(onKafka ? { LAKEGATE_KAFKA_BROKERS: '127.0.0.1:1' } : {}) };
    const cache = await openCache(
      { config: readConfig(env), model, logger },
      { warehouse: warehouseOf(uuid, log), queries, version },
    );
    open.push(cache);
    const ask = (text: string) =>
      cache.results.through({ tenant: 't', question: 'q', ...DATA }, async () => ({ text: () => text, ...DATA }));
    await until(async () => (await cache.results.answers.get('anything')).state === 'nothing');
    return { ...cache, ask };
  }

  test('find what the others kept, where all that decides about an answer is the same', async () => {
    await (await start()).ask('a');
    expect(await (await start()).ask('b')).toMatchObject({ text: 'a', outcome: 'hit' });
  });

  describe('find no answer of one', () => {
    const [revenue] = QUERIES;
    const changedKinds = MODEL.kinds.map((kind) => ({ ...kind, sdl: `${kind.sdl}# another rule` }));
    const shown = MODEL.kinds.map((kind) => ({ ...kind, description: 'Told otherwise.' }));
    test.each<readonly [string, Process]>([
      ['whose query of this name asks something else', { queries: [{ ...file(revenue), text: 'query { b }' }] }],
      ['that has the query under another name', { queries: [{ ...file(revenue), name: 'sales' }] }],
      ['of another version', { version: '1.0.1' }],
      ['that has another declaration', { model: { ...MODEL, kinds: changedKinds } }],
      ['that serves another schema', { model: { ...MODEL, kinds: shown } }],
      ['that has other tables', { uuid: 'v' }],
    ])('%s', async (_, other) => {
      await (await start(other)).ask('theirs');
      expect(await (await start()).ask('ours')).toMatchObject({ text: 'ours', outcome: 'miss' });
    });
  });

  test('keep a stored value for the one that comes after them as another version, with all else but the log', async () => {
    const stored = await (await start()).storedValues.put('t', { key: 'k', value: { columns: 3 }, ttlMs: 60_000 });
    const later = await start({
      version: '2.0.0',
      model: { ...MODEL, kinds: MODEL.kinds.slice(1) },
      queries: [],
      uuid: 'v',
    });
    expect(await later.storedValues.get('t', 'k')).toEqual(stored);
    expect(await (await start({ log: 'another' })).storedValues.get('t', 'k')).toBeNull();
  });

  test('on the log of one machine it finds after a restart what was stored, and no answer', async () => {
    const before = await start({ onKafka: false });
    await before.ask('before');
    await before.storedValues.put('t', { key: 'k', value: 1, ttlMs: 60_000 });
    const after = await start({ onKafka: false });
    expect(await after.ask('after')).toMatchObject({ text: 'after', outcome: 'miss' });
    expect((await after.storedValues.get('t', 'k'))?.value).toBe(1);
  });
});

function file(query: QueryFile | undefined): QueryFile {
  if (query === undefined) throw new Error('expected a query');
  return query;
}

/** Answers the two things that the cache asks about itself. */
function warehouseOf(uuid: string, log: string): Warehouse {
  const query = async (sql: string) => ({ rows: [sql.includes('system.tables') ? { uuid } : { log }] });
  return { query } as unknown as Warehouse;
}
