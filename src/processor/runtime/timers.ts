import type { KeyedState, Transaction } from '../../log/partition-work.ts';
import { TimerHeap } from './timer-heap.ts';

/**
 * When which key wants to be woken, in the order of (time, key): an index in the state of the partition, of which the next ones are in memory.
 *
 *   t<time: 11 digits in base 36><place of the key>   →   nothing
 *
 * What is in memory is everything before `#loadedTo`; what lies beyond is read when time has come there. Entries that were removed stay in
 * memory until their time comes: whoever pops one looks whether the key still has it.
 */
export class Timers {
  readonly #state: KeyedState;
  readonly #limits: TimerLimits;
  #heap = new TimerHeap();
  #loadedTo = FIRST;
  #changes = new Map<string, Uint8Array | null>();
  /** The time that was read last: it is asked for with every event, and mostly it is the same. */
  #asked = FIRST;
  #askedUs = 0;

  constructor(state: KeyedState, limits: TimerLimits = TIMER_LIMITS) {
    this.#state = state;
    this.#limits = limits;
  }

  add(timeUs: number, place: string): void {
    const timer = timerKey(timeUs, place);
    this.#changes.set(timer, NOTHING);
    if (timer < this.#loadedTo) this.#heap.push(timer);
  }

  remove(timeUs: number, place: string): void {
    const timer = timerKey(timeUs, place);
    // One that was never written need not be removed, but nobody knows which are; both cost the same.
    this.#changes.set(timer, null);
  }

  /** The first one at or before the time, taken out of memory and out of the index. Null where there is none. */
  pop(timeUs: number): Timer | null {
    for (;;) {
      const head = this.#heap.head;
      if (head === null && this.#loadedTo !== LAST && timeOf(this.#loadedTo) <= timeUs) {
        this.#load();
        continue;
      }
      if (head === null || timeOf(head) > timeUs) return null;
      this.#heap.pop();
      this.#changes.set(head, null);
      return { timeUs: timeOf(head), place: head.slice(PLACE_AT) };
    }
  }

  /** No timer is due before this time. */
  get headUs(): number {
    const head = this.#heap.head ?? this.#loadedTo;
    if (head !== this.#asked) {
      this.#asked = head;
      this.#askedUs = head === LAST ? Number.POSITIVE_INFINITY : timeOf(head);
    }
    return this.#askedUs;
  }

  write(transaction: Transaction): void {
    for (const [timer, value] of this.#changes) transaction.put(timer, value);
  }

  committed(): void {
    this.#changes = new Map();
    const { inMemoryMax } = this.#limits;
    if (this.#heap.size > inMemoryMax) this.#loadedTo = this.#heap.keepFirst(inMemoryMax / 2) ?? this.#loadedTo;
  }

  /** Back to what the state says. */
  rolledBack(): void {
    this.#heap = new TimerHeap();
    this.#loadedTo = FIRST;
    this.#changes = new Map();
  }

  #load(): void {
    const from = this.#loadedTo;
    const { loadedAtOnce } = this.#limits;
    const entries = this.#state.range(from, END, loadedAtOnce);
    const last = entries.at(-1);
    this.#loadedTo = entries.length < loadedAtOnce || last === undefined ? LAST : last.key;
    for (const { key } of entries) if (key < this.#loadedTo && this.#changes.get(key) !== null) this.#heap.push(key);
    for (const [timer, value] of this.#changes) {
      if (value !== null && timer >= from && timer < this.#loadedTo) this.#heap.push(timer);
    }
  }
}

export interface TimerLimits {
  readonly inMemoryMax: number;
  readonly loadedAtOnce: number;
}

export interface Timer {
  readonly timeUs: number;
  /** Where the state of the key is. */
  readonly place: string;
}

const NOTHING = new Uint8Array();
const TIME_DIGITS = 11;
const PLACE_AT = 1 + TIME_DIGITS;

/** Before every timer, behind every timer, and behind everything that begins like one. */
const FIRST = 't';
const LAST = 'u';
const END = 'u';

/** 64 Ki of some hundred bytes: 10 MB for each partition of a job at most. */
const TIMER_LIMITS: TimerLimits = { inMemoryMax: 65_536, loadedAtOnce: 4_096 };

/** Microseconds to the year 6000 in 11 digits of base 36. Nothing is older than 1970 here, and nothing needs to be woken before it. */
function timerKey(timeUs: number, place: string): string {
  return `t${Math.max(0, timeUs).toString(36).padStart(TIME_DIGITS, '0')}${place}`;
}

function timeOf(timer: string): number {
  return timer === FIRST ? 0 : Number.parseInt(timer.slice(1, PLACE_AT), 36);
}
