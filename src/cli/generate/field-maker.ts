import type { EventModel, FieldModel, KindModel } from '../../model/event-model.ts';
import { COUNTRIES, CURRENCIES, vocabularyOf } from './vocabulary.ts';

/**
 * How one field is filled. A value is held as a *pick*, one number: the place in a vocabulary, the units of a number, microseconds, the
 * index that an id is made of. So an event is a few numbers, and its text, its sums and its twin with one value changed are all made from them.
 */
export interface FieldMaker {
  readonly field: FieldModel;
  /** 32 random bits to a pick. `index` is the event's number, `timeUs` when it happened. */
  pick(random: number, index: number, timeUs: number): number;
  /** `,"name":value`; nothing for ABSENT. */
  fragment(pick: number): string;
  /** The value as a filter compares it: text, or a decimal number's text. Null for ABSENT. */
  text(pick: number): string | null;
}

/** The pick of a value that is not there. */
export const ABSENT = Number.MIN_SAFE_INTEGER;

/** Of the nullable fields, one value in ten is absent (6554 of 65536). */
const ABSENT_BELOW = 6_554;

export function fieldMaker(
  field: FieldModel,
  kind: KindModel,
  enums: EventModel['enums'],
  idPrefix: string,
): FieldMaker {
  if (field.name === kind.timeField) return new TimeMaker(field);
  if (field.name === uniqueField(kind)) return isNumeric(field) ? new IndexMaker(field) : new IdMaker(field, idPrefix);
  if (kind.idFields.includes(field.name) && isNumeric(field))
    return new WordMaker(field, firstNumbers(field), { quoted: false });
  switch (field.type) {
    case 'Decimal':
    case 'Float':
    case 'Int':
    case 'SafeInt':
      return new NumberMaker(field);
    case 'DateTime':
    case 'Date':
      return new TimeMaker(field);
    case 'Boolean':
      return new WordMaker(field, ['true', 'false'], { quoted: false });
    case 'Enum':
      return new WordMaker(field, enums.get(field.typeName)?.values.map((value) => value.name) ?? [], { quoted: true });
    case 'CountryCode':
      return new WordMaker(field, COUNTRIES, { quoted: true });
    case 'CurrencyCode':
      return new WordMaker(field, CURRENCIES, { quoted: true });
    case 'ID':
    case 'String':
      return new WordMaker(field, vocabularyOf(field, kind), { quoted: true });
  }
}

/**
 * The field that makes ids different: the only one; of several the time, else one that is an id and nothing besides (a sensor has many readings,
 * a rating has versions), else the last.
 */
export function uniqueField(kind: KindModel): string {
  if (kind.idFields.includes(kind.timeField)) return kind.timeField;
  const only = kind.fields.find(
    ({ name, type, dimension }) =>
      kind.idFields.includes(name) && type === 'ID' && name !== kind.keyField && dimension === null,
  );
  return only?.name ?? kind.idFields.at(-1) ?? kind.keyField;
}

export function isNumeric(
  field: FieldModel,
): field is FieldModel & { readonly type: 'Int' | 'SafeInt' | 'Float' | 'Decimal' } {
  return field.type === 'Int' || field.type === 'SafeInt' || field.type === 'Float' || field.type === 'Decimal';
}

/** Values from a vocabulary by Zipf's law: the second half as often as the first, the third a third as often, as people buy and click. */
class WordMaker implements FieldMaker {
  readonly field: FieldModel;
  readonly #words: readonly string[];
  readonly #fragments: readonly string[];
  readonly #ranks: Uint16Array;

  constructor(field: FieldModel, words: readonly string[], options: { readonly quoted: boolean }) {
    this.field = field;
    this.#words = words;
    this.#fragments = words.map((word) => `,"${field.name}":${options.quoted ? JSON.stringify(word) : word}`);
    this.#ranks = zipfRanks(words.length);
  }

  pick(random: number): number {
    if (this.field.nullable && random >>> 16 < ABSENT_BELOW) return ABSENT;
    return this.#ranks[random & 0xffff] ?? 0;
  }

  fragment(pick: number): string {
    return pick === ABSENT ? '' : (this.#fragments[pick] ?? '');
  }

  text(pick: number): string | null {
    return pick === ABSENT ? null : (this.#words[pick] ?? null);
  }
}

/** Numbers, log-normal as amounts and durations are, within the declared bounds; bell-shaped where both bounds are near each other. */
export class NumberMaker implements FieldMaker {
  readonly field: FieldModel;
  /** A pick is the number times 10^digits. */
  readonly digits: number;
  readonly #quantiles: Float64Array;
  readonly #step: number;
  readonly #most: number;
  readonly #pad: readonly string[];
  readonly #quote: string;

  constructor(field: FieldModel) {
    this.field = field;
    this.digits = digitsOf(field);
    // Floats in eighths: such numbers are exact in binary, so that a sum of them is the same in whatever order it is made.
    this.#step = field.type === 'Float' ? 125 : 1;
    this.#quantiles = quantilesWithin(field, 10 ** this.digits);
    this.#most = Math.floor((this.#quantiles[QUANTILES] ?? 0) / this.#step) * this.#step;
    this.#pad = Array.from({ length: 10 ** this.digits }, (_, at) => `.${String(at).padStart(this.digits, '0')}`);
    this.#quote = field.type === 'Decimal' ? '"' : '';
  }

  pick(random: number): number {
    if (this.field.nullable && random % 0x10000 < ABSENT_BELOW) return ABSENT;
    const at = random >>> 21;
    const low = this.#quantiles[at] ?? 0;
    const high = this.#quantiles[at + 1] ?? low;
    const within = (random & 0x1fffff) / 0x200000;
    return Math.min(Math.ceil((low + (high - low) * within) / this.#step) * this.#step, this.#most);
  }

  fragment(pick: number): string {
    return pick === ABSENT ? '' : `,"${this.field.name}":${this.#quote}${this.#decimal(pick)}${this.#quote}`;
  }

  text(pick: number): string | null {
    return pick === ABSENT ? null : this.#decimal(pick);
  }

  #decimal(units: number): string {
    if (this.digits === 0) return String(units);
    const size = Math.abs(units);
    const whole = Math.floor(size / 10 ** this.digits);
    return (units < 0 ? '-' : '') + whole + (this.#pad[size - whole * 10 ** this.digits] ?? '');
  }
}

/** The event's time in its own field; another DateTime or Date field gets a time up to an hour before it. */
class TimeMaker implements FieldMaker {
  readonly field: FieldModel;

  constructor(field: FieldModel) {
    this.field = field;
  }

  pick(_random: number, _index: number, timeUs: number): number {
    return timeUs;
  }

  fragment(pick: number): string {
    return `,"${this.field.name}":"${this.text(pick)}"`;
  }

  text(pick: number): string {
    const text = instantText(pick);
    return this.field.type === 'Date' ? text.slice(0, 10) : text;
  }
}

/** An id of text: the prefix of the run (eight hexadecimal digits) and the event's number. */
class IdMaker implements FieldMaker {
  readonly field: FieldModel;
  readonly #prefix: string;
  /** A field whose pattern asks for a form of its own most often asks for a UUID. */
  readonly #isUuid: boolean;

  constructor(field: FieldModel, prefix: string) {
    this.field = field;
    this.#prefix = prefix;
    this.#isUuid = field.constraint.pattern !== null && !new RegExp(field.constraint.pattern, 'u').test(`${prefix}-1`);
    const example = this.text(1);
    if (field.constraint.pattern !== null && !new RegExp(field.constraint.pattern, 'u').test(example)) {
      throw new Error(
        `cannot make ids for ${field.name}: pattern ${field.constraint.pattern} does not accept ${example}`,
      );
    }
  }

  pick(_random: number, index: number): number {
    return index;
  }

  fragment(pick: number): string {
    return `,"${this.field.name}":"${this.text(pick)}"`;
  }

  text(pick: number): string {
    if (this.#isUuid) return `${this.#prefix}-0000-4000-8000-${pick.toString(16).padStart(12, '0')}`;
    return `${this.#prefix}-${pick}`;
  }
}

/** An id, or a part of one, that is a number: the event's own. */
class IndexMaker implements FieldMaker {
  readonly field: FieldModel;
  readonly #least: number;

  constructor(field: FieldModel) {
    this.field = field;
    this.#least = Math.ceil(Number(field.constraint.min ?? 0));
  }

  pick(_random: number, index: number): number {
    return this.#least + index;
  }

  fragment(pick: number): string {
    return `,"${this.field.name}":${pick}`;
  }

  text(pick: number): string {
    return String(pick);
  }
}

/** A version or a part number beside an id: mostly the first, seldom the third. */
function firstNumbers(field: FieldModel): readonly string[] {
  const first = Math.ceil(Number(field.constraint.min ?? 1));
  return [first, first + 1, first + 2].map(String);
}

/** Cents for money, whole numbers for counts; a scale of four is a bound on precision, not a habit of prices. */
function digitsOf(field: FieldModel): number {
  if (field.type === 'Decimal') return Math.min(field.constraint.scale ?? 2, 2);
  return field.type === 'Float' ? 3 : 0;
}

const QUANTILES = 2048;

/** QUANTILES + 1 picks from the smallest to the greatest; a random one of them, and a place up to the next, has the distribution. */
function quantilesWithin(field: FieldModel, unit: number): Float64Array {
  const bounds = field.constraint;
  const least = Math.ceil(
    Number(bounds.min ?? (bounds.max !== null && Number(bounds.max) <= 0 ? Number(bounds.max) - 100 : 1)) * unit,
  );
  const most = Math.floor(Number(bounds.max ?? Math.max(1e6, Number(bounds.min ?? 0) * 1e3)) * unit);
  const range = most - least;
  // Pieces are few, amounts and durations are some tens.
  const usual = field.type === 'Int' ? 2 : 30;
  const isNarrow = bounds.min !== null && bounds.max !== null && range / unit <= 1000;
  return Float64Array.from({ length: QUANTILES + 1 }, (_, at) => {
    // Both ends of a distribution without ends are cut at 1 in 4,096: real extremes are rarer, and are found by their own tests.
    const share = Math.min(Math.max(at / QUANTILES, 0.5 / QUANTILES), 1 - 0.5 / QUANTILES);
    const z = normalQuantile(share);
    // A narrow range is filled around its middle (3.5 deviations to each side); else the median is above the least by what is usual.
    const units = isNarrow ? least + range * (0.5 + z / 7) : least + usual * unit * Math.exp(1.1 * z);
    return Math.min(Math.max(Math.round(units), least), most);
  });
}

/** Inverse of the normal distribution (Acklam's central and tail approximations, error below 1.2e-9: far more than needed). */
function normalQuantile(share: number): number {
  const tail = 0.02425;
  if (share > 1 - tail) return -normalQuantile(1 - share);
  if (share < tail) {
    const q = Math.sqrt(-2 * Math.log(share));
    const c = [
      -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
      2.938163982698783,
    ];
    const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
    return horner(c, q) / horner(d, q);
  }
  const q = share - 0.5;
  const r = q * q;
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  return (horner(a, r) * q) / horner(b, r);
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** 65,536 ranks, each as often as Zipf's law (exponent 0.9) says, so that a draw is one look into a table. */
function zipfRanks(count: number): Uint16Array {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** 0.9);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const ranks = new Uint16Array(65_536);
  let rank = 0;
  let reached = (weights[0] ?? 0) / total;
  for (let at = 0; at < ranks.length; at++) {
    while ((at + 0.5) / ranks.length > reached && rank < count - 1) {
      rank++;
      reached += (weights[rank] ?? 0) / total;
    }
    ranks[at] = rank;
  }
  return ranks;
}

/** RFC 3339 in UTC with microseconds. The day's text is kept from call to call: events come in the order of time. */
function instantText(timeUs: number): string {
  const second = Math.floor(timeUs / 1_000_000);
  const micros = timeUs - second * 1_000_000;
  const day = Math.floor(second / 86_400);
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = new Date(day * 86_400_000).toISOString().slice(0, 11);
  }
  const inDay = second - day * 86_400;
  const hour = Math.floor(inDay / 3600);
  const minute = Math.floor(inDay / 60) % 60;
  const milli = Math.floor(micros / 1000);
  return `${lastDayText}${two(hour)}:${two(minute)}:${two(inDay % 60)}.${three(milli)}${three(micros - milli * 1000)}Z`;
}

let lastDay = Number.NaN;
let lastDayText = '';

const TWO = Array.from({ length: 100 }, (_, at) => String(at).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, at) => String(at).padStart(3, '0'));
const two = (value: number): string => TWO[value] ?? '';
const three = (value: number): string => THREE[value] ?? '';
