import { createHash, randomUUID } from 'node:crypto';
import { onAllOf, onCluster, SHARD_DATABASE } from '../../model/tables/on-cluster.ts';
import {
  type KafkaQueueOptions,
  type KafkaQueueSecurity,
  queueOnKafka,
  queueStatements,
} from '../../model/tables/queue-on-kafka.ts';
import { RECORD_FORMAT_SETTINGS } from '../load/load-settings.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { type Migration, statementsOf } from '../migrate.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { warehouseGroup } from './warehouse-groups.ts';

/**
 * Opens and closes queue tables. An open one is on Kafka and reads from the moment it is there; a closed one is the empty table of the same name
 * that migrations make, and nothing comes in. The views stay through both: they hang off the name.
 *
 * Which ones were opened is written into a table that lives in the engine's memory. When the engine starts anew its queue tables read at once, before
 * anybody could look at what the end of the one before left behind; the marks are gone then, and nobody takes such a table for open.
 */
export class QueueTables {
  readonly #warehouse: Warehouse;
  readonly #statements: ReadonlyMap<string, string>;
  readonly #options: QueueTablesOptions;

  constructor(options: QueueTablesOptions) {
    this.#warehouse = options.warehouse;
    this.#statements = queueStatements(options.migrations.flatMap(({ sql }) => statementsOf(sql)));
    this.#options = options;
  }

  /** Topics that need no look: opened since the engine started, with the options of now. */
  async openTopics(targets: readonly LoadTarget[]): Promise<ReadonlySet<string>> {
    await this.#command(MAKE_MARKS);
    const { rows } = await this.#warehouse.query<{ topic: string; comment: string }>(
      `SELECT m.topic AS topic, t.comment AS comment FROM ${OPEN_MARKS} AS m
       INNER JOIN system.tables AS t ON t.name = concat(m.topic, '_queue')
       WHERE t.database = {database:String} AND t.engine = 'Kafka'`,
      { params: { database: this.#database }, pool: 'load' },
    );
    const comments = new Map(rows.map(({ topic, comment }) => [topic, comment]));
    const isOpen = (target: LoadTarget) => comments.get(target.topic) === commentOf(this.#queueOptions(target));
    return new Set(targets.filter(isOpen).map(({ topic }) => topic));
  }

  /** Comes back when nothing of what it read is on its way into the tables any more. In Keeper its offsets go with it. */
  async close(target: LoadTarget): Promise<void> {
    await this.#mark(target, false);
    await this.#drop(target);
    await this.#command(this.#statementOf(target));
  }

  /** Reads on from the offsets that are committed to its group. */
  async open(target: LoadTarget): Promise<void> {
    const options = this.#queueOptions(target);
    const made = queueOnKafka(this.#statementOf(target), {
      ...options,
      keeper: options.keeper === null ? null : ofThisOpening(options.keeper),
      comment: commentOf(options),
      formatSettings: RECORD_FORMAT_SETTINGS,
    });
    await this.#drop(target);
    await this.#warehouse.command(made, { pool: 'load', settings: KEEPER_IS_MEANT });
    await this.#mark(target, true);
  }

  /**
   * Writes down, for good, that the tables of all topics that are open are right now. What is open is known to the engine's memory alone, so
   * this never says it of an engine that has been started anew meanwhile.
   */
  async rememberRight(): Promise<void> {
    await this.#command(`INSERT INTO ${KNOWN_RIGHT} (topic, at) SELECT topic, now64(3, 'UTC') FROM ${OPEN_MARKS}`);
  }

  #queueOptions({ topic }: LoadTarget): QueueOptions {
    const { brokers, prefix, kafkaName, keeper, consumers, security } = this.#options;
    return {
      brokers,
      topic: kafkaName(topic),
      group: prefix + warehouseGroup(topic),
      keeper: keeper === null ? null : { path: `${keeper.root}/${prefix}${topic}`, replica: keeper.replica },
      consumers,
      security,
    };
  }

  #drop({ queueTable }: LoadTarget): Promise<void> {
    const { cluster } = this.#options;
    const where = cluster === null ? '' : ` ${onAllOf(cluster)}`;
    return this.#command(`DROP TABLE IF EXISTS ${this.#database}.${queueTable}${where} SYNC`);
  }

  get #database(): string {
    return this.#options.cluster === null ? DATABASE : SHARD_DATABASE;
  }

  async #mark({ topic }: LoadTarget, isOpen: boolean): Promise<void> {
    await this.#command(MAKE_MARKS);
    await this.#warehouse.command(`INSERT INTO ${MARKS} (topic, isOpen) SELECT {topic:String}, {isOpen:Bool}`, {
      params: { topic, isOpen },
      pool: 'load',
    });
  }

  #statementOf({ queueTable }: LoadTarget): string {
    const statement = this.#statements.get(queueTable);
    if (statement === undefined) throw new Error(`no migration makes ${queueTable}`);
    const { cluster } = this.#options;
    return cluster === null ? statement : (onCluster(statement, cluster)[0] ?? statement);
  }

  #command(sql: string): Promise<void> {
    return this.#warehouse.command(sql, { pool: 'load' });
  }
}

export interface QueueTablesOptions {
  readonly warehouse: Warehouse;
  /** Those that made the tables: a queue table is theirs but for its engine. */
  readonly migrations: readonly Pick<Migration, 'sql'>[];
  /** host:port, as ClickHouse reaches them. */
  readonly brokers: readonly string[];
  /** Stands before the names of our groups. */
  readonly prefix: string;
  readonly kafkaName: (topic: string) => string;
  /** Null: no Keeper, offsets are kept by Kafka alone. The replica is named as it is on each server: `{replica}` where servers have such a macro. */
  readonly keeper: { readonly root: string; readonly replica: string } | null;
  readonly consumers: number;
  readonly security: KafkaQueueSecurity | null;
  /** Null: one server. */
  readonly cluster: string | null;
}

/**
 * Its own place in Keeper for each opening. What an earlier one left there, perhaps of tables that are gone, would be taken for the truth; a new
 * place begins at the offsets of the group.
 */
function ofThisOpening({ path, replica }: { readonly path: string; readonly replica: string }) {
  return { path: `${path}/${randomUUID()}`, replica };
}

type QueueOptions = Omit<KafkaQueueOptions, 'comment' | 'formatSettings'>;

/** ClickHouse calls it an experiment and wants to hear it with the statement. */
const KEEPER_IS_MEANT = { allow_experimental_kafka_offsets_storage_in_keeper: 1 } as const;

/** By topic when its tables were last known to be right: a row for each of them, on disk. */
export const KNOWN_RIGHT = `${DATABASE}.queues_right`;

const MARKS = `${DATABASE}.queues_opened`;
const MAKE_MARKS = `CREATE TABLE IF NOT EXISTS ${MARKS} (topic String, isOpen Bool, at DateTime64(6) DEFAULT now64(6)) ENGINE = Memory`;
/** Of each topic what was marked last. A row for each opening and closing since the engine started: few. */
const OPEN_MARKS = `(SELECT topic FROM ${MARKS} GROUP BY topic HAVING argMax(isOpen, at))`;

/**
 * Whether the queue table of `{topic:String}` is open, and since when, as SQL for any reader of the warehouse. Fails where none was opened since
 * the engine started.
 */
export const OPENED = `(SELECT (argMax(isOpen, at), max(at)) FROM ${MARKS} WHERE topic = {topic:String})`;

/** Tells one set of options from another, without giving away what is in them. */
function commentOf(options: QueueOptions): string {
  const digest = createHash('sha256').update(JSON.stringify(options)).digest('base64url').slice(0, 16);
  return `Opened by Lakegate with the options ${digest}.`;
}
