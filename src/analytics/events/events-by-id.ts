import type { KindModel } from '../../model/event-model.ts';
import { rawTable } from '../../model/tables/tables.ts';
import { DATABASE, type Warehouse } from '../../warehouse/warehouse.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { type RawEvent, type RawEventRow, rawEvent, rawEventColumns } from './raw-event.ts';

/** Many events by id in one query, in the order of the ids; null where there is none. Raw's index on ids skips what cannot hold them. */
export async function eventsById(
  kind: KindModel,
  tenant: string,
  ids: readonly string[],
  warehouse: Warehouse,
): Promise<readonly (RawEvent | null)[]> {
  const params = new SqlParameters();
  const sql = `SELECT ${rawEventColumns(kind)}
FROM ${DATABASE}.${rawTable(kind)}
WHERE _tenant = ${params.bind(tenant, 'String')} AND ${idColumn(kind)} IN ${params.bind([...new Set(ids)], 'Array(String)')}
ORDER BY _partition, _offset`;
  const { rows } = await warehouse.query<RawEventRow>(sql, { params: params.values });
  const found = new Map<string, RawEvent>();
  // The first that was admitted is the event, should the log hold a second.
  for (const row of rows) if (!found.has(String(row._id))) found.set(String(row._id), rawEvent(kind, row));
  return ids.map((id) => found.get(id) ?? null);
}

/** The column that the index is on. */
function idColumn(kind: KindModel): string {
  return kind.idFields.length === 1 ? `\`${kind.idFields[0]}\`` : '_id';
}
