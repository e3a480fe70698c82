import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { onCluster } from '../../src/model/tables/on-cluster.ts';
import { type KafkaQueueOptions, queueOnKafka, queueStatements } from '../../src/model/tables/queue-on-kafka.ts';
import { tableDefinitions } from '../../src/model/tables/tables.ts';
import { statementsOf } from '../../src/warehouse/migrate.ts';
import { ratesState, setRates } from '../../src/warehouse/rates.ts';
import type { InsertOptions, Warehouse } from '../../src/warehouse/warehouse.ts';
import { startTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const CLICKHOUSE = join(import.meta.dirname, '../../clickhouse');
const { kinds } = loadDeclarations(join(CLICKHOUSE, '../schema/events'));
const statements = [
  ...readdirSync(CLICKHOUSE)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => readFileSync(join(CLICKHOUSE, name), 'utf8')),
  ...kinds.flatMap(tableDefinitions).map(({ sql }) => sql),
].flatMap((sql) => statementsOf(sql));

let house: TestWarehouse;
beforeAll(async () => {
  house = await startTestWarehouse();
});
afterAll(() => house.stop());

const OPTIONS: KafkaQueueOptions = {
  brokers: ['a:9092'],
  topic: 'lakegate.topic',
  group: 'group',
  keeper: { path: '/lakegate/a', replica: '{replica}' },
  consumers: 2,
  security: { encrypted: true, login: { mechanism: 'PLAIN', username: "o'neil", password: '\\' } },
  comment: 'made by a test',
  formatSettings: { date_time_input_format: 'best_effort' },
};

/** The statement as the engine understood it. */
async function parsed(statement: string): Promise<string> {
  const { rows } = await house.warehouse.query<{ sql: string }>('SELECT formatQuery({statement:String}) AS sql', {
    params: { statement },
  });
  return rows[0]?.sql ?? '';
}

describe('a cluster of several servers', () => {
  test("every statement is one for the engine's parser, and is run on the whole cluster", async () => {
    for (const statement of statements) {
      for (const one of onCluster(statement, 'ours')) {
        expect(await parsed(one), one).toMatch(/ON CLUSTER `?'?ours/);
      }
    }
  });

  test('every table that stores replicates, and is read over all shards under the name it has elsewhere', () => {
    const stored = statements.filter((statement) => /\nENGINE = \w*MergeTree/.test(statement));
    expect(stored.length).toBeGreaterThan(20);
    for (const statement of stored) {
      const table = /lakegate\.(\w+)/.exec(statement)?.[1];
      const [local, all, ...more] = onCluster(statement, 'ours');
      expect(more).toEqual([]);
      expect(local).toContain(`CREATE TABLE IF NOT EXISTS lakegate_shard.${table} ON CLUSTER 'ours'`);
      expect(local).toMatch(
        new RegExp(
          `ENGINE = Replicated\\w*MergeTree\\('/clickhouse/tables/\\{shard\\}/lakegate_shard/${table}', '\\{replica\\}'\\)`,
        ),
      );
      expect(local).not.toContain('non_replicated');
      expect(all).toContain(
        `CREATE TABLE IF NOT EXISTS lakegate.${table} ON CLUSTER 'ours' AS lakegate_shard.${table}`,
      );
    }
  });

  test('the rates of a tenant are on one shard, and there when they are set: no question counts some of a call, or none', async () => {
    const rates = statements.find((statement) => statement.includes('TABLE IF NOT EXISTS lakegate.rates\n')) ?? '';
    expect(onCluster(rates, 'ours')[1]).toContain('cityHash64(_tenant)');
    for (const statement of ['CREATE DATABASE IF NOT EXISTS lakegate', rates]) await house.warehouse.command(statement);
    const settings: InsertOptions['settings'][] = [];
    const watched: Pick<Warehouse, 'query' | 'insert'> = {
      query: (sql, options) => house.warehouse.query(sql, options),
      insert: (table, bytes, options) => {
        settings.push(options.settings);
        return house.warehouse.insert(table, bytes, options);
      },
    };
    await setRates(watched, 'default', [{ from: 'EUR', to: 'USD', day: '2026-11-21', rate: '1.1' }]);
    expect(settings).toEqual([expect.objectContaining({ distributed_foreground_insert: 1 })]);
    expect(await ratesState(house.warehouse, 'default', 'USD')).toBe('1');
  });

  test('views and queue tables stay within a shard', () => {
    for (const statement of statements.filter((one) => /^CREATE MATERIALIZED|_queue\n/.test(one))) {
      const made = onCluster(statement, 'ours');
      expect(made).toHaveLength(1);
      expect(made[0]).not.toMatch(/\blakegate\./);
    }
  });

  test('every queue table on Kafka is one for the parser too', async () => {
    for (const [table, statement] of queueStatements(statements)) {
      const sql = queueOnKafka(statement, OPTIONS);
      expect(await parsed(sql)).toContain(`lakegate.${table}`);
      const onAll = onCluster(statement, 'ours')[0] ?? '';
      expect(await parsed(queueOnKafka(onAll, OPTIONS))).toContain(`lakegate_shard.${table} ON CLUSTER`);
    }
  });
});
