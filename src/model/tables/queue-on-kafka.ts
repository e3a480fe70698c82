import { sqlText } from './sql-text.ts';

/**
 * A queue table on Kafka: the statement that makes it with ENGINE = Null, as it stands in clickhouse/, with another engine. The views behind it
 * do not see the difference. What the loader hands over beside a record (its place, and nothing in `_error`) are here columns of the Kafka
 * engine itself, and a sequence is in the record.
 */
export function queueOnKafka(createTable: string, options: KafkaQueueOptions): string {
  const settings = Object.entries(kafkaSettings(options)).map(([name, value]) => `${name} = ${literal(value)}`);
  const columns = columnsOf(createTable)
    .filter(({ name }) => !OF_THE_ENGINE.has(name))
    .map(({ name, type }) => `  ${name} ${type}`);
  return `${headOf(createTable)}
(
${columns.join(',\n')}
)
ENGINE = Kafka
SETTINGS
  ${settings.join(',\n  ')}
COMMENT ${sqlText(options.comment)}`;
}

export interface KafkaQueueOptions {
  /** host:port, as ClickHouse reaches them. */
  readonly brokers: readonly string[];
  /** As Kafka calls it. */
  readonly topic: string;
  /** The group whose committed offsets say how far every table is. */
  readonly group: string;
  /** Where ClickHouse keeps the offsets itself, so that an interrupted insert is repeated exactly. Null: plain, the group's offsets are all there is. */
  readonly keeper: { readonly path: string; readonly replica: string } | null;
  /** Threads that read and insert at the same time. */
  readonly consumers: number;
  readonly security: KafkaQueueSecurity | null;
  /** Kept with the table, for whoever looks and to tell one set of these options from another. */
  readonly comment: string;
  /** How values in a record's JSON are read. */
  readonly formatSettings: Readonly<Record<string, string | number>>;
}

export interface KafkaQueueSecurity {
  readonly encrypted: boolean;
  readonly login: { readonly mechanism: string; readonly username: string; readonly password: string } | null;
}

/** The most that one insert takes: as the loader's own batches. Behind what is committed, at most this many records a consumer are in doubt. */
export const KAFKA_BLOCK_ROWS = 50_000;

/** Columns of a queue table that the Kafka engine has by itself, under the same names and types. */
const OF_THE_ENGINE: ReadonlySet<string> = new Set([
  '_partition',
  '_offset',
  '_error',
  '_raw_message',
  '_timestamp_ms',
]);

function kafkaSettings(options: KafkaQueueOptions): Readonly<Record<string, string | number>> {
  return {
    kafka_broker_list: options.brokers.join(','),
    kafka_topic_list: options.topic,
    kafka_group_name: options.group,
    kafka_format: 'JSONEachRow',
    // What cannot be read comes as a row of its own, with `_error`: it stops nothing.
    kafka_handle_error_mode: 'stream',
    kafka_max_block_size: KAFKA_BLOCK_ROWS,
    // Messages a poll: a block is filled in one round where there is enough.
    kafka_poll_max_batch_size: KAFKA_BLOCK_ROWS,
    kafka_num_consumers: options.consumers,
    kafka_thread_per_consumer: options.consumers > 1 ? 1 : 0,
    ...FRESHNESS,
    ...(options.keeper === null
      ? {}
      : { kafka_keeper_path: options.keeper.path, kafka_replica_name: options.keeper.replica }),
    ...securitySettings(options.security),
    ...options.formatSettings,
  };
}

/**
 * How soon an event is a row: p50 49 ms and p99 93 with flushes and polls like these; with a flush every 100 ms 93 and 179, with polls of 50 ms 61 and 153
 * (one table, four partitions, an event every 40 ms). Flushing every 20 ms gains 9 ms more and makes twice as many parts.
 *
 * Between two rounds that find nothing a table rests. Twelve tables that have a thread each, and nothing to read, take 64 % of a core with rests of 10 ms,
 * 34 with 100, 26 with 150 and 19 with 250; an event of the product is visible after 157 ms (p50), 193, 208 and 302.
 */
const FRESHNESS = {
  kafka_flush_interval_ms: 50,
  kafka_poll_timeout_ms: 10,
  kafka_consumer_reschedule_ms: 150,
} as const;

function securitySettings(security: KafkaQueueSecurity | null): Readonly<Record<string, string>> {
  if (security === null) return {};
  const { encrypted, login } = security;
  const protocol = encrypted ? 'ssl' : 'plaintext';
  if (login === null) return { kafka_security_protocol: protocol };
  return {
    kafka_security_protocol: `sasl_${protocol}`,
    kafka_sasl_mechanism: login.mechanism,
    kafka_sasl_username: login.username,
    kafka_sasl_password: login.password,
  };
}

interface QueueColumn {
  readonly name: string;
  readonly type: string;
}

/** One a line, as every file in clickhouse/ has them. Without its default: the Kafka engine reads what is in the record. */
function columnsOf(createTable: string): readonly QueueColumn[] {
  return columnLines(createTable).map((line) => {
    const [, name = '', type = ''] = /^\s*(\S+) (.*?)(?: DEFAULT .*)?,?$/.exec(line) ?? [];
    return { name, type };
  });
}

function columnLines(createTable: string): readonly string[] {
  const lines = createTable.split('\n');
  return lines.slice(lines.indexOf('(') + 1, lines.lastIndexOf(')'));
}

function headOf(createTable: string): string {
  return createTable.slice(0, createTable.indexOf('\n('));
}

function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : sqlText(value);
}

/** The statement of each queue table among these, by the table's name without the database. */
export function queueStatements(statements: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    statements.flatMap((statement) => {
      const table = /^CREATE TABLE IF NOT EXISTS lakegate\.(\w+_queue)\n/.exec(statement)?.[1];
      return table === undefined ? [] : [[table, statement] as const];
    }),
  );
}
