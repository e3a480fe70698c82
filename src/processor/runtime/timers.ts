import type { KeyedState, Transaction } from '../../log/partition-work.ts';
import { type Timer, TimerHeap } from './timer-heap.ts';

/**
 * When which key wants to be woken, in the order of (time, key): an index in the state of the partition, of which the next ones are in memory.
 *
 *   t<time: 11 digits in base 36><place of the key>   →   nothing
 *
 * What is in memory is everything before `#loadedTo`; what lies beyond is read when time has come there. A key has one timer at most, which is noted with
 * its state. Here nobody looks whether a key has another by now, or none: whoever pops one does, and one timer may then come twice.
 */
export class Timers {
  readonly #state: KeyedState;
  readonly #limits: TimerLimits;
  #heap = new TimerHeap();
  #loadedTo = FIRST;
  /** Added in this step beyond what is in memory: not in the index yet. */
  #beyond: Timer[] = [];

  constructor(state: KeyedState, limits: TimerLimits = TIMER_LIMITS) {
    this.#state = state;
    this.#limits = limits;
  }

  add(timeUs: number, place: string): void {
    const { timeUs: toUs, place: to } = this.#loadedTo;
    if (timeUs < toUs || (timeUs === toUs && place < to)) this.#heap.push(timeUs, place);
    else this.#beyond.push({ timeUs, place });
  }

  /** The first one at or before the time, taken out of memory. Null where there is none. */
  pop(timeUs: number): Timer | null {
    for (;;) {
      const { headUs } = this.#heap;
      if (headUs <= timeUs) {
        const place = this.#heap.headPlace;
        this.#heap.pop();
        return { timeUs: headUs, place };
      }
      if (this.#heap.size > 0 || this.#loadedTo.timeUs > timeUs || this.#loadedTo === LAST) return null;
      this.#load();
    }
  }

  /** No timer is due before this time. */
  get headUs(): number {
    return this.#heap.size > 0 ? this.#heap.headUs : this.#loadedTo.timeUs;
  }

  committed(): void {
    this.#beyond = [];
    const { inMemoryMax } = this.#limits;
    if (this.#heap.size > inMemoryMax) this.#loadedTo = this.#heap.keepFirst(inMemoryMax / 2) ?? this.#loadedTo;
  }

  /** Back to what the state says. */
  rolledBack(): void {
    this.#heap = new TimerHeap();
    this.#loadedTo = FIRST;
    this.#beyond = [];
  }

  #load(): void {
    const { loadedAtOnce } = this.#limits;
    const entries = this.#state.range(indexKey(this.#loadedTo), END, loadedAtOnce);
    const last = entries.length < loadedAtOnce ? undefined : entries.at(-1);
    this.#loadedTo = last === undefined ? LAST : timerAt(last.key);
    const beyond = this.#beyond;
    this.#beyond = [];
    for (const { key } of entries) {
      const { timeUs, place } = timerAt(key);
      if (key !== last?.key) this.#heap.push(timeUs, place);
    }
    // What lies beyond this too goes there again.
    for (const { timeUs, place } of beyond) this.add(timeUs, place);
  }
}

export interface TimerLimits {
  readonly inMemoryMax: number;
  readonly loadedAtOnce: number;
}

/** Where the index has the timer of a key, and where it is to have it. Null: nowhere. */
export function writeTimer(
  transaction: Transaction,
  place: string,
  { fromUs, toUs }: { readonly fromUs: number | null; readonly toUs: number | null },
): void {
  if (fromUs === toUs) return;
  if (fromUs !== null) transaction.put(indexKey({ timeUs: fromUs, place }), null);
  if (toUs !== null) transaction.put(indexKey({ timeUs: toUs, place }), NOTHING);
}

const NOTHING = new Uint8Array();
const TIME_DIGITS = 11;
const PLACE_AT = 1 + TIME_DIGITS;

/** Before every timer, and behind every timer. */
const FIRST: Timer = { timeUs: 0, place: '' };
const LAST: Timer = { timeUs: Number.POSITIVE_INFINITY, place: '' };
/** Behind everything that begins as a timer does. */
const END = 'u';

/** 64 Ki of some hundred bytes: 10 MB for each partition of a job at most. */
const TIMER_LIMITS: TimerLimits = { inMemoryMax: 65_536, loadedAtOnce: 4_096 };

/** Microseconds to the year 6000 in 11 digits of base 36. Nothing is older than 1970 here, and nothing needs to be woken before it. */
function indexKey({ timeUs, place }: Timer): string {
  return `t${timeUs.toString(36).padStart(TIME_DIGITS, '0')}${place}`;
}

function timerAt(key: string): Timer {
  return { timeUs: Number.parseInt(key.slice(1, PLACE_AT), 36), place: key.slice(PLACE_AT) };
}
