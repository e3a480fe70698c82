import { SHARD_DATABASE } from '../../model/tables/on-cluster.ts';
import { sqlText } from '../../model/tables/sql-text.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { LoadTarget } from '../load/load-target.ts';
import type { TimeSpan } from '../progress.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { OPENED } from './queue-tables.ts';
import { type WarehouseGroups, warehouseGroup } from './warehouse-groups.ts';

/** What any reader of the warehouse can know about loading that somebody else does. */
export interface KafkaTables {
  /**
   * By partition the offset before which everything is in every table: what the group committed. With Keeper or without, ClickHouse commits
   * after the insert came back from every view.
   */
  loadedNext(topic: string): Promise<ReadonlyMap<number, bigint>>;
  /**
   * Names the parts that the tables of a topic are made of: equal texts, equal data, whatever was merged meanwhile. Rejects with WAREHOUSE_DOWN
   * while the topic's queue table is not open: its tables are not known to be right then, or are being mended.
   */
  fingerprint(topic: string): Promise<string>;
  /** The same of each partition of each table that holds something of the span. */
  fingerprintsOf(topic: string, span: TimeSpan): Promise<readonly PartitionFingerprint[]>;
}

export interface PartitionFingerprint {
  readonly table: string;
  /** A day (20261121) or a month (202611) of event time. */
  readonly partition: string;
  readonly parts: string;
}

interface KafkaTablesOptions {
  readonly warehouse: Warehouse;
  readonly groups: Pick<WarehouseGroups, 'nextOffsets'>;
  readonly targets: readonly LoadTarget[];
  /** Null: one server. Else the parts of every server count. */
  readonly cluster: string | null;
}

export function kafkaTables({ warehouse, groups, targets, cluster }: KafkaTablesOptions): KafkaTables {
  const parts = partsOf(cluster);
  const topics = new Map(targets.map((target) => [target.topic, storedTopic(target)]));
  // A topic that is no kind's has one table, of its name, where merges take what a later row replaced.
  const stored = (topic: string): StoredTopic => topics.get(topic) ?? { tables: [topic], raw: '' };
  return {
    loadedNext: (topic) => groups.nextOffsets(warehouseGroup(topic), topic),
    async fingerprint(topic) {
      const [found] = await readFingerprints(warehouse, parts, { ...stored(topic), topic, span: null });
      return found?.parts ?? '';
    },
    fingerprintsOf: (topic, span) => readFingerprints(warehouse, parts, { ...stored(topic), topic, span }),
  };
}

interface StoredTopic {
  readonly tables: readonly string[];
  readonly raw: string;
}

function storedTopic({ rawTable, rollups }: LoadTarget): StoredTopic {
  return { tables: [rawTable, ...rollups.map(({ table }) => table)], raw: rawTable };
}

/**
 * Blocks get numbers in the order in which they come, and a merge keeps the first and the last of what it merged, and the number of the last change
 * of rows (the fifth in a part's name). So every load into a partition raises its last number, and no merge does.
 *
 * A part that goes from between the two, by hand or by its age, is missing in the count of rows of raw: a merge takes none from there but such as
 * are there twice. Rollups have fewer rows after a merge. Where tables are replicated each partition numbers its own blocks, and the
 * numbers are counted; else the partitions of a table share them, and a merge takes in those of others that lie between. Whatever was read
 * before a queue table was closed is not compared with what is read after.
 */
async function readFingerprints(
  warehouse: Warehouse,
  { parts, database }: ReturnType<typeof partsOf>,
  { topic, tables, raw, span }: StoredTopic & { readonly topic: string; readonly span: TimeSpan | null },
): Promise<readonly PartitionFingerprint[]> {
  const bounds = span === null ? {} : partitionBounds(span);
  const each = span === null ? '' : 'part.2 AS table, part.3 AS partition,';
  const { rows } = await warehouse.query<PartitionFingerprint & { readonly isOpen: boolean }>(
    `WITH ${OPENED} AS opened
     SELECT opened.1 AS isOpen, ${each} hex(sipHash128(opened.2, groupArray(part))) AS parts FROM (
       SELECT
         (host, table, partition_id, min(min_block_number), max(max_block_number),
          sumIf(max_block_number - min_block_number + 1, startsWith(engine, 'Replicated')), sumIf(rows, table = {raw:String}),
          max(toUInt64OrZero(splitByChar('_', name)[5]))) AS part
       FROM ${parts}
       WHERE database = {database:String} AND table IN {tables:Array(String)} AND active ${span === null ? '' : WITHIN}
       GROUP BY hostName() AS host, table, partition_id
       ORDER BY host, table, partition_id
     )
     ${span === null ? '' : 'GROUP BY GROUPING SETS ((table, partition), ())\n     ORDER BY table, partition'}`,
    { params: { database, tables, raw, topic, ...bounds } },
  );
  // The first is of all of them, and is there where none is.
  const [all, ...partitions] = rows;
  if (all?.isOpen !== true) throw notOpen(topic);
  return span === null ? [all] : partitions;
}

/** Of days and of months alike: a month stands before its days. */
const WITHIN = `AND partition_id >= substring({from:String}, 1, length(partition_id))
         AND partition_id <= substring({to:String}, 1, length(partition_id))`;

/** The days of the first and of the last instant, as partitions are named. */
function partitionBounds({ fromUs, toUs }: TimeSpan): { readonly from: string; readonly to: string } {
  return { from: dayOf(fromUs), to: dayOf(toUs - 1) };
}

export function isPartitionOf(partition: string, span: TimeSpan): boolean {
  const { from, to } = partitionBounds(span);
  return partition >= from.slice(0, partition.length) && partition <= to.slice(0, partition.length);
}

function dayOf(atUs: number): string {
  return new Date(Math.floor(atUs / 1000)).toISOString().slice(0, 10).replaceAll('-', '');
}

function partsOf(cluster: string | null) {
  return cluster === null
    ? { parts: 'system.parts', database: DATABASE }
    : { parts: `clusterAllReplicas(${sqlText(cluster)}, system.parts)`, database: SHARD_DATABASE };
}

function notOpen(topic: string): LakegateError {
  return new LakegateError({
    code: 'WAREHOUSE_DOWN',
    message: 'The tables are compared with the log after a restart of the warehouse.',
    facts: { topic },
    retryAfterMs: 1000,
  });
}
