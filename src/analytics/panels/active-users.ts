import type { KindModel } from '../../model/event-model.ts';
import { rawTable } from '../../model/tables/tables.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import { badRequest } from '../metrics/metrics-question.ts';
import {
  READ_DEADLINE_MS,
  type ReadAnswer,
  type Reading,
  type ReadSources,
  type ReadStamp,
  readThrough,
} from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import type { Interval } from '../time/windows.ts';

export interface ActiveUsersQuestion {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly within: Interval;
  readonly size: number;
  /** The user after whom the page begins. */
  readonly after: string | null;
  readonly totalCount: boolean;
}

export interface ActiveUsersAnswer {
  readonly users: readonly { readonly userId: string; readonly sessions: number }[];
  readonly hasMore: boolean;
  readonly totalCount: number | null;
}

/** Everybody with an event in the time, in the order of their ids, with the number of their different sessions in it. */
export function answerActiveUsers(
  question: ActiveUsersQuestion,
  sources: ReadSources,
): Promise<ReadAnswer<ActiveUsersAnswer>> {
  const { tenant, kind, within, size, after, totalCount } = question;
  const text = JSON.stringify(['activeUsers', kind.kind, within, size, after, totalCount]);
  const compute = async (reading: Reading) => {
    const [rows, count] = await Promise.all([
      readUsers(question, reading),
      totalCount ? readCount(question, reading) : null,
    ]);
    return { users: rows.slice(0, size), hasMore: rows.length > size, totalCount: count };
  };
  const scope = { spans: [within], tables: [rawTable(kind)] };
  return readThrough({ tenant, question: text, topics: [kind.plural], scope, ratesTo: null }, compute, sources);
}

/** How many different sessions each of these users had in the time, in the order of the users; 0 where there was no event. */
export async function activeSessions(
  question: Pick<ActiveUsersQuestion, 'tenant' | 'kind' | 'within'>,
  users: readonly string[],
  { warehouse, progress, signal }: ReadSources,
): Promise<ReadStamp & { readonly value: readonly number[] }> {
  const { kind } = question;
  const read = async (_: unknown, ends: AbortSignal) => {
    const params = new SqlParameters();
    const sql = `SELECT ${userOf(kind)} AS userId, ${SESSIONS} AS sessions
FROM ${DATABASE}.${rawTable(kind)}
WHERE ${withinSql(question, params)} AND ${userOf(kind)} IN ${params.bind(users, 'Array(String)')}
GROUP BY userId`;
    return (await warehouse.query<UserRow>(sql, { params: params.values, signal: ends })).rows;
  };
  const topics = [kind.plural];
  const scope = { spans: [question.within], tables: [rawTable(kind)] };
  const { value: rows, ...readFrom } = await progress.consistently(topics, read, READ_DEADLINE_MS, { scope, signal });
  const found = new Map(rows.map(({ userId, sessions }) => [userId, Number(sessions)]));
  return { value: users.map((user) => found.get(user) ?? 0), ...readFrom, topics, scope, rates: null };
}

/** Cursors hold the moment too: the pages of one walk are of the same minutes. */
export function encodeActiveUserCursor({ toUs }: Interval, userId: string): string {
  return Buffer.from(JSON.stringify(['active', toUs, userId])).toString('base64url');
}

export function decodeActiveUserCursor(cursor: string): { readonly toUs: number; readonly userId: string } {
  try {
    const [mark, toUs, userId]: readonly unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (mark === 'active' && Number.isSafeInteger(toUs) && typeof userId === 'string')
      return { toUs: Number(toUs), userId };
  } catch {
    // Anything that is not such a place is answered with what was expected.
  }
  throw badRequest('after: expected a cursor of this list');
}

interface UserRow {
  readonly userId: string;
  readonly sessions: string;
}

const SESSIONS = "uniqExact(ifNull(sessionId, ''))";

async function readUsers(question: ActiveUsersQuestion, { warehouse }: Reading) {
  const { kind, size, after } = question;
  const params = new SqlParameters();
  const beyond = after === null ? '' : ` AND ${userOf(kind)} > ${params.bind(after, 'String')}`;
  const sql = `SELECT ${userOf(kind)} AS userId, ${SESSIONS} AS sessions
FROM ${DATABASE}.${rawTable(kind)}
WHERE ${withinSql(question, params)}${beyond}
GROUP BY userId
ORDER BY userId
LIMIT ${params.bind(size + 1, 'UInt32')}`;
  const { rows } = await warehouse.query<UserRow>(sql, { params: params.values });
  return rows.map(({ userId, sessions }) => ({ userId, sessions: Number(sessions) }));
}

async function readCount(question: ActiveUsersQuestion, { warehouse }: Reading): Promise<number> {
  const params = new SqlParameters();
  const { kind } = question;
  const sql = `SELECT uniqExact(${userOf(kind)}) AS users FROM ${DATABASE}.${rawTable(kind)} WHERE ${withinSql(question, params)}`;
  const { rows } = await warehouse.query<{ readonly users: string }>(sql, { params: params.values });
  return Number(rows[0]?.users ?? 0);
}

function withinSql(
  { tenant, kind, within }: Pick<ActiveUsersQuestion, 'tenant' | 'kind' | 'within'>,
  { bind }: SqlParameters,
): string {
  const at = (us: number) => `fromUnixTimestamp64Micro(${bind(us, 'Int64')}, 'UTC')`;
  const time = `\`${kind.timeField}\``;
  return `_tenant = ${bind(tenant, 'String')} AND ${time} >= ${at(within.fromUs)} AND ${time} < ${at(within.toUs)}`;
}

function userOf(kind: KindModel): string {
  return `\`${kind.keyField}\``;
}
