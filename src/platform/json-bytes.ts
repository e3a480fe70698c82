/**
 * Writes JSON as bytes, piece by piece, where a text made of as many pieces would be as much to collect again. One writer is used again and again:
 * `begin`, the pieces, `finish`. What is finished stays where it was written, a hundred and more of them in one buffer: whoever keeps one of them
 * for long copies it.
 */
export class JsonBytes {
  #bytes = Buffer.alloc(0);
  /** Where what is being written begins, and where it goes on. */
  #from = 0;
  #at = 0;

  begin(): this {
    this.#from = this.#at;
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
    if (high === 0) this.#digits(value, digitCount(value));
    else {
      this.#digits(high, digitCount(high));
      this.#digits(value - high * BILLION, 9);
    }
    return this;
  }

  finish(): Buffer {
    return this.#bytes.subarray(this.#from, this.#at);
  }

  /** Of a small integer, with zeros in front where it has fewer than so many. */
  #digits(value: number, count: number): void {
    let rest = value;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const tenth = (rest / 10) | 0;
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
    const written = this.#at - this.#from;
    const next = Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, (written + bytes) * 2));
    this.#bytes.copy(next, 0, this.#from, this.#at);
    this.#bytes = next;
    this.#from = 0;
    this.#at = written;
  }
}

/** Of a whole number below 10^9. */
function digitCount(value: number): number {
  let count = 1;
  for (let power = 10; power <= value; power *= 10) count++;
  return count;
}

/** 64 KiB: to make one costs as much as to write ten outputs, and is hardly to be seen among a hundred. */
const BUFFER_BYTES = 64 * 1024;
const QUOTE = 0x22;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const BILLION = 1e9;
/** Of a whole number that a double holds exactly. */
const DIGITS_MAX = 16;
