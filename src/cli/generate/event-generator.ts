import type { EventModel, KindModel } from '../../model/event-model.ts';
import { compositeId } from '../../model/record-format.ts';
import { type BrokenForm, brokenForms } from './broken-form.ts';
import { fieldMaker, uniqueField } from './field-maker.ts';
import { type Fate, type Item, NO_SHARES, type Shares } from './item.ts';
import { Lives } from './lives.ts';
import { ABSENT, type FieldMaker } from './pick.ts';
import { nextRandom, randomAt, seedBits } from './random.ts';

export interface GeneratorOptions {
  readonly kind: KindModel;
  readonly enums: EventModel['enums'];
  /** The same seed and timeline give the same items, byte for byte. Different seeds give different ids. */
  readonly seed: string;
  readonly timeline: Timeline;
  /** Default: every item is fresh. */
  readonly shares?: Partial<Shares>;
  /**
   * Events of one key belong together, as those of one person do (`Lives`): for whoever looks at alerts. Default false: every field is drawn by
   * itself, and some keys are far busier than others, which is harder for what stores them.
   */
  readonly lifelike?: boolean;
}

/** When events happened: the i-th at `startMs + i * stepMs`, give or take up to two seconds of disorder. */
export interface Timeline {
  readonly startMs: number;
  readonly stepMs: number;
}

/**
 * Items of one kind, each a pure function of the options and its index. Sent in the order of their indices, one request after another, each
 * gets exactly the verdict it names: what it repeats or contradicts was sent before it.
 */
export class EventGenerator {
  readonly kind: KindModel;
  readonly makers: readonly FieldMaker[];
  readonly brokenForms: readonly BrokenForm[];
  readonly #seed: number;
  readonly #timeline: Timeline;
  readonly #fates: readonly { readonly fate: Fate; readonly below: number }[];
  readonly #idFieldsAt: readonly number[];
  readonly #contradictedAt: number | null;
  readonly #timeIsUnique: boolean;
  readonly #disorderMs: number;
  /** Scratch of one `make`: the bits that each field was picked from. */
  readonly #randoms: Uint32Array;
  /** Whose bits a field is picked from: its own, or those of the id that it describes. */
  readonly #randomFrom: readonly number[];
  readonly #lives: Lives | null;

  constructor(options: GeneratorOptions) {
    const { kind, lifelike = false } = options;
    this.kind = kind;
    this.#seed = seedBits(options.seed);
    this.#timeline = options.timeline;
    const idPrefix = this.#seed.toString(16).padStart(8, '0');
    this.makers = kind.fields.map((field) => fieldMaker(field, kind, options.enums, { idPrefix, lifelike }));
    this.#lives = lifelike ? new Lives(kind, this.makers) : null;
    this.brokenForms = brokenForms(kind);
    this.#idFieldsAt = kind.idFields.map((name) => kind.fields.findIndex((field) => field.name === name));
    this.#contradictedAt = contradictedField(kind, this.makers);
    this.#fates = thresholds({ ...NO_SHARES, ...options.shares });
    this.#timeIsUnique = uniqueField(kind) === kind.timeField;
    this.#randoms = new Uint32Array(kind.fields.length);
    this.#randomFrom = kind.fields.map((_, at) => describedIdOf(kind, at) ?? at);
    this.#disorderMs = Math.min(DISORDER_MS_MAX, Math.max(options.timeline.stepMs, 1) * 8);
  }

  /** An empty one to hand to `make`. */
  item(): Item {
    const picks = this.makers.map(() => ABSENT);
    return { index: -1, fate: 'fresh', verdict: 'ADMITTED', id: null, timeUs: 0, line: '', picks };
  }

  make(index: number, item: Item): Item {
    if (this.#timeIsUnique && index >= MICROS)
      throw new RangeError(`at most ${MICROS} events a seed where time is part of the id`);
    item.index = index;
    item.fate = this.#fateOf(index);
    switch (item.fate) {
      case 'fresh':
      case 'late':
        return this.#event(index, item, 'ADMITTED');
      case 'duplicate':
      case 'conflict':
        return this.#again(item);
      case 'future':
        return this.#event(index, item, 'TIME_IN_FUTURE');
      case 'too-old':
        return this.#event(index, item, 'TIME_TOO_OLD');
      case 'broken':
        return this.#broken(item);
    }
  }

  #fateOf(index: number): Fate {
    const random = randomAt(this.#seed, index, FATE_STREAM);
    for (const { fate, below } of this.#fates) if (random < below) return fate;
    return 'fresh';
  }

  #event(index: number, item: Item, verdict: Item['verdict']): Item {
    this.#pickAll(index, item.fate, item);
    item.verdict = verdict;
    item.id = this.#idOf(item);
    item.line = this.#text(item);
    return item;
  }

  #pickAll(index: number, fate: Fate, item: Item): void {
    let random = randomAt(this.#seed, index, CONTENT_STREAM);
    item.timeUs = this.#timeOf(index, fate, random);
    for (let at = 0; at < this.makers.length; at++) {
      random = nextRandom(random);
      this.#randoms[at] = random;
    }
    this.#lives?.bend(this.#randoms, index, item.timeUs);
    for (let at = 0; at < this.makers.length; at++) {
      const source = this.#randoms[this.#randomFrom[at] ?? at] ?? 0;
      item.picks[at] = this.makers[at]?.pick(source, index, item.timeUs) ?? ABSENT;
    }
  }

  #timeOf(index: number, fate: Fate, random: number): number {
    const disorderMs = (random % 1024) * (this.#disorderMs / 1024);
    const timeMs = this.#timeline.startMs + index * this.#timeline.stepMs - disorderMs - shiftMs(fate, random);
    // Where the time makes the id, its microseconds are the index: no two events of a seed have the same.
    return this.#timeIsUnique ? Math.floor(timeMs / 1000) * MICROS + index : Math.floor(timeMs * 1000);
  }

  /** What an earlier admitted item was, as it was or with one value changed. Where there is none yet, a fresh event. */
  #again(item: Item): Item {
    const { index, fate } = item;
    const originalIndex = this.#admittedBefore(index);
    if (originalIndex === null || (fate === 'conflict' && this.#contradictedAt === null)) {
      item.fate = 'fresh';
      return this.#event(index, item, 'ADMITTED');
    }
    this.#pickAll(originalIndex, this.#fateOf(originalIndex), item);
    if (fate === 'conflict') this.#contradict(item);
    item.verdict = fate === 'conflict' ? 'ID_CONFLICT' : 'DUPLICATE';
    item.id = this.#idOf(item);
    item.line = this.#text(item);
    return item;
  }

  #admittedBefore(index: number): number | null {
    const reach = Math.min(index, REPEATED_WITHIN);
    if (reach === 0) return null;
    for (let at = index - 1 - (randomAt(this.#seed, index, ORIGINAL_STREAM) % reach); at >= 0; at--) {
      const fate = this.#fateOf(at);
      if (fate === 'fresh' || fate === 'late') return at;
    }
    return null;
  }

  #contradict(item: Item): void {
    const at = this.#contradictedAt;
    const maker = at === null ? undefined : this.makers[at];
    if (at === null || maker === undefined) return;
    const before = item.picks[at];
    let random = randomAt(this.#seed, item.index, ORIGINAL_STREAM);
    do {
      random = nextRandom(random);
      item.picks[at] = maker.pick(random, item.index, item.timeUs);
    } while (item.picks[at] === before || item.picks[at] === ABSENT);
  }

  #broken(item: Item): Item {
    this.#pickAll(item.index, 'fresh', item);
    const form = this.brokenForms[randomAt(this.#seed, item.index, ORIGINAL_STREAM) % this.brokenForms.length];
    if (form === undefined) throw new Error('a kind can always be broken');
    item.id = null;
    item.verdict = form.code;
    item.line = form.line(this.#fragments(item));
    return item;
  }

  #idOf(item: Item): string {
    const only = this.#idFieldsAt.length === 1 ? this.#idFieldsAt[0] : undefined;
    if (only !== undefined) return this.#textAt(item, only);
    return compositeId(this.#idFieldsAt.map((at) => this.#textAt(item, at)));
  }

  #textAt(item: Item, at: number): string {
    return this.makers[at]?.text(item.picks[at] ?? ABSENT) ?? '';
  }

  #text(item: Item): string {
    let text = '';
    for (let at = 0; at < this.makers.length; at++) text += this.makers[at]?.fragment(item.picks[at] ?? ABSENT);
    return `{${text.slice(1)}}`;
  }

  #fragments(item: Item): string[] {
    return this.makers.map((maker, at) => maker.fragment(item.picks[at] ?? ABSENT));
  }
}

const FATE_STREAM = 1;
const CONTENT_STREAM = 2;
const ORIGINAL_STREAM = 3;

/** A duplicate repeats one of this many items before it: usually in an earlier request, sometimes in its own. */
const REPEATED_WITHIN = 5_000;

/** A fifth of what the watermark allows for, so that nothing is late by accident. */
const DISORDER_MS_MAX = 2_000;

const MICROS = 1_000_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How far back an item is moved. The future is far beyond any skew that is accepted, the past far beyond any memory of ids. */
function shiftMs(fate: Fate, random: number): number {
  switch (fate) {
    case 'late':
      return MINUTE_MS + ((random >>> 10) % (9 * MINUTE_MS));
    case 'future':
      return -2 * DAY_MS;
    case 'too-old':
      return 100 * DAY_MS;
    default:
      return 0;
  }
}

/** The shares as bounds that 32 random bits are compared with, one after another. */
function thresholds(shares: Shares): { readonly fate: Fate; readonly below: number }[] {
  const order: readonly [Fate, number][] = [
    ['duplicate', shares.duplicates],
    ['conflict', shares.conflicts],
    ['late', shares.late],
    ['future', shares.future],
    ['too-old', shares.tooOld],
    ['broken', shares.broken],
  ];
  let sum = 0;
  return order
    .filter(([, share]) => share > 0)
    .map(([fate, share]) => {
      sum += share;
      return { fate, below: sum * 2 ** 32 };
    });
}

/** A product has one name: `productName` goes with the `productId` declared before it. */
function describedIdOf(kind: KindModel, at: number): number | null {
  const stem = /^(.+)Name$/.exec(kind.fields[at]?.name ?? '')?.[1];
  const idAt = kind.fields.findIndex((field) => field.name === `${stem}Id`);
  return idAt === -1 || idAt > at ? null : idAt;
}

/**
 * The field whose value makes a conflict: not part of the id, with at least two values. Not the key either: events of different keys may be
 * judged in different places, which know nothing of each other's ids. Null where a kind has none.
 */
function contradictedField(kind: KindModel, makers: readonly FieldMaker[]): number | null {
  const untouched = [...kind.idFields, kind.timeField, kind.keyField];
  const at = makers.findIndex((maker) => {
    if (untouched.includes(maker.field.name)) return false;
    const seen = new Set(Array.from({ length: 64 }, (_, random) => maker.pick(randomAt(0, random, 0), 1, 0)));
    seen.delete(ABSENT);
    return seen.size > 1;
  });
  return at === -1 ? null : at;
}
