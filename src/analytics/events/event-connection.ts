import type { KindModel, WhereTree } from '../../model/event-model.ts';
import { rawTable } from '../../model/tables/tables.ts';
import { whereSql } from '../../model/tables/where-sql.ts';
import type { Version } from '../../model/version.ts';
import { normaliseWhere } from '../../model/where/normalise-where.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import { badRequest } from '../metrics/metrics-question.ts';
import { READ_DEADLINE_MS, type Reading, type ReadSources, type ReadStamp, reading } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import {
  beyondSql,
  type Direction,
  decodeCursor,
  type EventOrder,
  type EventsFrom,
  encodeCursor,
  orderSql,
  placeColumn,
  placeOf,
  readEventOrder,
} from './event-order.ts';
import { type RawEvent, type RawEventRow, rawEvent, rawEventColumns } from './raw-event.ts';

/** One page of a kind's events, in the terms of Relay's connections. */
export interface EventPageQuestion {
  readonly tenant: string;
  readonly kind: KindModel;
  readonly where: WhereTree;
  readonly order: EventOrder;
  readonly size: number;
  readonly from: EventsFrom;
  readonly select: EventPageSelection;
}

/** Only what is asked for is read. */
export interface EventPageSelection {
  readonly edges: boolean;
  readonly totalCount: boolean;
  /** hasPreviousPage where reading forwards, hasNextPage where reading backwards: costs a look in the other direction. */
  readonly otherSide: boolean;
}

export interface EventPageArguments {
  readonly where?: WhereTree | null | undefined;
  readonly orderBy?: { readonly by: string; readonly direction: Direction } | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface EventPage {
  readonly edges: readonly { readonly cursor: string; readonly node: RawEvent }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number | null;
  /** What it was read from. */
  readonly version: Version;
}

export const PAGE_SIZE_DEFAULT = 50;
export const PAGE_SIZE_MAX = 1000;

export function readEventPageQuestion(
  kind: KindModel,
  args: EventPageArguments,
  select: EventPageSelection,
  tenant: string,
): EventPageQuestion {
  const order = readEventOrder(kind, args.orderBy ?? null);
  const where = normaliseWhere(kind, args.where ?? {});
  return { tenant, kind, where, order, select, ...readPaging(order, args) };
}

/**
 * A walk from page to page meets every event that was there when it began, once, whatever is written meanwhile; an event that comes
 * meanwhile is met if its place lies ahead.
 */
export async function eventConnection(
  question: EventPageQuestion,
  { warehouse, progress, signal, turns }: Omit<ReadSources, 'cache'>,
): Promise<EventPage & ReadStamp> {
  const read = (version: Version, ends: AbortSignal) =>
    readPage(question, reading(warehouse, version, ends, turns).warehouse);
  const topics = [question.kind.plural];
  const { value, ...readFrom } = await progress.consistently(topics, read, READ_DEADLINE_MS, { signal });
  return { ...value, ...readFrom, topics, rates: null };
}

function readPaging(order: EventOrder, args: EventPageArguments): Pick<EventPageQuestion, 'size' | 'from'> {
  const { first = null, last = null, after = null, before = null } = args;
  const backwards = last !== null || (before !== null && first === null);
  if (backwards ? first !== null || after !== null : before !== null) {
    throw badRequest('expected first with after, or last with before, not a mix of them');
  }
  const size = (backwards ? last : first) ?? PAGE_SIZE_DEFAULT;
  if (size < 0 || size > PAGE_SIZE_MAX) {
    throw badRequest(`${backwards ? 'last' : 'first'}: expected 0 to ${PAGE_SIZE_MAX}, got ${size}`);
  }
  const cursor = backwards ? before : after;
  const place = cursor === null ? null : decodeCursor(order, cursor, backwards ? 'before' : 'after');
  return { size, from: { place, backwards } };
}

async function readPage(
  question: EventPageQuestion,
  warehouse: Reading['warehouse'],
): Promise<Omit<EventPage, 'version'>> {
  const { kind, order, size, from, select } = question;
  const [rows, totalCount] = await Promise.all([
    select.edges ? readRows(question, from, size + 1, warehouse) : [],
    select.totalCount ? readCount(question, warehouse) : null,
  ]);
  const more = rows.length > size;
  const inReadingOrder = rows.slice(0, size);
  const otherSide = select.otherSide && (await hasOtherSide(question, inReadingOrder[0] ?? null, warehouse));
  const shown = from.backwards ? inReadingOrder.reverse() : inReadingOrder;
  return {
    edges: shown.map((row) => ({ cursor: encodeCursor(order, placeOf(row)), node: rawEvent(kind, row) })),
    hasNextPage: from.backwards ? otherSide : more,
    hasPreviousPage: from.backwards ? more : otherSide,
    totalCount,
  };
}

/** Looks from the first row read in the other direction. Behind a cursor with nothing beyond it is at least the event it came from. */
async function hasOtherSide(
  question: EventPageQuestion,
  firstRead: RawEventRow | null,
  warehouse: Reading['warehouse'],
): Promise<boolean> {
  const { from } = question;
  if (from.place === null || firstRead === null) return from.place !== null;
  const found = await readRows(question, { place: placeOf(firstRead), backwards: !from.backwards }, 1, warehouse);
  return found.length > 0;
}

async function readRows(
  question: EventPageQuestion,
  from: EventsFrom,
  limit: number,
  warehouse: Reading['warehouse'],
): Promise<RawEventRow[]> {
  const { kind, order } = question;
  const params = new SqlParameters();
  const sql = `SELECT ${rawEventColumns(kind)}, ${placeColumn(order)}
FROM ${DATABASE}.${rawTable(kind)}
WHERE ${filterSql(question, params)} AND ${beyondSql(order, from, params.bind)}
ORDER BY ${orderSql(order, from.backwards)}
LIMIT ${params.bind(limit, 'UInt32')}`;
  const { rows } = await warehouse.query<RawEventRow>(sql, { params: params.values });
  return [...rows];
}

async function readCount(question: EventPageQuestion, warehouse: Reading['warehouse']): Promise<number> {
  const params = new SqlParameters();
  const sql = `SELECT count() AS _events FROM ${DATABASE}.${rawTable(question.kind)} WHERE ${filterSql(question, params)}`;
  const { rows } = await warehouse.query<{ readonly _events: string }>(sql, { params: params.values });
  return Number(rows[0]?._events ?? 0);
}

function filterSql(question: EventPageQuestion, params: SqlParameters): string {
  const where = whereSql(question.kind, question.where, { bind: params.bind });
  return `_tenant = ${params.bind(question.tenant, 'String')} AND ${where}`;
}
