import { InternedTexts } from '../../platform/interned-texts.ts';

/** The members of an event as they are stored. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * The members of one event as they lie in its record, from the first quote on to the closing brace. A job that asks for two of ten pays for two:
 * where each begins is found in one pass, and a value is made when it is asked for. What it says is what JSON.parse says.
 *
 * It has no names of its own, so that a field may have any: what it does is asked of the class.
 */
export class StoredFields {
  readonly [field: string]: unknown;
  readonly #bytes: Buffer;
  readonly #from: number;
  readonly #to: number;
  #whole: Members | null;

  /** They end before `to`. `whole` where they were parsed already. */
  constructor(bytes: Buffer, from: number, to: number, whole: Members | null = null) {
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
    this.#whole = whole;
  }

  /** All of them, parsed once. */
  static whole(fields: StoredFields): Members {
    fields.#whole ??= JSON.parse(StoredFields.#text(fields)) as Members;
    return fields.#whole;
  }

  /** All of them as they are written; null where they were parsed. */
  static json(fields: StoredFields): string | null {
    return fields.#whole === null ? StoredFields.#text(fields) : null;
  }

  static #text(fields: StoredFields): string {
    return `{${fields.#bytes.toString('utf8', fields.#from, fields.#to)}`;
  }

  /** Undefined where there is none of this name. `comesAgain`: the same value was seen lately, or will be. */
  static read(fields: StoredFields, field: FieldName, comesAgain = true): unknown {
    if (fields.#whole !== null) return fields.#whole[field.name];
    if (foundFor !== fields) {
      foundFor = fields;
      isPlain = find(fields.#bytes, fields.#from, fields.#to);
    }
    if (!isPlain) return StoredFields.whole(fields)[field.name];
    const place = field.place();
    return place < 0 ? undefined : valueAt(fields.#bytes, place, comesAgain);
  }
}

/** By which a field is asked for. Events of a kind are mostly laid out alike: which member it is was found with an event before. */
export class FieldName {
  readonly name: string;
  #layout = -1;
  #place = -1;

  constructor(name: string) {
    this.name = name;
  }

  /** Which member of the event that was asked last it is; of several with one name the last. Below 0: none. */
  place(): number {
    if (this.#layout !== layout) {
      this.#layout = layout;
      this.#place = foundCount - 1;
      while (this.#place >= 0 && foundNames[this.#place] !== this.name) this.#place--;
    }
    return this.#place;
  }
}

/** Has a getter for each of these names: `new (fieldsClass(['amount']))(bytes, from, to).amount`. Made once for a kind. */
export function fieldsClass(names: readonly string[]): FieldsClass {
  class Fields extends StoredFields {}
  for (const name of names) {
    const field = new FieldName(name);
    Object.defineProperty(Fields.prototype, name, {
      get(this: StoredFields) {
        return StoredFields.read(this, field);
      },
    });
  }
  return Fields;
}

export type FieldsClass = new (bytes: Buffer, from: number, to: number, whole?: Members | null) => StoredFields;

/** Where the values of the event that was asked last lie: what is asked of one event is mostly asked at once. */
let foundFor: StoredFields | null = null;
let isPlain = false;
let foundCount = 0;
const foundNames: string[] = [];
const foundFrom: number[] = [];
const foundTo: number[] = [];
const foundEscaped: boolean[] = [];
/** Another number whenever the names, or how many there are, were not those of the event before. */
let layout = 0;

/** Names of members: some hundred in all. */
const NAMES = new InternedTexts(1_024);
/** Values of enums, countries, paths: those that come again. */
const VALUES = new InternedTexts(8_192);

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const ZERO = 0x30;
const COLON = 0x3a;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
/** The last letter of `true` and `null`. */
const LETTER_U = 0x75;
const CLOSE = 0x7d;

/**
 * Notes where each value lies. False where the members are not written as they nearly always are: names without escapes, no white space, plain
 * values. Fields have no other.
 */
function find(bytes: Buffer, from: number, to: number): boolean {
  let count = 0;
  for (let at = from; ; at++) {
    if (bytes[at] !== QUOTE) return false;
    const nameTo = endOfName(bytes, at + 1, to, count);
    if (nameTo < 0 || bytes[nameTo + 1] !== COLON) return false;
    const valueFrom = nameTo + 2;
    foundEscapes = false;
    at = bytes[valueFrom] === QUOTE ? endOfText(bytes, valueFrom, to) + 1 : endOfWord(bytes, valueFrom, to);
    const end = bytes[at];
    if (end !== COMMA && end !== CLOSE) return false;
    foundFrom[count] = valueFrom;
    foundTo[count] = at;
    foundEscaped[count] = foundEscapes;
    count++;
    if (end === CLOSE) {
      if (count !== foundCount) layout++;
      foundCount = count;
      return at === to - 1;
    }
  }
}

/** Where the closing quote of a name is, which is noted; -1 where it is not plain. */
function endOfName(bytes: Buffer, from: number, to: number, place: number): number {
  // Nearly always it is the one that was there in the event before.
  const before = foundNames[place] ?? '';
  let at = from;
  for (let letter = 0; letter < before.length && before.charCodeAt(letter) === bytes[at]; letter++) at++;
  if (at === from + before.length && bytes[at] === QUOTE) return at;
  for (at = from; bytes[at] !== QUOTE; at++) {
    const byte = bytes[at] as number;
    if (at >= to || byte === BACKSLASH || byte > 0x7e) return -1;
  }
  foundNames[place] = NAMES.at(bytes, from, at);
  layout++;
  return at;
}

/** Behind the last byte of `true`, `null`, -1.5e+3; whatever else there is stands where a comma is expected. */
function endOfWord(bytes: Buffer, from: number, to: number): number {
  let at = from;
  for (; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte <= COMMA ? byte !== PLUS : byte > LETTER_U || byte === BRACKET) break;
  }
  return at;
}

/** Where its closing quote is; behind the last byte where it has none. */
let foundEscapes = false;

function endOfText(bytes: Buffer, from: number, to: number): number {
  let at = from + 1;
  for (; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) {
      foundEscapes = true;
      at++;
    }
  }
  return at;
}

function valueAt(bytes: Buffer, place: number, comesAgain: boolean): unknown {
  const from = foundFrom[place] as number;
  const to = foundTo[place] as number;
  switch (bytes[from]) {
    case QUOTE:
      // What is escaped in the text is what it is written for.
      if (foundEscaped[place]) return JSON.parse(bytes.toString('utf8', from, to));
      return comesAgain ? VALUES.at(bytes, from + 1, to - 1) : bytes.toString('utf8', from + 1, to - 1);
    case LETTER_T:
      return true;
    case LETTER_F:
      return false;
    case LETTER_N:
      return null;
    default:
      return numberAt(bytes, from, to);
  }
}

/** Whole numbers of few digits are added up, all others are what JSON says. */
function numberAt(bytes: Buffer, from: number, to: number): number {
  if (to - from > DIGITS_MAX) return JSON.parse(bytes.toString('latin1', from, to));
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return JSON.parse(bytes.toString('latin1', from, to));
    value = value * 10 + digit;
  }
  return value;
}

/** 15 digits are exact in a double. */
const DIGITS_MAX = 15;
