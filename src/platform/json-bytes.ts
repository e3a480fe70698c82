/**
 * Writes JSON as bytes, piece by piece, where a text made of as many pieces would be as much to collect again. One writer is used again and again:
 * `begin`, the pieces, `finish`, which copies.
 */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(BYTES_AT_FIRST);
  #at = 0;

  begin(): this {
    this.#at = 0;
    return this;
  }

  /** As it is. */
  raw(json: string): this {
    this.#room(json.length);
    if (!this.#put(json)) this.#utf8(json);
    return this;
  }

  /** In quotes. */
  text(value: string): this {
    this.#room(value.length + 2);
    const start = this.#at;
    this.#bytes[this.#at++] = QUOTE;
    if (this.#putPlain(value)) {
      this.#bytes[this.#at++] = QUOTE;
      return this;
    }
    this.#at = start;
    this.#utf8(JSON.stringify(value));
    return this;
  }

  textOrNull(value: string | null): this {
    return value === null ? this.raw('null') : this.text(value);
  }

  /** Throws where it is not a whole number. */
  whole(value: number): this {
    if (!Number.isInteger(value)) throw new RangeError(`expected a whole number, got ${value}`);
    if (value < 0 || value > Number.MAX_SAFE_INTEGER) return this.raw(String(value));
    this.#room(DIGITS_MAX);
    // In parts of nine digits, of which each is a small integer.
    const high = Math.floor(value / BILLION);
    if (high === 0) this.#digits(value, 1);
    else {
      this.#digits(high, 1);
      this.#digits(value - high * BILLION, 9);
    }
    return this;
  }

  finish(): Buffer {
    const copy = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(copy, 0, 0, this.#at);
    return copy;
  }

  /** With zeros in front where it has fewer than so many. */
  #digits(value: number, least: number): void {
    let count = least;
    for (let power = 10 ** least; power <= value; power *= 10) count++;
    let rest = value;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    this.#at += count;
  }

  /** False, and nothing is written, where a letter takes more than a byte. */
  #put(text: string): boolean {
    let at = this.#at;
    for (let letter = 0; letter < text.length; letter++) {
      const code = text.charCodeAt(letter);
      if (code > 0x7f) return false;
      this.#bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  /** False also where a letter has to be escaped. */
  #putPlain(text: string): boolean {
    let at = this.#at;
    for (let letter = 0; letter < text.length; letter++) {
      const code = text.charCodeAt(letter);
      if (code < 0x20 || code > 0x7f || code === QUOTE || code === BACKSLASH) return false;
      this.#bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #utf8(text: string): void {
    const length = Buffer.byteLength(text);
    this.#room(length);
    this.#at += this.#bytes.write(text, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(wider, 0, 0, this.#at);
    this.#bytes = wider;
  }
}

const BYTES_AT_FIRST = 4096;
const QUOTE = 0x22;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const BILLION = 1e9;
/** Of a whole number that a double holds exactly. */
const DIGITS_MAX = 16;
