import { rawTable } from '../../model/tables/tables.ts';
import { whereSql } from '../../model/tables/where-sql.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import { type ReadAnswer, type Reading, type ReadSources, readThrough } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import type { EventPage, EventPageQuestion } from './event-connection.ts';
import { beyondSql, encodeCursor, orderSql, placeColumn, placeOf } from './event-order.ts';
import { type RawEventRow, rawEvent, rawEventColumns } from './raw-event.ts';

/** The same page of the events of each of many users, in the order of the users: one query for all, and one more for their counts. */
export async function eventsOfUsers(
  question: EventPageQuestion,
  users: readonly string[],
  sources: ReadSources,
): Promise<ReadAnswer<readonly EventPage[]>> {
  const { tenant, kind, where, order, from, size, select } = question;
  const asked = [kind.kind, where, order.field.name, order.direction, from, size, select, users];
  const { value, ...stamp } = await readThrough(
    { tenant, question: JSON.stringify(['eventsOfUsers', asked]), topics: [kind.plural], ratesTo: null },
    async ({ warehouse }) => {
      const [rows, counts] = await Promise.all([
        readRows(question, users, warehouse),
        readCounts(question, users, warehouse),
      ]);
      return users.map((user) => ({
        ...pageOf(question, rows.get(user) ?? []),
        totalCount: counts.get(user) ?? 0,
      }));
    },
    sources,
  );
  return { ...stamp, value: value.map((page) => ({ ...page, version: stamp.version })) };
}

async function readRows(
  question: EventPageQuestion,
  users: readonly string[],
  warehouse: Reading['warehouse'],
): Promise<ReadonlyMap<string, readonly RawEventRow[]>> {
  const byUser = new Map<string, RawEventRow[]>();
  if (!question.select.edges) return byUser;
  const { kind, order, from, size } = question;
  const params = new SqlParameters();
  const sql = `SELECT ${rawEventColumns(kind)}, ${placeColumn(order)}
FROM ${DATABASE}.${rawTable(kind)}
WHERE ${ofUsersSql(question, users, params)} AND ${beyondSql(order, from, params.bind)}
ORDER BY ${orderSql(order, from.backwards)}
LIMIT ${params.bind(size + 1, 'UInt32')} BY \`${kind.keyField}\``;
  const { rows } = await warehouse.query<RawEventRow>(sql, { params: params.values });
  for (const row of rows) {
    const user = String(row[kind.keyField]);
    byUser.set(user, [...(byUser.get(user) ?? []), row]);
  }
  return byUser;
}

async function readCounts(
  question: EventPageQuestion,
  users: readonly string[],
  warehouse: Reading['warehouse'],
): Promise<ReadonlyMap<string, number>> {
  if (!question.select.totalCount) return new Map();
  const params = new SqlParameters();
  const user = `\`${question.kind.keyField}\``;
  const sql = `SELECT ${user} AS _user, count() AS _events FROM ${DATABASE}.${rawTable(question.kind)}
WHERE ${ofUsersSql(question, users, params)} GROUP BY _user`;
  const { rows } = await warehouse.query<{ readonly _user: string; readonly _events: string }>(sql, {
    params: params.values,
  });
  return new Map(rows.map((row) => [row._user, Number(row._events)]));
}

function ofUsersSql(
  { kind, tenant, where }: EventPageQuestion,
  users: readonly string[],
  params: SqlParameters,
): string {
  const isOne = `\`${kind.keyField}\` IN ${params.bind(users, 'Array(String)')}`;
  return `_tenant = ${params.bind(tenant, 'String')} AND ${isOne} AND ${whereSql(kind, where, { bind: params.bind })}`;
}

/** Behind a cursor is at least the event that it came from. */
function pageOf(
  { kind, order, size, from }: EventPageQuestion,
  rows: readonly RawEventRow[],
): Omit<EventPage, 'totalCount' | 'version'> {
  const shown = rows.slice(0, size);
  return {
    edges: shown.map((row) => ({ cursor: encodeCursor(order, placeOf(row)), node: rawEvent(kind, row) })),
    hasNextPage: rows.length > size,
    hasPreviousPage: from.place !== null,
  };
}
