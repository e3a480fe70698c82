/**
 * 32 random bits for (seed, index, stream): the same three give the same bits, in any order and without state, so event 7 can be made
 * again without the six before it. Two rounds of a full-avalanche mixer; not for secrets.
 */
export function randomAt(seed: number, index: number, stream: number): number {
  return mix(mix((seed + Math.imul(index, 0x9e3779b9)) | 0) + Math.imul(stream, 0x85ebca6b));
}

/** The bits after these: a cheap way to many numbers from one `randomAt`. */
export function nextRandom(bits: number): number {
  return mix((bits + 0x9e3779b9) | 0);
}

/** A seed as people write it (a number or any text) as 32 bits. */
export function seedBits(seed: string): number {
  let bits = 0x811c9dc5;
  for (const byte of Buffer.from(seed, 'utf8')) bits = Math.imul(bits ^ byte, 0x01000193);
  return mix(bits);
}

/** Every bit of the input changes half of the bits of the output (constants found by search: triple32 without its last round). */
function mix(bits: number): number {
  let x = bits;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
