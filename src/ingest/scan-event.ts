import { isUtf8 } from 'node:buffer';

/**
 * One pass over the bytes of one JSON object: what stands where on its first level, or the first thing that is not JSON.
 *
 * It takes the place of JSON.parse on the hot path, because it says what parsing forgets: how a number was written, which member came
 * twice, whether a key or a text has escapes. It accepts exactly what RFC 8259 calls an object (test/ingest/scan-event.test.ts compares
 * it with JSON.parse) in UTF-8 without a byte order mark, and it never throws.
 */
export function scanEvent(bytes: Buffer): ScannedEvent | ScanFault {
  const scanner = new Scanner(bytes);
  const members = scanner.object();
  return members ?? scanner.fault();
}

export interface ScannedEvent {
  readonly bytes: Buffer;
  /** In the order written, repeated keys included. */
  readonly members: readonly Member[];
  /** Position of the opening brace. */
  readonly start: number;
  /** Position after the closing brace. */
  readonly end: number;
  /** No byte above 127: positions in `latin1` are positions in the text. */
  readonly isAscii: boolean;
  /** The bytes, one character each. */
  readonly latin1: string;
  /** There is a line break between the tokens, so it is not one line. */
  readonly hasLineBreaks: boolean;
}

/** Positions are those of the bytes, ends exclusive, texts without their quotes. */
export interface Member {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly keyEscaped: boolean;
  readonly kind: ValueKind;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly valueEscaped: boolean;
}

type ValueKind = 'text' | 'number' | 'true' | 'false' | 'null' | 'object' | 'array';

export interface ScanFault {
  readonly fault: 'syntax' | 'depth' | 'not an object';
  /** Of the byte where it went wrong. */
  readonly at: number;
  readonly expected: string;
}

/** Declared fields are flat: nothing admitted is deeper than 1. The rest is so that a bracket bomb is named and not followed. */
export const DEPTH_MAX = 32;

/** The text of a member's key or value, escapes resolved. */
export function textOf(event: ScannedEvent, start: number, end: number, escaped: boolean): string {
  if (escaped) return JSON.parse(event.bytes.toString('utf8', start - 1, end + 1));
  return event.isAscii ? event.latin1.substring(start, end) : event.bytes.toString('utf8', start, end);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const LOWER_U = 0x75;
const LOWER_CASE_BIT = 0x20;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;

/** What may follow a backslash, besides u: " \ / b f n r t */
const SIMPLE_ESCAPES: ReadonlySet<number> = new Set([...'"\\/bfnrt'].map((c) => c.charCodeAt(0)));

/**
 * Every method stands on the first byte of its thing, leaves `#at` behind it, and returns whether it was one. The first fault stays.
 */
class Scanner {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at = 0;
  #sawEscape = false;
  #sawHighByte = false;
  #sawLineBreak = false;
  #fault: ScanFault | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  fault(): ScanFault {
    return this.#fault ?? { fault: 'syntax', at: this.#at, expected: 'JSON' };
  }

  object(): ScannedEvent | null {
    this.#space();
    const start = this.#at;
    if (this.#bytes[start] !== OPEN_BRACE) return this.#refuseOther();
    const members = this.#members();
    if (members === null) return null;
    const end = this.#at;
    this.#space();
    if (this.#at < this.#end) return this.#refuse('nothing after the closing "}"');
    if (this.#sawHighByte && !isUtf8(this.#bytes)) return this.#refuse('text in UTF-8');
    return {
      bytes: this.#bytes,
      members,
      start,
      end,
      isAscii: !this.#sawHighByte,
      latin1: this.#bytes.toString('latin1', 0, end),
      hasLineBreaks: this.#sawLineBreak,
    };
  }

  /** Another JSON value is the wrong thing; anything else is no JSON at all. */
  #refuseOther(): null {
    const at = this.#at;
    if (at === this.#end) return this.#refuse('a JSON object, "{…}"');
    if (this.#value(0) === null) return null;
    this.#space();
    if (this.#at < this.#end) return this.#refuse('a JSON object, "{…}"');
    this.#fault = { fault: 'not an object', at, expected: 'a JSON object, "{…}"' };
    return null;
  }

  #members(): Member[] | null {
    const members: Member[] = [];
    this.#at++;
    this.#space();
    if (this.#bytes[this.#at] === CLOSE_BRACE) {
      this.#at++;
      return members;
    }
    for (;;) {
      const keyStart = this.#at + 1;
      if (!this.#key()) return null;
      const keyEnd = this.#keyEnd;
      const keyEscaped = this.#sawEscape;
      const valueAt = this.#at;
      this.#sawEscape = false;
      const kind = this.#value(1);
      if (kind === null) return null;
      const quote = kind === 'text' ? 1 : 0;
      members.push({
        keyStart,
        keyEnd,
        keyEscaped,
        kind,
        valueStart: valueAt + quote,
        valueEnd: this.#at - quote,
        valueEscaped: this.#sawEscape,
      });
      this.#space();
      const next = this.#bytes[this.#at];
      if (next !== COMMA && next !== CLOSE_BRACE) return this.#refuse('"," or "}"');
      this.#at++;
      if (next === CLOSE_BRACE) return members;
      this.#space();
    }
  }

  #keyEnd = 0;

  /** The key, its colon, and the space on both sides of that. */
  #key(): boolean {
    if (this.#bytes[this.#at] !== QUOTE) return this.#refuse('a name in double quotes') !== null;
    this.#sawEscape = false;
    if (!this.#string()) return false;
    this.#keyEnd = this.#at - 1;
    this.#space();
    if (this.#bytes[this.#at] !== COLON) return this.#refuse('":"') !== null;
    this.#at++;
    this.#space();
    return true;
  }

  #value(depth: number): ValueKind | null {
    switch (this.#bytes[this.#at]) {
      case QUOTE:
        return this.#string() ? 'text' : null;
      case OPEN_BRACE:
        return this.#nested(depth, CLOSE_BRACE) ? 'object' : null;
      case OPEN_BRACKET:
        return this.#nested(depth, CLOSE_BRACKET) ? 'array' : null;
      case 0x74:
        return this.#word('true') ? 'true' : null;
      case 0x66:
        return this.#word('false') ? 'false' : null;
      case 0x6e:
        return this.#word('null') ? 'null' : null;
      default:
        return this.#number() ? 'number' : null;
    }
  }

  #nested(depth: number, close: number): boolean {
    if (depth >= DEPTH_MAX) {
      this.#fault ??= { fault: 'depth', at: this.#at, expected: `at most ${DEPTH_MAX} levels` };
      return false;
    }
    this.#at++;
    this.#space();
    if (this.#bytes[this.#at] === close) {
      this.#at++;
      return true;
    }
    for (;;) {
      if (close === CLOSE_BRACE && !this.#key()) return false;
      if (this.#value(depth + 1) === null) return false;
      this.#space();
      const next = this.#bytes[this.#at];
      if (next !== COMMA && next !== close) {
        return this.#refuse(close === CLOSE_BRACE ? '"," or "}"' : '"," or "]"') !== null;
      }
      this.#at++;
      if (next === close) return true;
      this.#space();
    }
  }

  #string(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at + 1;
    let highest = 0;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        if (highest > 127) this.#sawHighByte = true;
        this.#at = at + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        this.#sawEscape = true;
        this.#at = at;
        if (!this.#escape()) return false;
        at = this.#at;
        continue;
      }
      if (byte < SPACE) {
        this.#at = at;
        return this.#refuse('control characters in a text written as \\u00…') !== null;
      }
      highest |= byte;
      at++;
    }
    this.#at = at;
    return this.#refuse('a closing double quote') !== null;
  }

  #escape(): boolean {
    const escaped = this.#bytes[this.#at + 1] ?? 0;
    if (SIMPLE_ESCAPES.has(escaped)) {
      this.#at += 2;
      return true;
    }
    if (escaped !== LOWER_U)
      return this.#refuse('an escape that JSON knows: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u') !== null;
    for (let at = this.#at + 2; at < this.#at + 6; at++) {
      if (!isHexDigit(this.#bytes[at] ?? 0)) return this.#refuse('four hexadecimal digits after \\u') !== null;
    }
    this.#at += 6;
    return true;
  }

  #number(): boolean {
    if (this.#bytes[this.#at] === MINUS) this.#at++;
    if (this.#bytes[this.#at] === ZERO) this.#at++;
    else if (!this.#digits('a value')) return false;
    if (this.#bytes[this.#at] === POINT) {
      this.#at++;
      if (!this.#digits('a digit after the point')) return false;
    }
    if (((this.#bytes[this.#at] ?? 0) | LOWER_CASE_BIT) === LOWER_E) {
      this.#at++;
      const sign = this.#bytes[this.#at];
      if (sign === PLUS || sign === MINUS) this.#at++;
      if (!this.#digits('a digit of the exponent')) return false;
    }
    return true;
  }

  #digits(expected: string): boolean {
    const start = this.#at;
    for (let byte = this.#bytes[this.#at] ?? 0; byte >= ZERO && byte <= NINE; byte = this.#bytes[this.#at] ?? 0)
      this.#at++;
    return this.#at > start || this.#refuse(expected) !== null;
  }

  #word(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.#bytes[this.#at + i] !== word.charCodeAt(i)) return this.#refuse('a value') !== null;
    }
    this.#at += word.length;
    return true;
  }

  #space(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) this.#sawLineBreak = true;
      else if (byte !== SPACE && byte !== TAB) return;
      this.#at++;
    }
  }

  #refuse(expected: string): null {
    this.#fault ??= { fault: 'syntax', at: this.#at, expected };
    return null;
  }
}

function isHexDigit(byte: number): boolean {
  const lower = byte | LOWER_CASE_BIT;
  return (byte >= ZERO && byte <= NINE) || (lower >= 0x61 && lower <= 0x66);
}
