import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type KafkaGroups, openKafkaGroups } from '../../../src/log/kafka-groups.ts';
import { type KafkaLog, openKafkaLog } from '../../../src/log/kafka-log.ts';
import type { KindModel } from '../../../src/model/event-model.ts';
import { REJECTED_TOPIC } from '../../../src/model/record-format.ts';
import { tableDefinitions } from '../../../src/model/tables/tables.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { guardedWarehouse } from '../../../src/warehouse/kafka/guarded-warehouse.ts';
import { type KafkaLoading, startKafkaLoading } from '../../../src/warehouse/kafka/kafka-loading.ts';
import { type KafkaTables, kafkaTables } from '../../../src/warehouse/kafka/kafka-tables.ts';
import { QueueTables } from '../../../src/warehouse/kafka/queue-tables.ts';
import { warehouseGroup } from '../../../src/warehouse/kafka/warehouse-groups.ts';
import type { LedgerReading } from '../../../src/warehouse/ledger.ts';
import { readLedger } from '../../../src/warehouse/ledger.ts';
import { lastRecordBefore } from '../../../src/warehouse/ledger-span.ts';
import { loadTarget, rejectedTarget } from '../../../src/warehouse/load/load-target.ts';
import { duplicatesTarget } from '../../../src/warehouse/load/load-targets.ts';
import { loadMigrations, migrate } from '../../../src/warehouse/migrate.ts';
import { DATABASE } from '../../../src/warehouse/warehouse.ts';
import { randomTransactions, sampleKinds } from '../loading.ts';
import { until } from '../until.ts';
import { startTestWarehouse, type TestWarehouse, type TestWarehouseOptions } from '../warehouse.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Transactions from a topic of their own on real brokers into a real engine that reads it by itself, and what sees to that. */
export interface KafkaLoadingBench {
  readonly kind: KindModel;
  readonly log: KafkaLog;
  readonly groups: KafkaGroups;
  readonly test: TestWarehouse;
  readonly tables: KafkaTables;
  readonly mended: string[];
  loading: KafkaLoading;
  /** Behind the loader's back. */
  readonly queues: QueueTables;
  /** Stops the loader and closes the queue table of the kind: from then on nothing comes in. */
  stopLoading(): Promise<void>;
  /** Another loader, on whatever state the queue tables are in. */
  startLoading(): void;
  /** Another loader, as after a restart of the product. `from`: first the group of the kind is moved there, behind the loader's back. */
  restartLoading(options: { readonly verifies: boolean; readonly from?: ReadonlyMap<number, bigint> }): Promise<void>;
  /** Into a partition, numbered as admission does. */
  send(partition: number, records: ReturnType<typeof randomTransactions>): Promise<void>;
  /** Shared among all partitions. */
  append(events: number, options?: Parameters<typeof randomTransactions>[1]): Promise<void>;
  /** Everything that is in the log now is in every table, as the group says. */
  loaded(topics?: readonly string[]): Promise<void>;
  ledger(topic?: string): Promise<LedgerReading>;
  stop(): Promise<void>;
}

export interface KafkaLoadingBenchOptions {
  readonly brokers: string;
  readonly keeper?: string | null;
  readonly partitions?: number;
  readonly engine?: TestWarehouseOptions;
  readonly verifies?: boolean;
  readonly consumers?: number;
  readonly stalledMs?: number;
  /** Whose turn it is to load. Default ours, always. */
  readonly turn?: { isMine(): boolean };
  /** Hears of every statement of the loader that changes something, before it is sent. */
  readonly onChange?: (statement: string) => void;
}

/** A batch of these is well below the megabyte that a topic takes. */
const SEND_MAX = 1000;

let opened = 0;

export async function openKafkaLoading(options: KafkaLoadingBenchOptions): Promise<KafkaLoadingBench> {
  const { brokers, keeper = null, partitions = 2, consumers = 1 } = options;
  const prefix = `loading-${process.pid}-${++opened}.`;
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-kafka-loading-'));
  const connection = { brokers: brokers.split(','), clientId: 'loading-test', prefix };
  const [kind] = sampleKinds(['transaction']);
  if (kind === undefined) throw new Error('expected the sample kind transaction');
  const log = await openKafkaLog(connection);
  for (const [topic, count] of [
    [kind.plural, partitions],
    [REJECTED_TOPIC, 1],
    ['duplicates', 1],
  ] as const) {
    await log.createTopic({ topic, partitions: count, retentionMs: null });
  }
  const groups = await openKafkaGroups({ ...connection, kafkaName: log.kafkaName });
  const migrations = [
    ...(await loadMigrations(join(ROOT, 'clickhouse'))),
    ...tableDefinitions(kind).map(({ path, sql }) => ({ name: path, sql })),
  ];
  const test = await startTestWarehouse({
    dir,
    kafka: { keeper: keeper === null ? [] : [keeper], caFile: null },
    ...options.engine,
  });
  const { warehouse } = test;
  await migrate(warehouse, migrations);
  const targets = [loadTarget(kind), rejectedTarget(), duplicatesTarget()];
  const queues = new QueueTables({
    warehouse,
    migrations,
    brokers: connection.brokers,
    prefix,
    kafkaName: log.kafkaName,
    keeper: keeper === null ? null : { root: '/lakegate', replica: 'embedded' },
    consumers,
    security: null,
    cluster: null,
  });
  const mended: string[] = [];
  const logger = {
    info: () => {},
    warn: (facts: object) => {
      if ('tables' in facts && Array.isArray(facts.tables)) mended.push(...facts.tables.map(String));
      if ('err' in facts && process.env.LAKEGATE_TEST_LOUD === '1') console.error(facts.err);
    },
  };
  const { turn, stalledMs, onChange = () => {} } = options;
  const heard = guardedWarehouse(warehouse, onChange);
  const start = (verifies: boolean) =>
    startKafkaLoading({
      ...(turn === undefined ? {} : { turn }),
      ...(stalledMs === undefined ? {} : { stalledMs }),
      ...{ log, warehouse: heard, targets, queues, groups, clock: systemClock, logger, consumers, closeAtStop: false },
      verifies,
    });
  const tables = kafkaTables({ warehouse, groups, targets, cluster: null });
  let sequences: readonly bigint[] = Array.from({ length: partitions }, () => 0n);
  const loadedNext = (topic: string) => tables.loadedNext(topic);
  const bench: KafkaLoadingBench = {
    ...{ kind, log, groups, test, tables, mended, queues },
    loading: start(options.verifies ?? true),
    stopLoading: async () => {
      await bench.loading.stop(30_000);
      await queues.close(loadTarget(kind));
    },
    startLoading: () => {
      bench.loading = start(true);
    },
    restartLoading: async ({ verifies, from }) => {
      await bench.stopLoading();
      if (from !== undefined) await groups.moveTo(warehouseGroup(kind.plural), kind.plural, from);
      bench.loading = start(verifies);
    },
    send: async (partition, records) => {
      const first = sequences[partition] ?? 0n;
      const numbered = numberedRecords(first, records);
      await log.appendTo(kind.plural, partition, numbered);
      sequences = sequences.with(partition, first + BigInt(records.length));
    },
    append: async (events, more) => {
      for (let partition = 0; partition < partitions; partition++) {
        for (let left = events / partitions; left > 0; left -= SEND_MAX) {
          await bench.send(partition, randomTransactions(Math.min(left, SEND_MAX), more));
        }
      }
    },
    loaded: async (topics = [kind.plural]) => {
      const wanted = await Promise.all(
        topics.map(async (topic) => {
          const ends = await log.ends(topic);
          return {
            topic,
            last: await Promise.all(ends.map((end) => lastRecordBefore(log, topic, { ...end, from: 0n }))),
          };
        }),
      );
      await until(async () => {
        for (const { topic, last } of wanted) {
          const next = await loadedNext(topic);
          if (last.some((record, partition) => record !== null && (next.get(partition) ?? 0n) <= record.offset))
            return false;
        }
        return bench.loading.status().every(({ topic, isOpen }) => isOpen || !topics.includes(topic));
      }, 240_000);
    },
    ledger: async (topic = kind.plural) => {
      const next = await loadedNext(topic);
      const offsets = new Map([[topic, new Map([...next].map(([partition, at]) => [partition, at - 1n]))]]);
      const version = { offsets, watermarksMs: new Map<string, number>() };
      return readLedger({ log, warehouse, progress: { version: () => version } }, { topics: [topic], appended: null });
    },
    stop: async () => {
      await bench.loading.stop(10_000);
      groups.close();
      await log.close();
      await test.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return bench;
}

/** With their numbers in front, as admission writes them. */
export function numberedRecords(first: bigint, records: ReturnType<typeof randomTransactions>) {
  return records.map((record, index) => ({
    ...record,
    value: Buffer.concat([Buffer.from(`{"_sequence":${first + BigInt(index)},`), record.value.subarray(1)]),
  }));
}

/** How many rows raw has, how many positions, and how many events each rollup counts: equal where each event is everywhere once. */
export async function countsEverywhere({ test, kind }: KafkaLoadingBench): Promise<Readonly<Record<string, number>>> {
  const { rows } = await test.warehouse.query<Record<string, string>>(
    `SELECT (SELECT count() FROM ${DATABASE}.${kind.plural}) AS raw,
       (SELECT uniqExact(_partition, _offset) FROM ${DATABASE}.${kind.plural}) AS positions,
       ${loadTarget(kind)
         .rollups.map(({ table }) => `(SELECT sum(count) FROM ${DATABASE}.${table}) AS ${table}`)
         .join(',\n')}`,
  );
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)]));
}
