/** CRC-32C (Castagnoli), which Kafka's batches carry. Eight bytes a round by eight tables: four times as fast as one at a time. */
export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  let crc = -1;
  let at = 0;
  for (const whole = bytes.length & ~7; at < whole; at += 8) {
    crc ^= byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);
    crc =
      entry(t7, crc & 0xff) ^
      entry(t6, (crc >>> 8) & 0xff) ^
      entry(t5, (crc >>> 16) & 0xff) ^
      entry(t4, crc >>> 24) ^
      entry(t3, byte(bytes, at + 4)) ^
      entry(t2, byte(bytes, at + 5)) ^
      entry(t1, byte(bytes, at + 6)) ^
      entry(t0, byte(bytes, at + 7));
  }
  for (; at < bytes.length; at++) crc = entry(t0, (crc ^ byte(bytes, at)) & 0xff) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** Both indices are always inside: the loops above say so, the compiler cannot. */
const byte = (bytes: Uint8Array, at: number): number => bytes[at] as number;
const entry = (table: Int32Array, at: number): number => table[at] as number;

type Eight = readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

const TABLES = makeTables();

/** Table n says what a byte does to the checksum after n more bytes of zero. */
function makeTables(): Eight {
  const first = Int32Array.from({ length: 256 }, (_, value) => {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
  const after = (table: Int32Array) => table.map((crc) => (crc >>> 8) ^ entry(first, crc & 0xff));
  const second = after(first);
  const third = after(second);
  const fourth = after(third);
  const fifth = after(fourth);
  const sixth = after(fifth);
  const seventh = after(sixth);
  return [first, second, third, fourth, fifth, sixth, seventh, after(seventh)];
}
