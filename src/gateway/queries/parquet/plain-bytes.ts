/** How Parquet's encoding PLAIN writes values, one behind the other. */

export function int32s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeInt32LE(value, at * 4);
  return bytes;
}

export function int64s(values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [at, value] of values.entries()) bytes.writeBigInt64LE(value, at * 8);
  return bytes;
}

export function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [at, value] of values.entries()) bytes.writeDoubleLE(value, at * 8);
  return bytes;
}

/** Eight to a byte: the first is the lowest bit of the first byte. */
export function packBits(values: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(values.length / 8));
  for (const [at, value] of values.entries()) {
    if (value) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return bytes;
}

/** Each with its length in front. */
export function texts(values: readonly string[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value);
      return [uint32(bytes.length), bytes];
    }),
  );
}

/** Two's complement of a given width, highest byte first. */
export function bigEndian({ numbers, bytes }: { numbers: readonly bigint[]; bytes: number }): Buffer {
  const hex = numbers.map((number) =>
    BigInt.asUintN(bytes * 8, number)
      .toString(16)
      .padStart(bytes * 2, '0'),
  );
  return Buffer.from(hex.join(''), 'hex');
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
