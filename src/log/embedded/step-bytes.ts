import type { LogRecord } from '../log.ts';
import type { StepAppend, StepWrites } from './work-steps.ts';

/**
 * What a step writes as one run of bytes, so that it goes from thread to thread without being copied. Little endian:
 *
 *   uint32  how many appends, then of each
 *             uint32 partition, uint32 bytes of the topic's name, uint32 how many records, the name, then of each record
 *               float64 time ms, uint32 bytes of the key, uint32 bytes of the value, key, value
 *   uint32  how many puts, then of each
 *             uint32 bytes of the key, uint32 bytes of the value or NOTHING, key, value
 */
export function encodeStep({ appends, puts }: Writes): ArrayBuffer {
  const buffer = Buffer.allocUnsafeSlow(bytesMaxOf({ appends, puts }));
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  let at = 0;
  view.setUint32(at, appends.length, true);
  at += 4;
  for (const { topic, partition, records } of appends) {
    const topicBytes = buffer.write(topic, at + 12);
    view.setUint32(at, partition, true);
    view.setUint32(at + 4, topicBytes, true);
    view.setUint32(at + 8, records.length, true);
    at += 12 + topicBytes;
    for (const { key, timeMs, value } of records) {
      const keyBytes = buffer.write(key, at + 16);
      view.setFloat64(at, timeMs, true);
      view.setUint32(at + 8, keyBytes, true);
      view.setUint32(at + 12, value.byteLength, true);
      buffer.set(value, at + 16 + keyBytes);
      at += 16 + keyBytes + value.byteLength;
    }
  }
  view.setUint32(at, puts.size, true);
  at += 4;
  for (const [key, value] of puts) {
    const keyBytes = buffer.write(key, at + 8);
    view.setUint32(at, keyBytes, true);
    view.setUint32(at + 4, value === null ? NOTHING : value.byteLength, true);
    if (value !== null) buffer.set(value, at + 8 + keyBytes);
    at += 8 + keyBytes + (value?.byteLength ?? 0);
  }
  return buffer.buffer;
}

/** Values are views of the bytes. */
export function decodeStep(bytes: ArrayBuffer): Writes {
  const buffer = Buffer.from(bytes);
  const view = new DataView(bytes);
  let at = 4;
  const appends = Array.from({ length: view.getUint32(0, true) }, (): StepAppend => {
    const partition = view.getUint32(at, true);
    const topicEnd = at + 12 + view.getUint32(at + 4, true);
    const count = view.getUint32(at + 8, true);
    const topic = buffer.toString('utf8', at + 12, topicEnd);
    at = topicEnd;
    const records: LogRecord[] = [];
    for (let i = 0; i < count; i++) {
      const valueAt = at + 16 + view.getUint32(at + 8, true);
      const end = valueAt + view.getUint32(at + 12, true);
      const key = buffer.toString('utf8', at + 16, valueAt);
      records.push({ key, timeMs: view.getFloat64(at, true), value: buffer.subarray(valueAt, end) });
      at = end;
    }
    return { topic, partition, records, guessed: null };
  });
  const puts = new Map<string, Uint8Array | null>();
  const putCount = view.getUint32(at, true);
  at += 4;
  for (let i = 0; i < putCount; i++) {
    const valueAt = at + 8 + view.getUint32(at, true);
    const valueBytes = view.getUint32(at + 4, true);
    const isThere = valueBytes !== NOTHING;
    const end = isThere ? valueAt + valueBytes : valueAt;
    puts.set(buffer.toString('utf8', at + 8, valueAt), isThere ? buffer.subarray(valueAt, end) : null);
    at = end;
  }
  return { appends, puts };
}

type Writes = Pick<StepWrites, 'appends' | 'puts'>;

/** More than a value can have. */
const NOTHING = 0xffff_ffff;

/** A UTF-16 unit is at most three bytes of UTF-8. */
function bytesMaxOf({ appends, puts }: Writes): number {
  let bytes = 8;
  for (const { topic, records } of appends) {
    bytes += 12 + topic.length * 3;
    for (const { key, value } of records) bytes += 16 + key.length * 3 + value.byteLength;
  }
  for (const [key, value] of puts) bytes += 8 + key.length * 3 + (value?.byteLength ?? 0);
  return bytes;
}
