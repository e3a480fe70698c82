/**
 * Snappy, as producers in Java write it: blocks of raw Snappy, each after its length, behind a header of 16 bytes that begins with
 * "\x82SNAPPY\0". Other producers write one raw block. It is only read: we write something better.
 */
export function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, STREAM_MAGIC.byteLength).equals(STREAM_MAGIC)) return decompressBlock(bytes);
  const blocks: Buffer[] = [];
  for (let at = STREAM_HEADER_BYTES; at < bytes.byteLength; ) {
    const end = at + 4 + bytes.readInt32BE(at);
    blocks.push(decompressBlock(bytes.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

const STREAM_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const STREAM_HEADER_BYTES = 16;

/** A batch is a few megabytes at most; a length beyond this is damage and not worth the memory. */
const BLOCK_BYTES_MAX = 256 * 1024 * 1024;

/**
 * The length as a varint, then elements, each with a tag byte whose lowest two bits say what it is:
 *
 *   00  literal: length - 1 in the upper six bits, or, from 60 on, in the 1 to 4 bytes that follow
 *   01  copy: length - 4 in bits 2-4, distance in bits 5-7 and one byte
 *   10  copy: length - 1 in the upper six bits, distance in two bytes
 *   11  copy: the same, distance in four bytes
 */
function decompressBlock(bytes: Buffer): Buffer {
  const { value: length, end } = readLength(bytes);
  if (length > BLOCK_BYTES_MAX) throw new RangeError(`a block of ${length} bytes`);
  const out = Buffer.allocUnsafe(length);
  let [from, to] = [end, 0];
  while (from < bytes.byteLength) {
    const tag = bytes.readUInt8(from++);
    if ((tag & 3) === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      const size = 1 + (extra === 0 ? tag >> 2 : bytes.readUIntLE(from, extra));
      from += extra;
      if (to + size > length || from + size > bytes.byteLength) throw new RangeError('a literal past the end');
      bytes.copy(out, to, from, from + size);
      from += size;
      to += size;
    } else {
      const short = (tag & 3) === 1;
      const distanceBytes = short ? 1 : (tag & 3) === 2 ? 2 : 4;
      const size = short ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
      const distance = bytes.readUIntLE(from, distanceBytes) + (short ? (tag >> 5) << 8 : 0);
      from += distanceBytes;
      to = copyBack(out, to, { distance, size });
    }
  }
  if (to !== length) throw new RangeError(`expected ${length} bytes, got ${to}`);
  return out;
}

/** What is copied may overlap what it makes: byte by byte then. */
function copyBack(out: Buffer, to: number, { distance, size }: { distance: number; size: number }): number {
  if (distance === 0 || distance > to || to + size > out.byteLength) throw new RangeError('a copy from outside');
  if (distance >= size) out.copy(out, to, to - distance, to - distance + size);
  else for (let i = to; i < to + size; i++) out[i] = out[i - distance] as number;
  return to + size;
}

function readLength(bytes: Buffer): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * 0x80 ** at;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new RangeError('a length of more than five bytes');
}
