import type { JsonBytes } from '../platform/json-bytes.ts';

/**
 * An event in the log, the same bytes on both logs: one line of JSON, the product's members first, then the event's own.
 *
 *   {"_tenant":"default","_time":1795264000000000,"_receivedAt":1795264000123,"_watermark":1795263990000,"_id":"a/7",<the event's own members>}
 *
 *   _tenant      whose event it is; from the credentials, never from the payload
 *   _time        when it happened, microseconds since 1970 (the declared time field, parsed once)
 *   _receivedAt  when it came, milliseconds
 *   _watermark   the watermark it met, milliseconds; 0 before there is one. Late means _time < _watermark * 1000
 *   _sequence    which event of its partition it is, from 0 on without a hole. Only where offsets have holes (Kafka), and there in front
 *   _id          only where the id is made of several fields
 *
 * Names that begin with "_" are the product's; the compiler refuses them in declarations. The event's own members are the bytes that came
 * in where those say exactly what will be stored, else written anew in canonical form (see ingest/).
 * Loading adds `_partition` and `_offset` in front; on Kafka the Kafka engine has both as virtual columns of the same name.
 */
export interface RecordHead {
  readonly tenant: string;
  readonly timeUs: bigint;
  readonly receivedAtMs: number;
  readonly watermarkMs: number | null;
  /** Null where the log's offsets count already, and in streams that nobody numbers (rejected, duplicates). */
  readonly sequence: bigint | null;
  /** Null where the id is one field. */
  readonly compositeId: string | null;
}

/** Ends with a comma: the event's members (without the opening brace) follow. */
export function recordHead(head: RecordHead): string {
  const id = head.compositeId === null ? '' : `"_id":${JSON.stringify(head.compositeId)},`;
  const sequence = head.sequence === null ? '' : `"_sequence":${head.sequence},`;
  return `{${sequence}"_tenant":${JSON.stringify(head.tenant)},"_time":${head.timeUs},"_receivedAt":${head.receivedAtMs},"_watermark":${head.watermarkMs ?? 0},${id}`;
}

/** The same as bytes, for who writes many: of records that nobody numbers and whose id is one field, with the opening brace and the comma too. */
export function writeHead({ tenant, timeUs, receivedAtMs, watermarkMs }: PlainHead, bytes: JsonBytes): JsonBytes {
  bytes.begin().raw('{"_tenant":').text(tenant).raw(',"_time":').whole(timeUs);
  bytes.raw(',"_receivedAt":').whole(receivedAtMs);
  return bytes
    .raw(',"_watermark":')
    .whole(watermarkMs ?? 0)
    .raw(',');
}

interface PlainHead extends Pick<RecordHead, 'tenant' | 'receivedAtMs' | 'watermarkMs'> {
  readonly timeUs: number;
}

/** When the event of a stored record happened, and when it came, read from its head as below. */
export function timesOf(record: Uint8Array): { readonly timeUs: number; readonly receivedAtMs: number } {
  const found = /"_time":(-?\d+),"_receivedAt":(\d+)/.exec(startOf(record));
  if (found === null) throw new Error('expected a stored event, which begins with what the product says of it');
  return { timeUs: Number(found[1]), receivedAtMs: Number(found[2]) };
}

/** The watermark that a stored record carries, read from its head without parsing the rest. */
export function watermarkOf(record: Uint8Array): number | null {
  const found = /"_watermark":(\d+)/.exec(startOf(record));
  const watermarkMs = found?.[1] === undefined ? 0 : Number(found[1]);
  return watermarkMs === 0 ? null : watermarkMs;
}

function startOf(record: Uint8Array): string {
  return Buffer.from(record.buffer, record.byteOffset, Math.min(record.byteLength, 4096)).toString('latin1');
}

/** The same record with its number in front; it must have none. */
export function numberedRecord(record: Uint8Array, sequence: bigint): Buffer {
  return Buffer.concat([Buffer.from(`{"_sequence":${sequence},`), record.subarray(1)]);
}

/** Whose event a stored record is. */
export function tenantOf(record: Uint8Array): string {
  const head = headOf(record);
  return JSON.parse(`${head.replace(/,$/, '')}}`)._tenant;
}

/** The event as it is stored, without what the product says of it. */
export function membersOf(record: Uint8Array): Buffer {
  const head = headOf(record);
  return Buffer.concat([Buffer.from('{'), record.subarray(Buffer.byteLength(head))]);
}

/** The head ends where the event's own members begin, with a comma. Inside a text its names could only stand with escaped quotes. */
function headOf(record: Uint8Array): string {
  const text = Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString('utf8');
  const head = /^.*?"_watermark":\d+,(?:"_id":"(?:[^"\\]|\\.)*",)?/s.exec(text)?.[0];
  if (head === undefined) throw new Error('expected a stored event, which begins with what the product says of it');
  return head;
}

/** Which event of its partition a stored record is; null where it is not numbered. */
export function sequenceOf(record: Uint8Array): bigint | null {
  const head = Buffer.from(record.buffer, record.byteOffset, Math.min(record.byteLength, SEQUENCE_BYTES_MAX)).toString(
    'latin1',
  );
  const found = /^\{"_sequence":(\d+),/.exec(head);
  return found?.[1] === undefined ? null : BigInt(found[1]);
}

/** The brace, the name and the colon take 13 bytes, 64 bits at most 20, the comma 1. */
const SEQUENCE_BYTES_MAX = 34;

/** Several id fields as one text: each part with "/" and "%" escaped, joined by "/", so that different ids never look alike. */
export function compositeId(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll('/', '%2F')).join('/');
}

/** The log key: order is kept, and work is shared, per tenant and key. */
export function logKey(tenant: string, key: string): string {
  return `${tenant}/${key}`;
}

export const TENANT_DEFAULT = 'default';
/** The stream of everything refused, with its reason. One partition: it is read by people. */
export const REJECTED_TOPIC = 'rejected';
