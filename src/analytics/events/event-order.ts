import { createHash } from 'node:crypto';
import type { FieldModel, KindModel } from '../../model/event-model.ts';
import { enumName } from '../../model/names.ts';
import { valueType } from '../../model/tables/column-types.ts';
import type { Bind } from '../../model/tables/where-sql.ts';
import { badRequest } from '../metrics/metrics-question.ts';
import type { RawEventRow } from './raw-event.ts';

/**
 * A total order of events: by time or by a number, then by id. None of these ever changes, so a place in the order stays a place,
 * whatever is written meanwhile. By time it is the order of raw itself, which is then read only as far as the page goes. Events without
 * the number come last in either direction.
 */
export interface EventOrder {
  readonly kind: KindModel;
  readonly field: FieldModel;
  readonly direction: Direction;
}

export type Direction = 'ASC' | 'DESC';

export interface EventPlace {
  /** The number as text; for time, microseconds. */
  readonly value: string | null;
  readonly id: string;
}

export function readEventOrder(
  kind: KindModel,
  asked: { readonly by: string; readonly direction: Direction } | null,
): EventOrder {
  const by = asked?.by ?? 'TIME';
  const direction = asked?.direction ?? 'DESC';
  const field = kind.fields.find((candidate) =>
    by === 'TIME' ? candidate.name === kind.timeField : candidate.measure !== null && enumName(candidate.name) === by,
  );
  if (field === undefined) throw badRequest(`orderBy.by: expected TIME or a number of ${kind.typeName}, got ${by}`);
  return { kind, field, direction };
}

/** From where on to read: after a place in the order, or before it (and then backwards). */
export interface EventsFrom {
  readonly place: EventPlace | null;
  readonly backwards: boolean;
}

export function orderSql(order: EventOrder, backwards: boolean): string {
  const direction = effective(order, backwards);
  const nulls = backwards ? 'NULLS FIRST' : 'NULLS LAST';
  return `\`${order.field.name}\` ${direction} ${nulls}, _id ${direction}`;
}

/** What lies beyond the place, in the direction of reading. */
export function beyondSql(order: EventOrder, from: EventsFrom, bind: Bind): string {
  const { place, backwards } = from;
  if (place === null) return '1';
  const column = `\`${order.field.name}\``;
  const sign = effective(order, backwards) === 'ASC' ? '>' : '<';
  const tie = `_id ${sign} ${bind(place.id, 'String')}`;
  if (place.value === null) {
    return backwards ? `(${column} IS NOT NULL OR ${tie})` : `(${column} IS NULL AND ${tie})`;
  }
  const value = isTime(order)
    ? `fromUnixTimestamp64Micro(${bind(place.value, 'Int64')}, 'UTC')`
    : bind(place.value, valueType(order.field));
  const missing = order.field.nullable && !backwards ? ` OR ${column} IS NULL` : '';
  return `(${column} ${sign} ${value} OR (${column} = ${value} AND ${tie})${missing})`;
}

/** Selected beside an event, so that its place can be told exactly. */
export function placeColumn(order: EventOrder): string {
  const column = `\`${order.field.name}\``;
  return isTime(order) ? `toString(toUnixTimestamp64Micro(${column})) AS _place` : `toString(${column}) AS _place`;
}

export function placeOf(row: RawEventRow): EventPlace {
  const value = row._place === null || row._place === undefined ? null : String(row._place);
  return { value, id: String(row._id) };
}

/**
 * Opaque to users: base64url of one byte of version (1), eight bytes that say which kind and order it is a place in, and JSON of the place:
 *
 *   01 | sha256("TRANSACTION amount DESC")[0..8] | ["1250.5","t-17"]
 */
export function encodeCursor(order: EventOrder, place: EventPlace): string {
  const json = JSON.stringify([place.value, place.id]);
  return Buffer.concat([Buffer.from([CURSOR_VERSION]), fingerprint(order), Buffer.from(json)]).toString('base64url');
}

export function decodeCursor(order: EventOrder, text: string, argument: string): EventPlace {
  const bytes = Buffer.from(text, 'base64url');
  const place = bytes[0] === CURSOR_VERSION ? parsePlace(bytes.subarray(1 + FINGERPRINT_BYTES).toString('utf8')) : null;
  if (place === null) throw badRequest(`${argument}: expected a cursor as an edge or pageInfo gave it`);
  if (!bytes.subarray(1, 1 + FINGERPRINT_BYTES).equals(fingerprint(order))) {
    throw badRequest(
      `${argument}: expected a cursor of the same order (${order.field.name} ${order.direction} of ${order.kind.typeName}), got one of another: page on with the orderBy it came from`,
    );
  }
  return place;
}

const CURSOR_VERSION = 1;
const FINGERPRINT_BYTES = 8;

function fingerprint({ kind, field, direction }: EventOrder): Buffer {
  return createHash('sha256').update(`${kind.kind} ${field.name} ${direction}`).digest().subarray(0, FINGERPRINT_BYTES);
}

function parsePlace(json: string): EventPlace | null {
  try {
    const [value, id] = JSON.parse(json) as readonly unknown[];
    const valueFits = value === null || (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(value));
    return valueFits && typeof id === 'string' ? { value, id } : null;
  } catch {
    // Anything that is not such a place is answered with what was expected.
    return null;
  }
}

function isTime(order: EventOrder): boolean {
  return order.field.name === order.kind.timeField;
}

function effective(order: EventOrder, backwards: boolean): Direction {
  if (!backwards) return order.direction;
  return order.direction === 'ASC' ? 'DESC' : 'ASC';
}
