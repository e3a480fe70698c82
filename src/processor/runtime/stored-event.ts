import type { StoredRecord } from '../../log/log.ts';
import { PackedRecord } from '../../log/packed-record.ts';
import type { KindModel } from '../../model/event-model.ts';
import { logKey } from '../../model/record-format.ts';
import type { JobEvent } from '../operator.ts';
import { FieldName, type FieldsClass, fieldsClass, type Members, StoredFields } from './stored-fields.ts';

/** What a record does not say of itself. */
export interface EventSource {
  readonly topic: string;
  readonly partition: number;
  /** Where the id is made of several fields the record carries it. */
  readonly idField: FieldName;
  readonly Fields: FieldsClass;
}

export function eventSource({ plural: topic, idFields, fields }: KindModel, partition: number): EventSource {
  const idField = new FieldName(idFields[0] ?? '');
  return { topic, partition, idField, Fields: fieldsClass(fields.map(({ name }) => name)) };
}

/** An event out of its record in the log (model/record-format.ts). Its head is read; what else there is is read when somebody asks for it. */
export class StoredEvent implements JobEvent {
  readonly #source: EventSource;
  readonly #record: EventRecord;
  /** Tenant and key as one text, under which the state of the key is kept. */
  readonly stateKey: string;
  readonly timeUs: number;
  readonly receivedAtMs: number;
  readonly watermarkUs: number;
  readonly fields: StoredFields;
  #id: string | null;

  constructor(source: EventSource, record: EventRecord, said: StoredHead) {
    this.#source = source;
    this.#record = record;
    this.stateKey = said.stateKey;
    this.timeUs = said.timeUs;
    this.receivedAtMs = said.receivedAtMs;
    this.watermarkUs = said.watermarkMs === 0 ? Number.NEGATIVE_INFINITY : said.watermarkMs * US_PER_MS;
    this.fields = said.fields;
    this.#id = said.id;
  }

  /** Where it was read from. */
  isOf(record: EventRecord): boolean {
    return this.#record === record || this.#record.offset === record.offset;
  }

  get offset(): bigint {
    return this.#record.offset;
  }

  get topic(): string {
    return this.#source.topic;
  }

  get partition(): number {
    return this.#source.partition;
  }

  get tenant(): string {
    return namesIn(this.stateKey).tenant;
  }

  get key(): string {
    return namesIn(this.stateKey).key;
  }

  get id(): string {
    this.#id ??= textOf(StoredFields.read(this.fields, this.#source.idField, false));
    return this.#id;
  }

  get members(): Members {
    return StoredFields.whole(this.fields);
  }

  get membersJson(): string | null {
    return StoredFields.json(this.fields);
  }
}

/** What is read of a record of the log. */
export type EventRecord = Pick<StoredRecord, 'key' | 'value' | 'offset'>;

interface StoredHead {
  readonly stateKey: string;
  readonly timeUs: number;
  readonly receivedAtMs: number;
  /** 0 stands for none. */
  readonly watermarkMs: number;
  readonly fields: StoredFields;
  /** Null where it is one of the fields. */
  readonly id: string | null;
}

export function storedEvent(record: EventRecord, source: EventSource): StoredEvent {
  return readQuickly(record, source) ?? readSlowly(record, source);
}

export const US_PER_MS = 1000;

/** A value that is a key or an id, as text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

/** The head is read byte by byte. Null where something is not as it nearly always is. */
function readQuickly(record: EventRecord, source: EventSource): StoredEvent | null {
  if (record instanceof PackedRecord) return readHead(record, record.batch.bytes, record.from, record.to, source);
  const value = bufferOf(record.value);
  return readHead(record, value, 0, value.length, source);
}

/** Of bytes that may lie among others. */
function readHead(
  record: EventRecord,
  bytes: Buffer,
  from: number,
  to: number,
  source: EventSource,
): StoredEvent | null {
  const head = bytes[from + SEQUENCE_MARK_AT] === LETTER_S ? bytes.indexOf(COMMA, from) : from;
  if (!standsAt(bytes, head + 1, TENANT)) return null;
  const tenantAt = head + 1 + TENANT.length;
  let at = tenantAt;
  for (; bytes[at] !== QUOTE; at++) {
    const byte = bytes[at] as number;
    // Anything that JSON may write in several ways, what separates tenant and key, and what escapes that.
    if (byte === BACKSLASH || byte === SLASH || byte === PERCENT || byte > 0x7e || at === to) return null;
  }
  const stateKey = record.key;
  if (stateKey.charCodeAt(at - tenantAt) !== SLASH) return null;
  if (!standsAt(bytes, at, TIME)) return null;
  const timeUs = numberAt(bytes, at + TIME.length);
  if (!standsAt(bytes, numberEnd, RECEIVED)) return null;
  const receivedAtMs = numberAt(bytes, numberEnd + RECEIVED.length);
  if (!standsAt(bytes, numberEnd, WATERMARK)) return null;
  const watermarkMs = numberAt(bytes, numberEnd + WATERMARK.length);
  at = numberEnd;
  // An underscore begins the id that is made of several fields.
  if (bytes[at] !== COMMA || bytes[at + 2] === UNDERSCORE) return null;
  const fields = new source.Fields(bytes, at + 1, to);
  return new StoredEvent(source, record, { stateKey, timeUs, receivedAtMs, watermarkMs, fields, id: null });
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
  let at = isNegative ? start + 1 : start;
  // In parts of eight digits, of which each is a small integer.
  for (let scale = PART; scale === PART; ) {
    let part = 0;
    scale = 1;
    for (; scale < PART; scale *= 10) {
      const digit = (bytes[at] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      part = part * 10 + digit;
      at++;
    }
    value = value * scale + part;
  }
  numberEnd = at;
  return isNegative ? -value : value;
}

const PART = 1e8;

/** Values of the embedded log are Buffers already. */
function bufferOf(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function readSlowly(record: EventRecord, source: EventSource): StoredEvent {
  const bytes = bufferOf(record.value);
  const { _sequence, _tenant, _time, _receivedAt, _watermark, _id, ...members } = JSON.parse(bytes.toString('utf8'));
  return new StoredEvent(source, record, {
    stateKey: stateKeyOf(_tenant, record.key.slice(_tenant.length + 1)),
    timeUs: _time,
    receivedAtMs: _receivedAt,
    watermarkMs: _watermark,
    fields: new source.Fields(bytes, 0, bytes.length, members),
    id: _id ?? null,
  });
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
