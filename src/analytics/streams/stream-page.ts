import { parseDateTime } from '../../model/values/date-time.ts';
import { badRequest } from '../metrics/metrics-question.ts';
import type { SqlParameters } from '../sql-parameters.ts';

/** A page of a stream, newest first. */
export interface StreamPage<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly hasMore: boolean;
  /** Null where it was not asked for. */
  readonly totalCount: number | null;
}

export interface StreamPageQuestion {
  readonly size: number;
  readonly after: StreamPlace | null;
  /** False: nobody asked for rows. */
  readonly rows: boolean;
  readonly totalCount: boolean;
}

/** A place in the order of a list: a time in microseconds, as text, and what orders rows of one time. */
export interface StreamPlace {
  readonly timeUs: string;
  readonly tie: string;
}

export interface PageArguments {
  readonly first: number;
  readonly after?: string | null | undefined;
}

export const STREAM_PAGE_MAX = 1000;

export function readPageQuestion(
  list: string,
  { first, after }: PageArguments,
  select: { readonly rows: boolean; readonly totalCount: boolean },
): StreamPageQuestion {
  return { size: checkedSize(first), after: after == null ? null : decodePlace(list, after), ...select };
}

export function checkedSize(first: number): number {
  if (first < 0 || first > STREAM_PAGE_MAX) throw badRequest(`first: expected 0 to ${STREAM_PAGE_MAX}, got ${first}`);
  return first;
}

/** `rows` is one more than the page where there is more. */
export function streamPage<Row, Node>(
  list: string,
  { size }: Pick<StreamPageQuestion, 'size'>,
  rows: readonly Row[],
  placeOf: (row: Row) => StreamPlace,
  nodeOf: (row: Row) => Node,
): Omit<StreamPage<Node>, 'totalCount'> {
  const edges = rows.slice(0, size).map((row) => ({ cursor: encodePlace(list, placeOf(row)), node: nodeOf(row) }));
  return { edges, hasMore: rows.length > size };
}

/** Rows behind the place, where newer ones come first. The first half is implied by the second; it is what the table's order is searched by. */
export function behindSql(columns: PlaceColumns, place: StreamPlace | null, { bind }: SqlParameters): string {
  if (place === null) return '1';
  const time = `fromUnixTimestamp64Micro(${bind(place.timeUs, 'Int64')}, 'UTC')`;
  return `${columns.time} <= ${time} AND (${columns.time}, ${columns.tie}) < (${time}, ${bind(place.tie, 'String')})`;
}

export interface PlaceColumns {
  readonly time: string;
  readonly tie: string;
}

/** In the order in which they came. */
export function groupedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row)) ?? [];
    group.push(row);
    groups.set(keyOf(row), group);
  }
  return groups;
}

/** Of a time as the warehouse writes it. */
export function microsecondsOf(time: string): string {
  return String(parseDateTime(time));
}

/** Opaque to users. The name of the list stands first, so that a cursor of another list is told from one of this. */
function encodePlace(list: string, { timeUs, tie }: StreamPlace): string {
  return Buffer.from(JSON.stringify([list, timeUs, tie])).toString('base64url');
}

function decodePlace(list: string, cursor: string): StreamPlace {
  try {
    const [of, timeUs, tie]: readonly unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isPlace = typeof timeUs === 'string' && /^-?\d{1,19}$/.test(timeUs) && typeof tie === 'string';
    if (of === list && isPlace) return { timeUs, tie };
  } catch {
    // Anything that is not such a place is answered with what was expected.
  }
  throw badRequest(`after: expected a cursor of ${list}`);
}
