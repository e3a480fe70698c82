import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { type KafkaQueueOptions, queueOnKafka, queueStatements } from '../../src/model/tables/queue-on-kafka.ts';
import { queueTable, tableDefinitions } from '../../src/model/tables/tables.ts';
import { statementsOf } from '../../src/warehouse/migrate.ts';

const ROOT = join(import.meta.dirname, '../..');
const { kinds } = loadDeclarations(join(ROOT, 'schema/events'));
const statements = queueStatements([
  ...['002_rejected.sql', '003_duplicates.sql'].flatMap((file) =>
    statementsOf(readFileSync(join(ROOT, 'clickhouse', file), 'utf8')),
  ),
  ...kinds.flatMap(tableDefinitions).flatMap(({ sql }) => statementsOf(sql)),
]);
const OPTIONS: KafkaQueueOptions = {
  brokers: ['a:9092', 'b:9092'],
  topic: 'transactions',
  group: 'lakegate-warehouse',
  keeper: null,
  consumers: 1,
  security: null,
  comment: 'made by a test',
  formatSettings: { input_format_skip_unknown_fields: 1 },
};

describe('a queue table on Kafka', () => {
  test('is there for every stream that is loaded', () => {
    expect([...statements.keys()].sort()).toEqual(
      ['duplicates_queue', 'rejected_queue', ...kinds.map(queueTable)].sort(),
    );
  });

  test.each([...statements])(
    '%s keeps its name and its own columns, and leaves to the engine what the engine has',
    (table, statement) => {
      const sql = queueOnKafka(statement, OPTIONS);
      expect(sql).toContain(`CREATE TABLE IF NOT EXISTS lakegate.${table}\n`);
      expect(sql).toContain('ENGINE = Kafka');
      for (const column of ['_partition', '_offset', '_error', '_raw_message']) {
        expect(sql).not.toMatch(new RegExp(`^\\s*${column} `, 'm'));
        expect(statement).toMatch(new RegExp(`^\\s*${column} `, 'm'));
      }
      expect(sql).not.toMatch(/DEFAULT|\bNull;/);
      const own = columnCount(statement) - 4;
      expect(columnCount(sql)).toBe(own);
    },
  );

  test('says no secret and no name in a way that ends its text', () => {
    const sql = queueOnKafka(statements.get('rejected_queue') ?? '', {
      ...OPTIONS,
      security: { encrypted: true, login: { mechanism: 'SCRAM-SHA-512', username: "o'neil", password: "\\' OR 1" } },
    });
    expect(sql).toContain("kafka_sasl_username = 'o\\'neil'");
    expect(sql).toContain("kafka_sasl_password = '\\\\\\' OR 1'");
    expect(sql).toContain("kafka_security_protocol = 'sasl_ssl'");
  });

  test('keeps its offsets in Keeper where there is one', () => {
    const of = (keeper: KafkaQueueOptions['keeper']) =>
      queueOnKafka(statements.get('rejected_queue') ?? '', { ...OPTIONS, keeper });
    expect(of(null)).not.toContain('keeper');
    expect(of({ path: '/lakegate/rejected', replica: 'one' })).toContain(
      "kafka_keeper_path = '/lakegate/rejected',\n  kafka_replica_name = 'one'",
    );
  });
});

/** One a line. */
function columnCount(createTable: string): number {
  const lines = createTable.split('\n');
  return lines.lastIndexOf(')') - lines.indexOf('(') - 1;
}
