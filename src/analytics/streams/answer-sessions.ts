import type { WhereTree } from '../../model/event-model.ts';
import { SESSIONS_TOPIC } from '../../model/streams/stream-topics.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import type { ReadAnswer, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { readNewest } from './read-newest.ts';
import { readStreams, type StreamTables } from './read-streams.ts';
import { givenOnly, streamFilter } from './stream-filter.ts';
import {
  behindSql,
  groupedBy,
  microsecondsOf,
  type PageArguments,
  readPageQuestion,
  type StreamPage,
  type StreamPageQuestion,
  type StreamPlace,
  streamPage,
} from './stream-page.ts';

/** A session as it is now. Times are RFC 3339. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly start: string;
  readonly end: string;
  readonly open: boolean;
  readonly activities: number;
  readonly pageViews: number;
  readonly pages: readonly string[];
  readonly entryPage: string | null;
  readonly exitPage: string | null;
  readonly revision: number;
}

export interface SessionsWhere {
  readonly userId?: WhereTree | null | undefined;
  readonly open?: boolean | null | undefined;
  readonly start?: WhereTree | null | undefined;
  readonly pageViews?: WhereTree | null | undefined;
}

export interface SessionsQuestion extends StreamPageQuestion {
  readonly tenant: string;
  readonly where: WhereTree;
}

export type SessionPage = StreamPage<Session>;

export function readSessionsQuestion(
  tenant: string,
  { where, ...page }: PageArguments & { readonly where?: SessionsWhere | null | undefined },
  select: { readonly rows: boolean; readonly totalCount: boolean },
): SessionsQuestion {
  return { tenant, where: readSessionsWhere(where), ...readPageQuestion(LIST, page, select) };
}

export function readSessionsWhere(where: SessionsWhere | null | undefined): WhereTree {
  const { open, ...columns } = where ?? {};
  return SESSIONS_FILTER.normalise(givenOnly({ ...columns, open: open == null ? null : { eq: open } }));
}

/** Newest start first. A session that two others were joined into is there, those two are not. */
export function answerSessions(question: SessionsQuestion, sources: ReadSources): Promise<ReadAnswer<SessionPage>> {
  const { tenant, ...asked } = question;
  return readStreams(
    { tenant, question: ['sessions', asked], topics: [SESSIONS_TOPIC] },
    async (warehouse) => {
      const [rows, totalCount] = await Promise.all([
        question.rows ? readPage(question, warehouse) : [],
        question.totalCount ? readCount(question, warehouse) : null,
      ]);
      return { ...pageOf(question, rows), totalCount };
    },
    sources,
  );
}

/** The session of this id as it is now. The id of one that was joined into another gives that other. */
export function answerSession(tenant: string, id: string, sources: ReadSources): Promise<ReadAnswer<Session | null>> {
  return readStreams(
    { tenant, question: ['session', id], topics: [SESSIONS_TOPIC] },
    async (warehouse) => {
      let wanted = id;
      for (let steps = 0; steps < JOINS_MAX; steps++) {
        const row = await readLatest(tenant, wanted, warehouse);
        if (row === null || row.mergedInto === null) return row === null ? null : sessionOf(row);
        wanted = row.mergedInto;
      }
      return null;
    },
    sources,
  );
}

/** The same page of the sessions of each of many users, in the order of the users: one query for all, and one more for their counts. */
export function sessionsOfUsers(
  question: SessionsQuestion,
  users: readonly string[],
  sources: ReadSources,
): Promise<ReadAnswer<readonly SessionPage[]>> {
  const { tenant, ...asked } = question;
  return readStreams(
    { tenant, question: ['sessions of users', asked, users], topics: [SESSIONS_TOPIC] },
    async (warehouse) => {
      const [rows, counts] = await Promise.all([
        question.rows ? readPagesOfUsers(question, users, warehouse) : new Map(),
        question.totalCount ? readCountsOfUsers(question, users, warehouse) : null,
      ]);
      return users.map((user) => ({
        ...pageOf(question, rows.get(user) ?? []),
        totalCount: counts === null ? null : (counts.get(user) ?? 0),
      }));
    },
    sources,
  );
}

/** What filters ask of a session. */
export const SESSIONS_FILTER = streamFilter('Session', {
  userId: 'ID',
  open: 'Boolean',
  start: 'DateTime',
  pageViews: 'SafeInt',
});

const LIST = 'sessions';
const TABLE = `${DATABASE}.${SESSIONS_TOPIC}`;
const PLACE = { time: 'start', tie: 'id' };
const COLUMNS =
  'id, userId, start, `end`, open, activities, pageViews, pages, entryPage, exitPage, revision, mergedInto, _offset';

/** A session that is joined again and again points from one to the next; no gap of thirty minutes is bridged a thousand times. */
const JOINS_MAX = 1000;

interface SessionRow extends Session {
  readonly mergedInto: string | null;
  readonly _offset: string;
}

/**
 * From the newest start downwards, of each start and id the state written last; and of those the ones that are the last word on their session: a later one
 * may have another start, or be joined into another.
 */
function readPage(question: SessionsQuestion, warehouse: StreamTables): Promise<readonly SessionRow[]> {
  const { tenant, where, size } = question;
  return readNewest(size + 1, question.after, {
    read: (after, limit) => readRows({ tenant, where, after }, limit, warehouse),
    placeOf,
    shows: 'last',
    keep: async (rows) => {
      const last = await readLastOffsets(tenant, rows, warehouse);
      return rows.filter(({ id, _offset, mergedInto }) => mergedInto === null && last.get(id) === _offset);
    },
  });
}

/** What changes while a session goes on is asked of the last state only: every closed session was open before. */
async function readRows(
  { tenant, where, after }: Pick<SessionsQuestion, 'tenant' | 'where' | 'after'>,
  limit: number,
  warehouse: StreamTables,
): Promise<readonly SessionRow[]> {
  const { open, pageViews, ...lasting } = where;
  const changing = givenOnly({ open, pageViews });
  const params = new SqlParameters();
  const inOrder = `SELECT ${COLUMNS} FROM ${TABLE}
WHERE ${ofTenant(tenant, params)} AND ${SESSIONS_FILTER.sql(lasting, params)} AND ${behindSql(PLACE, after, params)}
ORDER BY _tenant DESC, start DESC, id DESC, _offset DESC`;
  const filtered = () =>
    `SELECT * FROM (${inOrder} LIMIT 1 BY start, id) WHERE ${SESSIONS_FILTER.sql(changing, params)}`;
  const sql = `${Object.keys(changing).length === 0 ? inOrder : filtered()} LIMIT ${params.bind(limit, 'UInt32')}`;
  return (await warehouse.query<SessionRow>(sql, { params: params.values })).rows;
}

async function readLastOffsets(
  tenant: string,
  sessions: readonly SessionRow[],
  warehouse: StreamTables,
): Promise<ReadonlyMap<string, string>> {
  if (sessions.length === 0) return new Map();
  const params = new SqlParameters();
  const ids = [...new Set(sessions.map(({ id }) => id))];
  const sql = `SELECT id, max(_offset) AS last FROM ${TABLE}
WHERE ${ofTenant(tenant, params)} AND id IN ${params.bind(ids, 'Array(String)')} GROUP BY id`;
  const { rows } = await warehouse.query<{ id: string; last: string }>(sql, { params: params.values });
  return new Map(rows.map(({ id, last }) => [id, last]));
}

async function readLatest(tenant: string, id: string, warehouse: StreamTables): Promise<SessionRow | null> {
  const params = new SqlParameters();
  const sql = `SELECT ${COLUMNS} FROM ${TABLE}
WHERE ${ofTenant(tenant, params)} AND id = ${params.bind(id, 'String')} ORDER BY _offset DESC LIMIT 1`;
  return (await warehouse.query<SessionRow>(sql, { params: params.values })).rows[0] ?? null;
}

async function readCount(question: SessionsQuestion, warehouse: StreamTables): Promise<number> {
  const params = new SqlParameters();
  const sql = `SELECT count() AS sessions FROM (${lastOnes(ofTenant(question.tenant, params))})
WHERE own AND ${SESSIONS_FILTER.sql(question.where, params)}`;
  const { rows } = await warehouse.query<{ sessions: string }>(sql, { params: params.values });
  return Number(rows[0]?.sessions ?? 0);
}

/** What can be asked about the last state of each session; `where` names columns of `s`. A session has one user for good. */
function lastOnes(where: string): string {
  return `SELECT any(s.userId) AS userId, argMax(s.start, s._offset) AS start, argMax(s.open, s._offset) AS open,
  argMax(s.pageViews, s._offset) AS pageViews, argMax(s.mergedInto IS NULL, s._offset) AS own
FROM ${TABLE} AS s WHERE ${where} GROUP BY s.id`;
}

async function readPagesOfUsers(
  question: SessionsQuestion,
  users: readonly string[],
  warehouse: StreamTables,
): Promise<ReadonlyMap<string, readonly SessionRow[]>> {
  const params = new SqlParameters();
  const { tenant, where, after, size } = question;
  const sql = `SELECT * FROM (
SELECT ${COLUMNS} FROM ${TABLE}
WHERE ${ofTenant(tenant, params)} AND userId IN ${params.bind(users, 'Array(String)')}
ORDER BY _offset DESC LIMIT 1 BY id
)
WHERE mergedInto IS NULL AND ${SESSIONS_FILTER.sql(where, params)} AND ${behindSql(PLACE, after, params)}
ORDER BY start DESC, id DESC
LIMIT ${params.bind(size + 1, 'UInt32')} BY userId`;
  const { rows } = await warehouse.query<SessionRow>(sql, { params: params.values });
  return groupedBy(rows, ({ userId }) => userId);
}

async function readCountsOfUsers(
  { tenant, where }: SessionsQuestion,
  users: readonly string[],
  warehouse: StreamTables,
): Promise<ReadonlyMap<string, number>> {
  const params = new SqlParameters();
  const ofUsers = `${ofTenant(tenant, params)} AND s.userId IN ${params.bind(users, 'Array(String)')}`;
  const sql = `SELECT userId AS user, count() AS sessions FROM (${lastOnes(ofUsers)})
WHERE own AND ${SESSIONS_FILTER.sql(where, params)} GROUP BY user`;
  const { rows } = await warehouse.query<{ user: string; sessions: string }>(sql, { params: params.values });
  return new Map(rows.map(({ user, sessions }) => [user, Number(sessions)]));
}

/** What a job on trial wrote is in no answer. */
function ofTenant(tenant: string, { bind }: SqlParameters): string {
  return `_tenant = ${bind(tenant, 'String')} AND NOT shadow`;
}

function pageOf(question: SessionsQuestion, rows: readonly SessionRow[]): Omit<SessionPage, 'totalCount'> {
  return streamPage(LIST, question, rows, placeOf, sessionOf);
}

function placeOf({ start, id }: SessionRow): StreamPlace {
  return { timeUs: microsecondsOf(start), tie: id };
}

function sessionOf({ mergedInto: _joined, _offset: _last, ...session }: SessionRow): Session {
  return session;
}
