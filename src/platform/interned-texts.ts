/**
 * Texts that come again and again as the same bytes: keys of records, names, values of enums. Where a text was made a moment ago it is handed out
 * again: nothing is made, and to look it up or to compare it is to compare an address.
 */
export class InternedTexts {
  readonly #texts: string[];
  readonly #mask: number;

  /** Holds at most so many, a power of two: where two of them want one place the later takes it. */
  constructor(places: number) {
    this.#texts = new Array<string>(places).fill('');
    this.#mask = places - 1;
  }

  /** The UTF-8 text from `from` on and before `to`. */
  at(bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length > LENGTH_MAX) return bytes.toString('utf8', from, to);
    let hash = length;
    let all = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      hash = (Math.imul(hash, 31) + byte) | 0;
      all |= byte;
    }
    // What is not of one byte a letter is not compared letter by letter.
    if (all > 0x7f) return bytes.toString('utf8', from, to);
    const place = (hash ^ (hash >>> 15)) & this.#mask;
    const known = this.#texts[place] as string;
    if (known.length === length && isText(known, bytes, from)) return known;
    const text = bytes.toString('latin1', from, to);
    this.#texts[place] = text;
    return text;
  }
}

/** What is longer seldom comes again, and costs more to compare than to make. */
const LENGTH_MAX = 48;

function isText(text: string, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
