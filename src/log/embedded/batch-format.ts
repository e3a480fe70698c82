import { crc32 } from 'node:zlib';
import { InternedTexts } from '../../platform/interned-texts.ts';
import type { StoredRecord } from '../log.ts';
import { type PackedBatch, PackedRecord } from '../packed-record.ts';

/**
 * How a batch of records lies on disk: one value, written once, read whole. Little endian.
 *
 *   at        size   what
 *   0         4      'LGB' and the version of this format, 1
 *   4         4      crc32 of every byte after this field
 *   8         4      record count, n
 *   12        2      topic number            both again in the key; here so that a batch that
 *   14        2      partition               turns up in a wrong place is noticed
 *   16        8      base offset: the offset of record 0, the others count up from it
 *   24        8      appended at, ms since 1970, float64
 *   32        16·n   one entry a record: time ms (float64), key bytes (uint32), value bytes (uint32)
 *   32+16·n   …      the bytes: key 0, value 0, key 1, value 1, …
 *
 * The table stands before the bytes so that a record is found without reading its neighbours, and values are handed out as views
 * of the one buffer that was read.
 */
export interface BatchHeader {
  readonly topicNumber: number;
  readonly partition: number;
  readonly baseOffset: bigint;
  readonly recordCount: number;
  readonly appendedAtMs: number;
}

const MAGIC = 0x0142474c; // 'L' 'G' 'B' 1, read as a little-endian uint32
const CRC_FROM = 8;
const HEADER_BYTES = 32;
const ENTRY_BYTES = 16;

/** Records of one partition on their way into one batch. Filled in order of offset, encoded once. */
export interface BatchDraft {
  readonly keys: string[];
  readonly timesMs: number[];
  readonly values: Uint8Array[];
  /** Upper bound of the encoded size: a UTF-16 unit of a key is at most three bytes of UTF-8. */
  bytesMax: number;
}

export function emptyDraft(): BatchDraft {
  return { keys: [], timesMs: [], values: [], bytesMax: HEADER_BYTES };
}

export function addToDraft(draft: BatchDraft, key: string, timeMs: number, value: Uint8Array): void {
  draft.keys.push(key);
  draft.timesMs.push(timeMs);
  draft.values.push(value);
  draft.bytesMax += ENTRY_BYTES + key.length * 3 + value.byteLength;
}

export function encodeBatch(draft: BatchDraft, header: BatchHeader): Buffer {
  const { keys, timesMs, values } = draft;
  const buffer = Buffer.allocUnsafeSlow(draft.bytesMax);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  view.setUint32(0, MAGIC, true);
  view.setUint32(8, header.recordCount, true);
  view.setUint16(12, header.topicNumber, true);
  view.setUint16(14, header.partition, true);
  view.setBigUint64(16, header.baseOffset, true);
  view.setFloat64(24, header.appendedAtMs, true);
  let entryAt = HEADER_BYTES;
  let at = HEADER_BYTES + ENTRY_BYTES * header.recordCount;
  for (let i = 0; i < header.recordCount; i++) {
    const value = values[i] as Uint8Array;
    const keyBytes = buffer.write(keys[i] as string, at, 'utf8');
    buffer.set(value, at + keyBytes);
    view.setFloat64(entryAt, timesMs[i] as number, true);
    view.setUint32(entryAt + 8, keyBytes, true);
    view.setUint32(entryAt + 12, value.byteLength, true);
    entryAt += ENTRY_BYTES;
    at += keyBytes + value.byteLength;
  }
  const encoded = buffer.subarray(0, at);
  view.setUint32(4, crc32(encoded.subarray(CRC_FROM)), true);
  return encoded;
}

/** Null when the bytes are not a batch, whole and undamaged. Nothing of a damaged batch is ever looked at. */
export function decodeBatchHeader(bytes: Uint8Array): BatchHeader | null {
  if (bytes.byteLength < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return null;
  if (view.getUint32(4, true) !== crc32(bytes.subarray(CRC_FROM))) return null;
  return {
    recordCount: view.getUint32(8, true),
    topicNumber: view.getUint16(12, true),
    partition: view.getUint16(14, true),
    baseOffset: view.getBigUint64(16, true),
    appendedAtMs: view.getFloat64(24, true),
  };
}

/**
 * The records of a batch whose header was decoded, from record `fromIndex` on. Values are views of `bytes`, which must therefore be a
 * copy of its own and not a page of the store.
 */
export function decodeRecords(bytes: Buffer, header: BatchHeader, fromIndex: number): StoredRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: StoredRecord[] = [];
  const { recordCount, appendedAtMs } = header;
  let at = HEADER_BYTES + ENTRY_BYTES * recordCount;
  let offset = header.baseOffset;
  for (let i = 0; i < recordCount; i++, offset++) {
    const entryAt = HEADER_BYTES + ENTRY_BYTES * i;
    const valueAt = at + view.getUint32(entryAt + 8, true);
    const end = valueAt + view.getUint32(entryAt + 12, true);
    if (i >= fromIndex) {
      records.push({
        key: KEYS.at(bytes, at, valueAt),
        timeMs: view.getFloat64(entryAt, true),
        value: bytes.subarray(valueAt, end),
        offset,
        appendedAtMs,
      });
    }
    at = end;
  }
  return records;
}

/** The same for whoever has many of them wait: nothing is made of a record but where it lies, and its key. */
export function packedRecords(bytes: Buffer, header: BatchHeader, fromIndex: number): PackedRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { recordCount, baseOffset, appendedAtMs } = header;
  const batch: PackedBatch = {
    bytes,
    baseOffset,
    appendedAtMs,
    timeMsOf: (index) => view.getFloat64(HEADER_BYTES + ENTRY_BYTES * index, true),
  };
  const records: PackedRecord[] = [];
  let at = HEADER_BYTES + ENTRY_BYTES * recordCount;
  for (let i = 0; i < recordCount; i++) {
    const entryAt = HEADER_BYTES + ENTRY_BYTES * i;
    const valueAt = at + view.getUint32(entryAt + 8, true);
    const end = valueAt + view.getUint32(entryAt + 12, true);
    if (i >= fromIndex) records.push(new PackedRecord(batch, i, KEYS.at(bytes, at, valueAt), valueAt, end));
    at = end;
  }
  return records;
}

/** A few hundred kilobytes: the keys of a stream that come again soon. */
const KEYS = new InternedTexts(8_192);

/**
 * The key of a batch, big endian so that keys sort as topic, partition, offset:
 *
 *   0  2  topic number      4   8  base offset       16  6  appended at, whole ms
 *   2  2  partition         12  4  record count
 *
 * What stands after the base offset never decides the order; it is there so that retention, seeking and the end of a partition are
 * read from keys alone.
 */
export type BatchKey = BatchHeader;

const KEY_BYTES = 22;

export function encodeBatchKey(key: BatchKey): Buffer {
  const bytes = Buffer.allocUnsafe(KEY_BYTES);
  bytes.writeUInt16BE(key.topicNumber, 0);
  bytes.writeUInt16BE(key.partition, 2);
  bytes.writeBigUInt64BE(key.baseOffset, 4);
  bytes.writeUInt32BE(key.recordCount, 12);
  bytes.writeUIntBE(Math.max(0, Math.floor(key.appendedAtMs)), 16, 6);
  return bytes;
}

/** Null when the key is not one: damaged in the index of the store. */
export function decodeBatchKey(bytes: Uint8Array): BatchKey | null {
  if (bytes.byteLength !== KEY_BYTES) return null;
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    topicNumber: key.readUInt16BE(0),
    partition: key.readUInt16BE(2),
    baseOffset: key.readBigUInt64BE(4),
    recordCount: key.readUInt32BE(12),
    appendedAtMs: key.readUIntBE(16, 6),
  };
}

/** Sorts before every batch of the partition whose base offset is `offset` or more, and after all below. */
export function seekKey(topicNumber: number, partition: number, offset: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(topicNumber, 0);
  bytes.writeUInt16BE(partition, 2);
  bytes.writeBigUInt64BE(offset, 4);
  return bytes;
}

/** A batch is in the place its key names. */
export function isBatchOf(header: BatchHeader, key: BatchKey): boolean {
  return (
    header.topicNumber === key.topicNumber &&
    header.partition === key.partition &&
    header.baseOffset === key.baseOffset &&
    header.recordCount === key.recordCount
  );
}
