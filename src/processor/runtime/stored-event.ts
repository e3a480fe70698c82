import type { StoredRecord } from '../../log/log.ts';
import { logKey } from '../../model/record-format.ts';
import type { JobEvent } from '../operator.ts';

/** What a record does not say of itself. */
export interface EventSource {
  readonly topic: string;
  readonly partition: number;
  /** Where the id is made of several fields the record carries it. */
  readonly idField: string;
}

/** A job's event, and tenant and key as one text, under which the state of the key is kept. */
export interface StoredEvent extends JobEvent {
  readonly stateKey: string;
}

/** An event out of its record in the log (model/record-format.ts). The members are parsed here, once for all jobs that read the record. */
export function storedEvent(record: StoredRecord, source: EventSource): StoredEvent {
  return readQuickly(record, source) ?? readSlowly(record, source);
}

export const US_PER_MS = 1000;

/** A value that is a key or an id, as text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

/**
 * The head is read byte by byte and only the members are parsed, which then need not be taken apart. Null where something is not as it nearly
 * always is.
 */
function readQuickly({ key: stateKey, value, offset }: StoredRecord, source: EventSource): StoredEvent | null {
  const head = value[SEQUENCE_MARK_AT] === LETTER_S ? value.indexOf(COMMA) : 0;
  if (!standsAt(value, head + 1, TENANT)) return null;
  const tenantAt = head + 1 + TENANT.length;
  let at = tenantAt;
  for (; value[at] !== QUOTE; at++) {
    const byte = value[at] as number;
    // Anything that JSON may write in several ways, what separates tenant and key, and what escapes that.
    if (byte === BACKSLASH || byte === SLASH || byte === PERCENT || byte > 0x7e || at === value.length) return null;
  }
  const tenantLength = at - tenantAt;
  if (stateKey.charCodeAt(tenantLength) !== SLASH) return null;
  if (!standsAt(value, at, TIME)) return null;
  const timeUs = numberAt(value, at + TIME.length);
  if (!standsAt(value, numberEnd, RECEIVED)) return null;
  const receivedAtMs = numberAt(value, numberEnd + RECEIVED.length);
  if (!standsAt(value, numberEnd, WATERMARK)) return null;
  const watermarkMs = numberAt(value, numberEnd + WATERMARK.length);
  at = numberEnd;
  // An underscore begins the id that is made of several fields.
  if (value[at] !== COMMA || value[at + 2] === UNDERSCORE) return null;
  const members = JSON.parse(`{${textFrom(value, at + 1)}`);
  return {
    tenant: stateKey.slice(0, tenantLength),
    topic: source.topic,
    partition: source.partition,
    offset,
    id: textOf(members[source.idField]),
    key: stateKey.slice(tenantLength + 1),
    timeUs,
    receivedAtMs,
    watermarkUs: watermarkUsOf(watermarkMs),
    members,
    stateKey,
  };
}

const QUOTE = 0x22;
const PERCENT = 0x25;
const COMMA = 0x2c;
const MINUS = 0x2d;
const SLASH = 0x2f;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;
const LETTER_S = 0x73;
/** In {"_sequence": and in {"_tenant": */
const SEQUENCE_MARK_AT = 3;
const TENANT = Buffer.from('"_tenant":"');
const TIME = Buffer.from('","_time":');
const RECEIVED = Buffer.from(',"_receivedAt":');
const WATERMARK = Buffer.from(',"_watermark":');

function standsAt(value: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (value[at + i] !== expected[i]) return false;
  return true;
}

/** Where the number that was read last ends: a pair for each of three numbers an event would be garbage to collect. */
let numberEnd = 0;

function numberAt(bytes: Uint8Array, start: number): number {
  const isNegative = bytes[start] === MINUS;
  let value = 0;
  for (let at = isNegative ? start + 1 : start; ; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) {
      numberEnd = at;
      return isNegative ? -value : value;
    }
    value = value * 10 + digit;
  }
}

/** Values of the embedded log are Buffers already. */
function textFrom(value: Uint8Array, at: number): string {
  const buffer = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return buffer.toString('utf8', at);
}

/** 0 stands for none. */
function watermarkUsOf(watermarkMs: number): number {
  return watermarkMs === 0 ? Number.NEGATIVE_INFINITY : watermarkMs * US_PER_MS;
}

function readSlowly({ key: logged, value, offset }: StoredRecord, source: EventSource): StoredEvent {
  const { _sequence, _tenant, _time, _receivedAt, _watermark, _id, ...members } = JSON.parse(textFrom(value, 0));
  const key = logged.slice(_tenant.length + 1);
  return {
    tenant: _tenant,
    topic: source.topic,
    partition: source.partition,
    offset,
    id: _id ?? textOf(members[source.idField]),
    key,
    timeUs: _time,
    receivedAtMs: _receivedAt,
    watermarkUs: watermarkUsOf(_watermark),
    members,
    stateKey: stateKeyOf(_tenant, key),
  };
}

/** As the log's key, but that no tenant's name can make it look like another tenant's. */
export function stateKeyOf(tenant: string, key: string): string {
  return logKey(/[/%]/.test(tenant) ? encodeURIComponent(tenant) : tenant, key);
}

export function namesIn(stateKey: string): { readonly tenant: string; readonly key: string } {
  const slash = stateKey.indexOf('/');
  const tenant = stateKey.slice(0, slash);
  return { tenant: tenant.includes('%') ? decodeURIComponent(tenant) : tenant, key: stateKey.slice(slash + 1) };
}
