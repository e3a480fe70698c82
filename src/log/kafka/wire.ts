/** Writes the primitive types of Kafka's protocol: big-endian numbers, strings and arrays after their length. */
export class WireWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(bytesExpected = 256) {
    this.#bytes = Buffer.allocUnsafe(bytesExpected);
  }

  int8(value: number): this {
    this.#at = this.#room(1).writeInt8(value, this.#at);
    return this;
  }

  int16(value: number): this {
    this.#at = this.#room(2).writeInt16BE(value, this.#at);
    return this;
  }

  int32(value: number): this {
    this.#at = this.#room(4).writeInt32BE(value, this.#at);
    return this;
  }

  int64(value: bigint): this {
    this.#at = this.#room(8).writeBigInt64BE(value, this.#at);
    return this;
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const length = Buffer.byteLength(value);
    this.int16(length);
    this.#at += this.#room(length).write(value, this.#at, 'utf8');
    return this;
  }

  /** With its length in front. */
  bytes(value: Buffer): this {
    this.int32(value.byteLength);
    this.#room(value.byteLength).set(value, this.#at);
    this.#at += value.byteLength;
    return this;
  }

  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #room(bytes: number): Buffer {
    if (this.#at + bytes > this.#bytes.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.byteLength, this.#at + bytes));
      larger.set(this.#bytes.subarray(0, this.#at));
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

/** Reads what `WireWriter` writes. Past the end it throws a RangeError. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#forward(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#forward(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#forward(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#forward(8));
  }

  string(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    const start = this.#forward(length);
    return this.#bytes.toString('utf8', start, this.#at);
  }

  /** A view, empty for null. */
  bytes(): Buffer {
    const length = Math.max(0, this.int32());
    const start = this.#forward(length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** Empty for null. */
  array<Item>(read: () => Item): Item[] {
    const length = Math.max(0, this.int32());
    return Array.from({ length }, read);
  }

  #forward(bytes: number): number {
    const start = this.#at;
    this.#at += bytes;
    if (this.#at > this.#bytes.byteLength) throw new RangeError(`expected ${bytes} more bytes at ${start}`);
    return start;
  }
}
