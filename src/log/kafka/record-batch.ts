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
  const { compression, producer } = batch;
  const timed = batch.records.map((record) => withTime(record, batch));
  const times = timed.map(({ kafkaMs }) => kafkaMs);
  const baseMs = times.reduce((least, each) => Math.min(least, each), Number.MAX_SAFE_INTEGER);
  const body = compress(encodeRecords(timed, baseMs), compression);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.byteLength);
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.byteLength - LENGTH_FROM, 8);
  bytes.writeInt32BE(-1, 12);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(COMPRESSION[compression] | (producer.transactional ? TRANSACTIONAL : 0), 21);
  bytes.writeInt32BE(timed.length - 1, 23);
  bytes.writeBigInt64BE(BigInt(baseMs), 27);
  bytes.writeBigInt64BE(BigInt(times.reduce((most, each) => Math.max(most, each), 0)), 35);
  bytes.writeBigInt64BE(producer.producerId, 43);
  bytes.writeInt16BE(producer.producerEpoch, 51);
  bytes.writeInt32BE(producer.baseSequence, 53);
  bytes.writeInt32BE(timed.length, 57);
  bytes.set(body, HEADER_BYTES);
  bytes.writeUInt32BE(crc32c(bytes.subarray(CRC_FROM)), 17);
  return bytes;
}

/**
 * Where the time of a record is when Kafka's own field cannot hold it: because the broker writes the time of appending there, or because
 * it is not a whole number of milliseconds since 1970.
 */
export const TIME_HEADER = 'lakegate-time';

interface TimedRecord {
  readonly record: HeadedRecord;
  readonly headers: RecordHeaders;
  readonly kafkaMs: number;
}

function withTime(record: HeadedRecord, batch: { readonly nowMs: number; readonly brokerTime: boolean }): TimedRecord {
  const { timeMs, headers = NO_HEADERS } = record;
  const fits = !batch.brokerTime && Number.isSafeInteger(timeMs) && timeMs >= 0;
  if (fits) return { record, headers, kafkaMs: timeMs };
  return { record, headers: { ...headers, [TIME_HEADER]: `${timeMs}` }, kafkaMs: Math.trunc(batch.nowMs) };
}

const NO_HEADERS: RecordHeaders = Object.freeze({});

/** The largest varint of 32 bits and of 64. */
const VARINT_BYTES_MAX = 5;
const VARLONG_BYTES_MAX = 10;
const RECORD_OVERHEAD_BYTES = 1 + VARLONG_BYTES_MAX + 5 * VARINT_BYTES_MAX;

function encodeRecords(timed: readonly TimedRecord[], baseMs: number): Buffer {
  const bytes = Buffer.allocUnsafe(timed.reduce((sum, { record, headers }) => sum + bytesMaxOf(record, headers), 0));
  let at = 0;
  for (const [offsetDelta, { record, headers, kafkaMs }] of timed.entries()) {
    // The length stands in front and is known only afterwards: the record is written behind room for the longest, and moved up.
    const start = at + VARINT_BYTES_MAX;
    const end = writeRecord(bytes, start, { record, headers, offsetDelta, timeDelta: kafkaMs - baseMs });
    at = writeVarint(bytes, at, end - start);
    bytes.copyWithin(at, start, end);
    at += end - start;
  }
  return bytes.subarray(0, at);
}

function bytesMaxOf(record: HeadedRecord, headers: RecordHeaders): number {
  let bytes = RECORD_OVERHEAD_BYTES + 3 * record.key.length + record.value.byteLength;
  for (const name in headers) bytes += 2 * VARINT_BYTES_MAX + 3 * (name.length + (headers[name] as string).length);
  return bytes;
}

function writeRecord(
  bytes: Buffer,
  start: number,
  made: { record: HeadedRecord; headers: RecordHeaders; offsetDelta: number; timeDelta: number },
): number {
  const { record, headers } = made;
  let at = bytes.writeInt8(0, start);
  at = writeVarint(bytes, at, made.timeDelta);
  at = writeVarint(bytes, at, made.offsetDelta);
  at = writeText(bytes, at, record.key);
  at = writeVarint(bytes, at, record.value.byteLength);
  bytes.set(record.value, at);
  at += record.value.byteLength;
  const names = Object.keys(headers);
  at = writeVarint(bytes, at, names.length);
  for (const name of names) at = writeText(bytes, writeText(bytes, at, name), headers[name] as string);
  return at;
}

function writeText(bytes: Buffer, start: number, text: string): number {
  const at = writeVarint(bytes, start, Buffer.byteLength(text));
  return at + bytes.write(text, at, 'utf8');
}

/** Zigzag, by arithmetic: times differ by more than 32 bits hold, and stay below 2^53. */
function writeVarint(bytes: Buffer, start: number, value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
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
    const { timeDelta, offsetDelta, key, value, headers, timeMs } = reader.record();
    const offset = baseOffset + BigInt(offsetDelta);
    if (offset < from) continue;
    const appendedAtMs = brokerTime ? maxMs : baseMs + timeDelta;
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

const NO_BYTES = new Uint8Array(0);

class RecordReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  record() {
    const end = this.#varint() + this.#at;
    this.#at++;
    const timeDelta = this.#varint();
    const offsetDelta = this.#varint();
    const key = this.#text() ?? '';
    const value = this.bytes() ?? NO_BYTES;
    const headers = this.#headers();
    this.#at = end;
    return { timeDelta, offsetDelta, key, value, ...headers };
  }

  skipToKey(): void {
    this.#varint();
    this.#at++;
    this.#varint();
    this.#varint();
  }

  bytes(): Buffer | null {
    const length = this.#varint();
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #headers(): { readonly headers: RecordHeaders; readonly timeMs: number | null } {
    let count = this.#varint();
    if (count <= 0) return { headers: NO_HEADERS, timeMs: null };
    const entries: [string, string][] = [];
    let timeMs: number | null = null;
    for (; count > 0; count--) {
      const name = this.#text() ?? '';
      const value = this.#text() ?? '';
      if (name === TIME_HEADER) timeMs = Number(value);
      else entries.push([name, value]);
    }
    // `fromEntries` defines properties: a header named __proto__ is a header.
    return { headers: entries.length === 0 ? NO_HEADERS : Object.fromEntries(entries), timeMs };
  }

  #text(): string | null {
    const length = this.#varint();
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }

  #varint(): number {
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
