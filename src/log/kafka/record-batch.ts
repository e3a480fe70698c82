import { LakegateError } from '../../platform/errors.ts';
import type { HeadedRecord, RecordHeaders, StoredHeadedRecord } from '../partition-work.ts';
import { COMPRESSION, type CompressionName, compress, DECOMPRESS, type WrittenCompression } from './codecs.ts';
import { crc32c } from './crc32c.ts';

/**
 * How records lie on Kafka's disks and on the wire (message format 2):
 *
 *   at  bytes
 *    0    8   base offset: that of the first record
 *    8    4   bytes that follow this field
 *   12    4   epoch of the leader
 *   16    1   2, the format
 *   17    4   CRC-32C of all that follows
 *   21    2   attributes: compression (bits 0-2), time is the broker's (3), transactional (4), control (5)
 *   23    4   last offset - base offset; stays when records in between were compacted away
 *   27    8   base time, ms
 *   35    8   largest time, ms; where time is the broker's, the time of every record
 *   43    8   producer id, or -1
 *   51    2   producer epoch
 *   53    4   sequence number of the first record in what this producer wrote to this partition
 *   57    4   count of records
 *   61    …   the records, compressed all together
 *
 * and a record: length, attributes (1 byte, 0), time - base time, offset - base offset, key, value, headers. Lengths and differences are
 * zigzag varints, and a length of -1 is null.
 */
const HEADER_BYTES = 61;
const LENGTH_FROM = 12;
const CRC_FROM = 21;
const BROKER_TIME = 1 << 3;
const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;

/** Who writes, and which of its records these are: the broker takes each once. */
export interface BatchProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  /** Readers see the batch when its transaction was committed. Default false. */
  readonly transactional?: boolean;
}

export function encodeRecordBatch(batch: {
  readonly records: readonly HeadedRecord[];
  readonly compression: WrittenCompression;
  readonly producer: BatchProducer;
  readonly nowMs: number;
  /** The broker will put its own time in the place of ours. */
  readonly brokerTime: boolean;
}): Buffer {
  const { records, compression, producer } = batch;
  const times = timesOf(batch);
  const body = compress(encodeRecords(batch, times), compression);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.byteLength);
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.byteLength - LENGTH_FROM, 8);
  bytes.writeInt32BE(-1, 12);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(COMPRESSION[compression] | (producer.transactional ? TRANSACTIONAL : 0), 21);
  bytes.writeInt32BE(records.length - 1, 23);
  bytes.writeBigInt64BE(BigInt(times.leastMs), 27);
  bytes.writeBigInt64BE(BigInt(times.mostMs), 35);
  bytes.writeBigInt64BE(producer.producerId, 43);
  bytes.writeInt16BE(producer.producerEpoch, 51);
  bytes.writeInt32BE(producer.baseSequence, 53);
  bytes.writeInt32BE(records.length, 57);
  bytes.set(body, HEADER_BYTES);
  bytes.writeUInt32BE(crc32c(bytes.subarray(CRC_FROM)), 17);
  return bytes;
}

/**
 * Where the time of a record is when Kafka's own field cannot hold it: because the broker writes the time of appending there, or because
 * it is not a whole number of milliseconds since 1970.
 */
export const TIME_HEADER = 'lakegate-time';

interface TimedRecords {
  readonly records: readonly HeadedRecord[];
  readonly nowMs: number;
  readonly brokerTime: boolean;
}

interface BatchTimes {
  readonly leastMs: number;
  readonly mostMs: number;
}

function fitsTime({ timeMs }: HeadedRecord, { brokerTime }: TimedRecords): boolean {
  return !brokerTime && Number.isSafeInteger(timeMs) && timeMs >= 0;
}

/** As Kafka's own field has it. */
function kafkaMsOf(record: HeadedRecord, batch: TimedRecords): number {
  return fitsTime(record, batch) ? record.timeMs : Math.trunc(batch.nowMs);
}

function timesOf(batch: TimedRecords): BatchTimes {
  let leastMs = Number.MAX_SAFE_INTEGER;
  let mostMs = 0;
  for (const record of batch.records) {
    const kafkaMs = kafkaMsOf(record, batch);
    if (kafkaMs < leastMs) leastMs = kafkaMs;
    if (kafkaMs > mostMs) mostMs = kafkaMs;
  }
  return { leastMs, mostMs };
}

const NO_HEADERS: RecordHeaders = Object.freeze({});

/** The largest varint of 32 bits and of 64. */
const VARINT_BYTES_MAX = 5;
const VARLONG_BYTES_MAX = 10;
const RECORD_OVERHEAD_BYTES = 1 + VARLONG_BYTES_MAX + 4 * VARINT_BYTES_MAX;

function encodeRecords(batch: TimedRecords, { leastMs }: BatchTimes): Buffer {
  const { records } = batch;
  const headers = encodedHeaders(batch);
  let bytesMax = 0;
  for (const [i, { key, value }] of records.entries()) {
    bytesMax += RECORD_OVERHEAD_BYTES + 3 * key.length + value.byteLength + (headers[i] as Buffer).byteLength;
  }
  const bytes = Buffer.allocUnsafe(bytesMax);
  let at = 0;
  for (const [i, record] of records.entries()) {
    at = writeRecord(bytes, at, record, kafkaMsOf(record, batch) - leastMs, i, headers[i] as Buffer);
  }
  return bytes.subarray(0, at);
}

/** For each record. Those of one call share them: then they are encoded once. */
function encodedHeaders(batch: TimedRecords): readonly Buffer[] {
  let last: { readonly of: RecordHeaders; readonly timeMs: number | null; readonly bytes: Buffer } | null = null;
  return batch.records.map((record) => {
    const of = record.headers ?? NO_HEADERS;
    const timeMs = fitsTime(record, batch) ? null : record.timeMs;
    if (last === null || last.of !== of || last.timeMs !== timeMs) {
      last = { of, timeMs, bytes: encodeHeaders(timeMs === null ? of : { ...of, [TIME_HEADER]: `${timeMs}` }) };
    }
    return last.bytes;
  });
}

function encodeHeaders(headers: RecordHeaders): Buffer {
  const names = Object.keys(headers);
  let bytesMax = VARINT_BYTES_MAX;
  for (const name of names) bytesMax += 2 * VARINT_BYTES_MAX + 3 * (name.length + (headers[name] as string).length);
  const bytes = Buffer.allocUnsafe(bytesMax);
  let at = writeVarint(bytes, 0, names.length);
  for (const name of names) at = writeText(bytes, writeText(bytes, at, name), headers[name] as string);
  return bytes.subarray(0, at);
}

function writeRecord(
  bytes: Buffer,
  start: number,
  { key, value }: HeadedRecord,
  timeDelta: number,
  offsetDelta: number,
  headers: Buffer,
): number {
  const keyBytes = Buffer.byteLength(key);
  // The length stands in front: it is counted, so that nothing has to be moved.
  const numbers = varintBytes(timeDelta) + varintBytes(offsetDelta) + varintBytes(keyBytes);
  const valueLength = value === TOMBSTONE ? NO_VALUE : value.byteLength;
  const length = 1 + numbers + keyBytes + varintBytes(valueLength) + value.byteLength + headers.byteLength;
  let at = writeVarint(bytes, start, length);
  bytes[at++] = 0;
  at = writeVarint(bytes, at, timeDelta);
  at = writeVarint(bytes, at, offsetDelta);
  at = writeVarint(bytes, at, keyBytes);
  at += bytes.write(key, at, 'utf8');
  at = writeVarint(bytes, at, valueLength);
  bytes.set(value, at);
  at += value.byteLength;
  bytes.set(headers, at);
  return at + headers.byteLength;
}

/** A length below zero says that nothing is there. */
const NO_VALUE = -1;

function writeText(bytes: Buffer, start: number, text: string): number {
  const at = writeVarint(bytes, start, Buffer.byteLength(text));
  return at + bytes.write(text, at, 'utf8');
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varintBytes(value: number): number {
  let count = 1;
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) count++;
  return count;
}

/** Zigzag, by arithmetic: times differ by more than 32 bits hold, and stay below 2^53. */
function writeVarint(bytes: Buffer, start: number, value: number): number {
  let rest = zigzag(value);
  let at = start;
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}

/** One batch as it came; its records are decoded when they are wanted. */
export interface StoredBatch {
  readonly bytes: Buffer;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly producerId: bigint;
  readonly transactional: boolean;
  readonly control: boolean;
  /** False where its bytes are not those that were written: nothing but its offsets may be looked at, and they may be wrong. */
  readonly sound: boolean;
}

/** The whole batches, in order. The last one of an answer may be cut off: it is left out, and comes whole when asked for. */
export function* batchesOf(bytes: Buffer): Generator<StoredBatch, void> {
  let at = 0;
  while (at + HEADER_BYTES <= bytes.byteLength) {
    const end = at + LENGTH_FROM + bytes.readInt32BE(at + 8);
    if (end > bytes.byteLength || end < at + HEADER_BYTES) return;
    yield openBatch(bytes.subarray(at, end));
    at = end;
  }
}

function openBatch(bytes: Buffer): StoredBatch {
  const baseOffset = bytes.readBigInt64BE(0);
  const attributes = bytes.readInt16BE(21);
  return {
    bytes,
    baseOffset,
    lastOffset: baseOffset + BigInt(bytes.readInt32BE(23)),
    producerId: bytes.readBigInt64BE(43),
    transactional: (attributes & TRANSACTIONAL) !== 0,
    control: (attributes & CONTROL) !== 0,
    sound: bytes.readInt8(16) === 2 && bytes.readUInt32BE(17) === crc32c(bytes.subarray(CRC_FROM)),
  };
}

/** The marker that ends a transaction: its key holds a version and 0 for "aborted". */
export function isAbortMarker(batch: StoredBatch): boolean {
  const records = new RecordReader(recordBytesOf(batch));
  records.skipToKey();
  const key = records.bytes();
  return batch.control && key !== null && key.byteLength >= 4 && key.readInt16BE(2) === 0;
}

/** The records of a sound batch from `from` on. Values are views of one buffer. */
export function decodeRecords(batch: StoredBatch, from: bigint): StoredHeadedRecord[] {
  const { bytes, baseOffset } = batch;
  const brokerTime = (bytes.readInt16BE(21) & BROKER_TIME) !== 0;
  const baseMs = Number(bytes.readBigInt64BE(27));
  const maxMs = Number(bytes.readBigInt64BE(35));
  const reader = new RecordReader(recordBytesOf(batch));
  const records: StoredHeadedRecord[] = [];
  for (let count = bytes.readInt32BE(57); count > 0; count--) {
    const end = reader.begin();
    const timeDelta = reader.varint();
    const offset = baseOffset + BigInt(reader.varint());
    if (offset < from) {
      reader.goTo(end);
      continue;
    }
    const appendedAtMs = brokerTime ? maxMs : baseMs + timeDelta;
    const key = reader.text() ?? '';
    const value = reader.bytes() ?? TOMBSTONE;
    const { headers, timeMs } = reader.headers(end);
    reader.goTo(end);
    records.push({ offset, key, value, headers, timeMs: timeMs ?? appendedAtMs, appendedAtMs });
  }
  return records;
}

function recordBytesOf({ bytes, baseOffset }: StoredBatch): Buffer {
  const number = bytes.readInt16BE(21) & 7;
  const name = COMPRESSION_NAMES[number];
  const decompress = name === undefined ? undefined : DECOMPRESS[name];
  const body = bytes.subarray(HEADER_BYTES);
  if (decompress !== undefined) return body.byteLength === 0 ? body : decompress(body);
  throw new LakegateError({
    code: 'UNSUPPORTED_ENCODING',
    message: `The records from offset ${baseOffset} on are compressed with ${name ?? number}. Expected ${Object.keys(DECOMPRESS).join(', ')}.`,
    facts: { compression: name ?? number, baseOffset },
  });
}

const COMPRESSION_NAMES = Object.keys(COMPRESSION) as readonly CompressionName[];

/** The value of a record that has none: in a topic that is compacted its key is forgotten. Known by being this very object. */
export const TOMBSTONE = new Uint8Array(0);

interface ReadHeaders {
  readonly headers: RecordHeaders;
  /** Of the record, where it stands here. */
  readonly timeMs: number | null;
}

const NOTHING_IN_HEADERS: ReadHeaders = { headers: NO_HEADERS, timeMs: null };

class RecordReader {
  readonly #bytes: Buffer;
  #at = 0;
  /** Where the last headers that were read stand, and what they say. */
  #headersStart = 0;
  #headersEnd = 0;
  #headers: ReadHeaders = NOTHING_IN_HEADERS;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Where the record that begins here ends. */
  begin(): number {
    const end = this.varint() + this.#at;
    this.#at++;
    return end;
  }

  goTo(at: number): void {
    this.#at = at;
  }

  skipToKey(): void {
    this.begin();
    this.varint();
    this.varint();
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Up to the end of the record. Mostly they are those of the record before, byte for byte: then they are the same object. */
  headers(end: number): ReadHeaders {
    const start = this.#at;
    if (this.#areAsBefore(start, end)) return this.#headers;
    this.#headers = this.#readHeaders();
    this.#headersStart = start;
    this.#headersEnd = end;
    return this.#headers;
  }

  #areAsBefore(start: number, end: number): boolean {
    const [beforeStart, beforeEnd] = [this.#headersStart, this.#headersEnd];
    if (end - start !== beforeEnd - beforeStart || end > this.#bytes.byteLength) return false;
    return this.#bytes.compare(this.#bytes, beforeStart, beforeEnd, start, end) === 0;
  }

  #readHeaders(): ReadHeaders {
    let count = this.varint();
    if (count <= 0) return NOTHING_IN_HEADERS;
    const entries: [string, string][] = [];
    let timeMs: number | null = null;
    for (; count > 0; count--) {
      const name = this.text() ?? '';
      const value = this.text() ?? '';
      if (name === TIME_HEADER) timeMs = Number(value);
      else entries.push([name, value]);
    }
    // `fromEntries` defines properties: a header named __proto__ is a header.
    return { headers: entries.length === 0 ? NO_HEADERS : Object.fromEntries(entries), timeMs };
  }

  text(): string | null {
    const length = this.varint();
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a record ends before its fields do');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 0x80;
    }
  }
}
