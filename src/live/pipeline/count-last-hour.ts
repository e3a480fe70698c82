import { REJECTED_TOPIC } from '../../model/record-format.ts';
import { LATE_TOPIC } from '../../model/streams/stream-topics.ts';
import { DATABASE, type Warehouse } from '../../warehouse/warehouse.ts';

export interface LastHour {
  readonly rejectedLastHour: number;
  readonly lateLastHour: number;
}

/** Both tables are ordered by tenant and time of receipt: only the last hour is read. */
export async function countLastHour(
  warehouse: Pick<Warehouse, 'query'>,
  tenant: string,
  nowMs: number,
): Promise<LastHour> {
  const { rows } = await warehouse.query<{ readonly rejected: string; readonly late: string }>(COUNT_SQL, {
    params: { tenant, sinceMs: String(nowMs - HOUR_MS) },
  });
  return { rejectedLastHour: Number(rows[0]?.rejected ?? 0), lateLastHour: Number(rows[0]?.late ?? 0) };
}

const HOUR_MS = 3_600_000;

/** An event that was late for several jobs is one. */
const COUNT_SQL = `
  WITH fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC') AS since
  SELECT
    (SELECT count() FROM ${DATABASE}.${REJECTED_TOPIC} WHERE _tenant = {tenant:String} AND receivedAt >= since) AS rejected,
    (
      SELECT uniqExact(topic, id) FROM ${DATABASE}.${LATE_TOPIC}
      WHERE _tenant = {tenant:String} AND NOT shadow AND receivedAt >= since
    ) AS late`;
