import type { Log } from '../../log/log.ts';
import { KAFKA_BLOCK_ROWS } from '../../model/tables/queue-on-kafka.ts';
import { LakegateError } from '../../platform/errors.ts';
import { recordsFrom } from '../ledger-span.ts';
import type { PartitionSpan } from '../load/batch.ts';
import type { LoadTarget } from '../load/load-target.ts';
import { LEDGER_TABLE } from '../mend/mend-ledger.ts';
import { DATABASE, type Warehouse } from '../warehouse.ts';
import { KNOWN_RIGHT } from './queue-tables.ts';

/** What must be compared with the log when an engine ended in an unknown way, or somebody else may have loaded meanwhile. */
export interface DoubtfulSpans {
  /** Loaded since ten minutes before the tables were last known to be right, or missing in the ledger: should be in every table. */
  readonly loaded: readonly PartitionSpan[];
  /** Behind that what one insert can have taken: may be in any table, or in none. */
  readonly inFlight: readonly PartitionSpan[];
  /** Hours of event time that the ledger knows to be touched. */
  readonly hours: readonly number[];
}

/**
 * Before the moment at which the tables were last known to be right; where that was never written down, before the last load of the engine
 * before this one. Parts that a machine without power can lose are younger than eight minutes: then the sources of a merge are removed, when the
 * kernel has long written its result.
 */
export const LATELY_MINUTES = 10;

export async function doubtfulSpans(context: DoubtContext, target: LoadTarget): Promise<DoubtfulSpans> {
  const { log, warehouse, committed, consumers } = context;
  const ends = await log.ends(target.topic);
  const known = await readLately(warehouse, target.topic);
  const loaded: PartitionSpan[] = [];
  const inFlight: PartitionSpan[] = [];
  for (const { partition, first, next } of ends) {
    const lately = known.get(partition) ?? NOTHING;
    if (lately.next > next) throw otherLog(target.topic, partition, { loaded: lately.next, end: next });
    const base = [first, committed.get(partition) ?? 0n, lately.next].reduce(greatest);
    const from = [base, lately.from, lately.coveredBefore].filter((offset) => offset !== null).reduce(least);
    loaded.push({ partition, from: greatest(from, first), next: base });
    // A consumer that takes all its records from one partition takes at most a block.
    const end =
      base < next ? await behindRecords(log, target.topic, partition, base, KAFKA_BLOCK_ROWS * consumers) : base;
    inFlight.push({ partition, from: base, next: end });
  }
  return { loaded, inFlight, hours: [...new Set([...known.values()].flatMap(({ hours }) => hours))] };
}

/** A log never gets shorter: this is another one, or one whose records were taken away. */
function otherLog(topic: string, partition: number, { loaded, end }: { loaded: bigint; end: bigint }): LakegateError {
  return new LakegateError({
    code: 'BAD_CONFIG',
    message:
      `expected the log to have whatever the warehouse has loaded from it, but partition ${partition} of ${topic} ends at offset ${end} ` +
      `and the ledger knows events up to ${loaded}. These tables are those of another log: nothing is loaded into them. ` +
      'Give this log a warehouse of its own.',
    facts: { topic, partition, loaded, end },
  });
}

interface DoubtContext {
  readonly log: Log;
  readonly warehouse: Warehouse;
  /** Of the group, next offsets: whatever is before them came back from every view. */
  readonly committed: ReadonlyMap<number, bigint>;
  readonly consumers: number;
}

/** Of one partition of the ledger. */
interface Lately {
  /** First offset of what was loaded lately; null where that is nothing. */
  readonly from: bigint | null;
  /** Behind the last of what was loaded before; 0 where that is nothing, so that a ledger that is empty vouches for nothing. */
  readonly coveredBefore: bigint;
  /** Behind all that is in the ledger. */
  readonly next: bigint;
  readonly hours: readonly number[];
}

const NOTHING: Lately = { from: null, coveredBefore: 0n, next: 0n, hours: [] };

interface LatelyRow {
  readonly partition: number;
  readonly latelyFrom: string;
  readonly latelyRows: string;
  readonly coveredBefore: string;
  readonly next: string;
  readonly hours: readonly number[];
}

async function readLately(warehouse: Warehouse, topic: string): Promise<ReadonlyMap<number, Lately>> {
  const { rows } = await warehouse.query<LatelyRow>(
    `WITH
       (SELECT max(loadedAt) FROM ${DATABASE}.${LEDGER_TABLE}
        WHERE topic = {topic:String} AND loadedAt < now() - toIntervalSecond(uptime())) AS loadedBefore,
       (SELECT max(at) FROM ${KNOWN_RIGHT} WHERE topic = {topic:String}) AS knownRight,
       if(toUnixTimestamp(knownRight) = 0, loadedBefore, knownRight) - INTERVAL ${LATELY_MINUTES} MINUTE AS since
     SELECT
       _partition AS partition,
       minIf(firstOffset, loadedAt >= since) AS latelyFrom,
       countIf(loadedAt >= since) AS latelyRows,
       maxIf(lastOffset + 1, loadedAt < since) AS coveredBefore,
       max(lastOffset) + 1 AS next,
       arrayMap(hour -> toUInt32(toUnixTimestamp(hour) / 3600), groupUniqArrayArrayIf(hours, loadedAt >= since)) AS hours
     FROM ${DATABASE}.${LEDGER_TABLE} WHERE topic = {topic:String} GROUP BY _partition`,
    { params: { topic }, pool: 'load' },
  );
  return new Map(
    rows.map((row) => [
      Number(row.partition),
      {
        from: Number(row.latelyRows) === 0 ? null : BigInt(row.latelyFrom),
        coveredBefore: BigInt(row.coveredBefore),
        next: BigInt(row.next),
        hours: row.hours,
      },
    ]),
  );
}

/** Behind so many records from `from` on, or behind the last one there is. */
async function behindRecords(
  log: Log,
  topic: string,
  partition: number,
  from: bigint,
  records: number,
): Promise<bigint> {
  let behind = from;
  let left = records;
  for await (const { offset } of recordsFrom(log, topic, partition, from)) {
    behind = offset + 1n;
    if (--left === 0) break;
  }
  return behind;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
