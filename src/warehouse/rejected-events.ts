import { REJECTED_TOPIC } from '../model/record-format.ts';
import { LakegateError } from '../platform/errors.ts';
import { DATABASE, type Warehouse } from './warehouse.ts';

/** One event, or request, that was refused: as it came, and why. */
export interface RejectedEvent {
  readonly id: string;
  readonly kind: string | null;
  readonly receivedAt: string;
  readonly source: string;
  readonly code: string;
  readonly pointer: string;
  readonly expected: string;
  readonly got: string | null;
  readonly payload: string;
  readonly payloadEncoding: 'TEXT' | 'BASE64';
}

export interface RejectedFilter {
  readonly kind?: string | null;
  readonly codes?: readonly string[] | null;
  readonly receivedAt?: TimeFilter | null;
  readonly source?: TextFilter | null;
}

interface TimeFilter {
  readonly lt?: string | null;
  readonly lte?: string | null;
  readonly gt?: string | null;
  readonly gte?: string | null;
  readonly isNull?: boolean | null;
}

interface TextFilter {
  readonly eq?: string | null;
  readonly ne?: string | null;
  readonly in?: readonly string[] | null;
  readonly notIn?: readonly string[] | null;
  readonly contains?: string | null;
  readonly startsWith?: string | null;
  readonly isNull?: boolean | null;
}

interface RejectedQuestion {
  readonly tenant: string;
  readonly filter: RejectedFilter;
  readonly first: number;
  /** The place after which the page begins, as `placeOf` gave it. */
  readonly after: string | null;
}

interface RejectedPage {
  readonly events: readonly { readonly event: RejectedEvent; readonly place: string }[];
  readonly hasMore: boolean;
}

/** A page has at most this many: usually of some hundred bytes, but each may be a whole GraphQL request of 8 MiB. */
const REJECTED_PAGE_MAX = 1000;

/** So a page ends earlier once its payloads are this many bytes together. The first one is always there, however large. */
const REJECTED_PAGE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Newest first, in the order of the table itself, so that a page reads little more than it shows however much was refused. Sizes come first
 * and payloads then only of what is shown: neither the engine nor this process ever holds more of them than one page.
 */
export async function readRejectedPage(warehouse: Warehouse, question: RejectedQuestion): Promise<RejectedPage> {
  const { first, after } = question;
  if (first < 1 || first > REJECTED_PAGE_MAX) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `first: expected 1 to ${REJECTED_PAGE_MAX}, got ${first}`,
    });
  }
  const { where, params } = conditions(question);
  const sizes = await warehouse.query<Sized>(
    `SELECT id, receivedAt, length(payload) AS bytes
     FROM ${DATABASE}.${REJECTED_TOPIC} WHERE ${where}${after === null ? '' : ` AND ${OLDER}`}
     ORDER BY _tenant DESC, receivedAt DESC, id DESC LIMIT {limit:UInt32}`,
    { params: { ...params, limit: first + 1, ...(after === null ? {} : placeParams(after)) } },
  );
  const shown = fitting(sizes.rows.slice(0, first));
  const [newest, oldest] = [shown[0], shown.at(-1)];
  if (newest === undefined || oldest === undefined) return { events: [], hasMore: false };
  const { rows } = await warehouse.query<RejectedEvent>(
    `SELECT id, kind, receivedAt, source, code, pointer, expected, got, payload, payloadEncoding
     FROM ${DATABASE}.${REJECTED_TOPIC} WHERE _tenant = {tenant:String}
       AND receivedAt BETWEEN parseDateTime64BestEffort({oldest:String}, 6, 'UTC') AND parseDateTime64BestEffort({newest:String}, 6, 'UTC')
       AND has({ids:Array(String)}, id)
     ORDER BY _tenant DESC, receivedAt DESC, id DESC LIMIT {limit:UInt32}`,
    {
      params: {
        tenant: question.tenant,
        oldest: oldest.receivedAt,
        newest: newest.receivedAt,
        ids: shown.map(({ id }) => id),
        limit: shown.length,
      },
    },
  );
  const events = rows.map((event) => ({ event, place: placeOf(event) }));
  return { events, hasMore: sizes.rows.length > shown.length };
}

type Sized = Pick<RejectedEvent, 'id' | 'receivedAt'> & { readonly bytes: string };

/** The first of them, as many as fit, and one at least. */
function fitting(sizes: readonly Sized[]): readonly Sized[] {
  let bytes = 0;
  const over = sizes.findIndex((each, index) => {
    bytes += Number(each.bytes);
    return index > 0 && bytes > REJECTED_PAGE_BYTES_MAX;
  });
  return over === -1 ? sizes : sizes.slice(0, over);
}

/** The first half is implied by the second; it is what the table's order is searched by. */
const OLDER = `receivedAt <= fromUnixTimestamp64Milli({afterMs:Int64}, 'UTC')
       AND (receivedAt, id) < (fromUnixTimestamp64Milli({afterMs:Int64}, 'UTC'), {afterId:String})`;

export async function countRejected(
  warehouse: Warehouse,
  question: Omit<RejectedQuestion, 'first' | 'after'>,
): Promise<number> {
  const { where, params } = conditions(question);
  const { rows } = await warehouse.query<{ count: string }>(
    `SELECT count() AS count FROM ${DATABASE}.${REJECTED_TOPIC} WHERE ${where}`,
    { params },
  );
  return Number(rows[0]?.count ?? 0);
}

/** Ids are made in the order of time, so they also order what was refused within a millisecond. */
function placeOf({ receivedAt, id }: RejectedEvent): string {
  return Buffer.from(`rejected/${Date.parse(receivedAt)}/${id}`).toString('base64url');
}

function placeParams(place: string): { readonly afterMs: string; readonly afterId: string } {
  const found = /^rejected\/(\d{1,15})\/([0-9a-f-]{36})$/.exec(Buffer.from(place, 'base64url').toString('utf8'));
  if (found?.[1] !== undefined && found[2] !== undefined) return { afterMs: found[1], afterId: found[2] };
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `after: expected a cursor of this list, got ${JSON.stringify(place.slice(0, 80))}`,
  });
}

interface Conditions {
  readonly where: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Every value is a parameter; the texts of the conditions are from the tables below and from nowhere else. */
function conditions({ tenant, filter }: Pick<RejectedQuestion, 'tenant' | 'filter'>): Conditions {
  const parts = ['_tenant = {tenant:String}'];
  const params: Record<string, unknown> = { tenant };
  const add = (name: string, value: unknown, text: string) => {
    if (value === undefined || value === null) return;
    parts.push(text);
    params[name] = value;
  };
  add('kind', filter.kind, 'kind = {kind:String}');
  add('codes', filter.codes, 'has({codes:Array(String)}, code)');
  for (const [name, text] of Object.entries(TIME_CONDITIONS)) {
    add(`receivedAt_${name}`, filter.receivedAt?.[name as keyof typeof TIME_CONDITIONS], text);
  }
  for (const [name, text] of Object.entries(SOURCE_CONDITIONS)) {
    add(`source_${name}`, filter.source?.[name as keyof typeof SOURCE_CONDITIONS], text);
  }
  // Neither is ever null.
  if (filter.receivedAt?.isNull === true || filter.source?.isNull === true) parts.push('false');
  return { where: parts.join(' AND '), params };
}

const TIME_CONDITIONS = {
  lt: "receivedAt < parseDateTime64BestEffort({receivedAt_lt:String}, 6, 'UTC')",
  lte: "receivedAt <= parseDateTime64BestEffort({receivedAt_lte:String}, 6, 'UTC')",
  gt: "receivedAt > parseDateTime64BestEffort({receivedAt_gt:String}, 6, 'UTC')",
  gte: "receivedAt >= parseDateTime64BestEffort({receivedAt_gte:String}, 6, 'UTC')",
} as const;

const SOURCE_CONDITIONS = {
  eq: 'source = {source_eq:String}',
  ne: 'source != {source_ne:String}',
  in: 'has({source_in:Array(String)}, source)',
  notIn: 'NOT has({source_notIn:Array(String)}, source)',
  contains: 'position(source, {source_contains:String}) > 0',
  startsWith: 'startsWith(source, {source_startsWith:String})',
} as const;
