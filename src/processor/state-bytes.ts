/**
 * Writes the state of a key, compactly and always the same way: equal states give equal bytes.
 *
 *   whole    7 bits a byte, the lowest first, the high bit set in all but the last     5 → 05    300 → ac 02
 *   text     its length in bytes as a whole number, then UTF-8
 *   json     as text
 *   bytes    their number as a whole number, then the bytes
 *
 * One writer serves one operator again and again: `begin`, the values, `finish`, which copies.
 */
export class StateWriter {
  #bytes = Buffer.allocUnsafe(BYTES_AT_FIRST);
  #at = 0;

  /** The first byte of every state tells its format. */
  begin(format: number): this {
    this.#at = 0;
    this.#room(1);
    this.#bytes[this.#at++] = format;
    return this;
  }

  /** 0 to 2^53-1. */
  whole(value: number): this {
    this.#room(WHOLE_BYTES_MAX);
    let rest = value;
    // Beyond 31 bits the operators on bits would cut.
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
    return this;
  }

  /** A whole number that may be below zero: 0, -1, 1, -2 become 0, 1, 2, 3. */
  signed(value: number): this {
    return this.whole(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  text(value: string): this {
    if (value.length <= SHORT_TEXT_MAX && this.#shortText(value)) return this;
    const length = Buffer.byteLength(value);
    this.whole(length);
    this.#room(length);
    this.#at += this.#bytes.write(value, this.#at);
    return this;
  }

  json(value: unknown): this {
    return this.text(JSON.stringify(value));
  }

  /** What another writer finished, or what was read as bytes: a part that need not be taken apart to be written again. */
  bytes(value: Uint8Array): this {
    this.whole(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  finish(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(copy, 0, 0, this.#at);
    return copy;
  }

  /** Ids and names are mostly short and of one byte a letter, and then two calls out of JavaScript cost more than the letters. */
  #shortText(value: string): boolean {
    this.#room(1 + value.length);
    let at = this.#at;
    this.#bytes[at++] = value.length;
    for (let letter = 0; letter < value.length; letter++) {
      const code = value.charCodeAt(letter);
      if (code > 0x7f) return false;
      this.#bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(wider, 0, 0, this.#at);
    this.#bytes = wider;
  }
}

/** Most states are shorter. */
const BYTES_AT_FIRST = 4096;
/** Its length is one byte. */
const SHORT_TEXT_MAX = 40;
/** 53 bits by 7. */
const WHOLE_BYTES_MAX = 8;

/** Reads what `StateWriter` wrote, value by value in the same order. */
export class StateReader {
  readonly #bytes: Buffer;
  #at = 1;

  /** Throws where the first byte is another format: state is never guessed at. */
  constructor(bytes: Uint8Array, format: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes[0] !== format) throw new Error(`expected state of format ${format}, got ${bytes[0]}`);
  }

  whole(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error(`expected more state after ${this.#bytes.length} bytes`);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  signed(): number {
    const folded = this.whole();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }

  text(): string {
    const length = this.whole();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error(`expected ${length} bytes of text in the state`);
    const value = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return value;
  }

  json(): unknown {
    return JSON.parse(this.text());
  }

  /** Not copied. */
  bytes(): Uint8Array {
    const length = this.whole();
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new Error(`expected ${length} more bytes of state`);
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }
}
