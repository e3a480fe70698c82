/**
 * Which partition a key belongs to: murmur2 over the UTF-8 bytes, as Kafka's own clients do it, so that both logs and every foreign
 * producer put a key in the same place.
 */
export function partitionOf(key: string, partitionCount: number): number {
  return partitionCount === 1 ? 0 : (murmur2OfText(key) & 0x7fffffff) % partitionCount;
}

/** Keys are short and there is one for each record: their bytes go into one buffer, overwritten by the next. */
const scratch = Buffer.alloc(256);

function murmur2OfText(key: string): number {
  if (key.length * 3 > scratch.length) return murmur2(Buffer.from(key, 'utf8'));
  return murmur2(scratch, scratch.write(key, 'utf8'));
}

/** MurmurHash2, 32 bit, seed 0x9747b28c: the variant in Apache Kafka's `Utils.murmur2`. Of the first `length` bytes. */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
  const m = 0x5bd1e995;
  let hash = 0x9747b28c ^ length;
  const wholeWords = length >> 2;
  for (let word = 0; word < wholeWords; word++) {
    const at = word << 2;
    let k =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    hash = Math.imul(hash, m) ^ k;
  }
  const tail = wholeWords << 2;
  const rest = length & 3;
  if (rest === 3) hash ^= (bytes[tail + 2] as number) << 16;
  if (rest >= 2) hash ^= (bytes[tail + 1] as number) << 8;
  if (rest >= 1) {
    hash ^= bytes[tail] as number;
    hash = Math.imul(hash, m);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, m);
  hash ^= hash >>> 15;
  return hash | 0;
}
