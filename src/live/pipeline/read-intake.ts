import { type LedgerReading, type LedgerSources, readLedger } from '../../warehouse/ledger.ts';
import { DATABASE, type Warehouse } from '../../warehouse/warehouse.ts';

/**
 * What became of everything that was sent. Received is what the log holds of it, the rest what the warehouse does: as long as nothing is lost,
 * received = counted + duplicates + rejected + onTheWay.
 */
export interface Intake {
  readonly received: number;
  readonly counted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** In the log and not in the warehouse yet. */
  readonly onTheWay: number;
}

/** The streams of what was not admitted. */
interface IntakeTopics {
  readonly rejected: string;
  readonly duplicates: string;
}

/** Of the kinds whose ledger was read. */
export async function readIntake(sources: LedgerSources, kinds: LedgerReading, topics: IntakeTopics): Promise<Intake> {
  const [refused, duplicates] = await Promise.all([
    readLedger(sources, { topics: [topics.rejected], appended: null }),
    countDuplicates(sources.warehouse, topics.duplicates),
  ]);
  const onTheWay = lagOf(kinds) + lagOf(refused);
  return {
    received: kinds.expected + refused.expected + duplicates + onTheWay,
    counted: kinds.seen,
    duplicates,
    rejected: refused.seen,
    onTheWay,
  };
}

function lagOf({ partitions }: LedgerReading): number {
  return partitions.reduce((sum, { lag }) => sum + lag, 0);
}

/** A row is a call, with the ids that it sent again: only how many these are is read. */
async function countDuplicates(warehouse: Pick<Warehouse, 'query'>, table: string): Promise<number> {
  const { rows } = await warehouse.query<{ readonly count: string }>(
    `SELECT sum(length(ids)) AS count FROM ${DATABASE}.${table}`,
  );
  return Number(rows[0]?.count ?? 0);
}
