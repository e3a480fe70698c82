import type { StoredRecord } from '../../log/log.ts';
import { logKey } from '../../model/record-format.ts';
import type { JobEvent } from '../operator.ts';

/** An event out of its record in the log (model/record-format.ts). The members are parsed here, once for all jobs that read the record. */
export class StoredEvent implements JobEvent {
  readonly tenant: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly id: string;
  readonly key: string;
  readonly timeUs: number;
  readonly receivedAtMs: number;
  readonly watermarkUs: number;
  readonly members: Readonly<Record<string, unknown>>;
  /** Tenant and key as one text, under which the state of the key is kept. */
  readonly stateKey: string;

  constructor(head: EventHead, record: Pick<StoredRecord, 'offset'>, source: EventSource) {
    this.tenant = head.tenant;
    this.topic = source.topic;
    this.partition = source.partition;
    this.offset = record.offset;
    this.id = head.compositeId ?? textOf(head.members[source.idField]);
    this.key = head.key;
    this.timeUs = head.timeUs;
    this.receivedAtMs = head.receivedAtMs;
    this.watermarkUs = head.watermarkMs === 0 ? Number.NEGATIVE_INFINITY : head.watermarkMs * US_PER_MS;
    this.members = head.members;
    this.stateKey = head.stateKey;
  }
}

/** What a record does not say of itself. */
export interface EventSource {
  readonly topic: string;
  readonly partition: number;
  /** Where the id is made of several fields the record carries it. */
  readonly idField: string;
}

export function storedEvent(record: StoredRecord, source: EventSource): StoredEvent {
  return new StoredEvent(readHead(record) ?? readSlowly(record), record, source);
}

export const US_PER_MS = 1000;

interface EventHead {
  readonly tenant: string;
  readonly key: string;
  readonly stateKey: string;
  readonly timeUs: number;
  readonly receivedAtMs: number;
  readonly watermarkMs: number;
  readonly compositeId: string | null;
  readonly members: Readonly<Record<string, unknown>>;
}

/** A value that is a key or an id, as text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

/**
 * The head is read byte by byte and only the members are parsed, which then need not be taken apart: twice as fast as parsing the whole. Null
 * where something is not as it nearly always is.
 */
function readHead({ key: logged, value }: StoredRecord): EventHead | null {
  let at = value[SEQUENCE_MARK_AT] === LETTER_S ? value.indexOf(COMMA) : 0;
  const tenantAt = at + TENANT.length;
  if (!standsAt(value, at, TENANT, 1)) return null;
  for (at = tenantAt; value[at] !== QUOTE; at++) {
    const byte = value[at] as number;
    // Anything that JSON may write in several ways, and what separates tenant and key.
    if (byte === BACKSLASH || byte === SLASH || byte === PERCENT || byte > 0x7e || at === value.length) return null;
  }
  const tenantLength = at - tenantAt;
  if (logged.charCodeAt(tenantLength) !== SLASH) return null;
  if (!standsAt(value, at, TIME, 0)) return null;
  const number = new NumberAt(value, at + TIME.length);
  const timeUs = number.read();
  if (!standsAt(value, number.end, RECEIVED, 0)) return null;
  const receivedAtMs = number.from(number.end + RECEIVED.length).read();
  if (!standsAt(value, number.end, WATERMARK, 0)) return null;
  const watermarkMs = number.from(number.end + WATERMARK.length).read();
  at = number.end;
  if (value[at] !== COMMA || value[at + 2] === UNDERSCORE) return null;
  const { buffer, byteOffset, byteLength } = value;
  const members = Buffer.from(buffer, byteOffset + at + 1, byteLength - at - 1).toString('utf8');
  return {
    tenant: logged.slice(0, tenantLength),
    key: logged.slice(tenantLength + 1),
    stateKey: logged,
    timeUs,
    receivedAtMs,
    watermarkMs,
    compositeId: null,
    members: JSON.parse(`{${members}`),
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
const TENANT = Buffer.from('{"_tenant":"');
const TIME = Buffer.from('","_time":');
const RECEIVED = Buffer.from(',"_receivedAt":');
const WATERMARK = Buffer.from(',"_watermark":');

/** `from` leaves out the first byte, which is a brace or, behind a sequence, a comma. */
function standsAt(value: Uint8Array, at: number, expected: Uint8Array, from: number): boolean {
  for (let i = from; i < expected.length; i++) if (value[at + i] !== expected[i]) return false;
  return true;
}

class NumberAt {
  readonly #bytes: Uint8Array;
  end: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.end = at;
  }

  from(at: number): this {
    this.end = at;
    return this;
  }

  read(): number {
    const bytes = this.#bytes;
    const isNegative = bytes[this.end] === MINUS;
    if (isNegative) this.end++;
    let value = 0;
    for (; ; this.end++) {
      const digit = (bytes[this.end] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return isNegative ? -value : value;
      value = value * 10 + digit;
    }
  }
}

function readSlowly({ key: logged, value }: StoredRecord): EventHead {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  const { _sequence, _tenant, _time, _receivedAt, _watermark, _id, ...members } = JSON.parse(text);
  const key = logged.slice(_tenant.length + 1);
  return {
    tenant: _tenant,
    key,
    stateKey: stateKeyOf(_tenant, key),
    timeUs: _time,
    receivedAtMs: _receivedAt,
    watermarkMs: _watermark,
    compositeId: _id ?? null,
    members,
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
