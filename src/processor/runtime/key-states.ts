import { hash } from 'node:crypto';
import type { KeyedState, Transaction } from '../../log/partition-work.ts';
import type { Operator } from '../operator.ts';
import { seal, unseal } from './sealed-value.ts';
import { namesIn, stateKeyOf } from './stored-event.ts';
import { writeTimer } from './timers.ts';

/** The state of one key, in memory. */
export interface KeyEntry {
  readonly tenant: string;
  readonly key: string;
  /** Under which it is in the state of the partition. */
  readonly place: string;
  /** Null where there is none. */
  value: unknown;
  /** Of the timer in the index; the key itself may want to be woken later. Null where it has none. */
  timerUs: number | null;
  /** Of the timer as it is durable. */
  storedTimerUs: number | null;
  /** As they are stored; 0 where nothing is. */
  storedBytes: number;
  isChanged: boolean;
}

/**
 * The states of a partition's keys: all of them on disk, those that were used last decoded in memory.
 *
 *   s<place>   →   0  4  checksum       5   8  time of its timer, float64; NaN: none    15  …  tenant/key, where the place is a hash
 *                  4  1  format, 1      13  2  length of the next                        …   …  what the operator made of its state
 *
 * Changed ones stay in memory until they are written; of the others about `bytesMax` do.
 */
export class KeyStates {
  readonly #state: KeyedState;
  readonly #operator: Operator<unknown>;
  readonly #bytesMax: number;
  /** Used since the last turn, and before it: what nobody uses for a whole turn is forgotten. What changed is among those used since. */
  #young = new Map<string, KeyEntry>();
  #old = new Map<string, KeyEntry>();
  #youngBytes = 0;
  #changed: KeyEntry[] = [];
  /** Nothing else could tell whose place a new one's is. */
  readonly #changedHashed = new Map<string, KeyEntry>();
  #keysAdded = 0;
  #bytesAdded = 0;
  /** There was no state, and none that came was forgotten since: what is not in memory is not on disk either, and is not looked for there. */
  #isWhole: boolean;

  constructor(state: KeyedState, operator: Operator<unknown>, { bytesMax, isEmpty }: KeyStatesOptions) {
    this.#state = state;
    this.#operator = operator;
    this.#bytesMax = bytesMax;
    this.#isWhole = isEmpty;
  }

  /** `stateKey` is tenant and key as one text. */
  of(stateKey: string): KeyEntry {
    const known = this.#young.get(stateKey);
    if (known !== undefined) return known;
    return this.#use(stateKey, this.#old.get(stateKey) ?? this.#read(placeOf(stateKey), stateKey));
  }

  /** Of a key that has a timer, and so a state. Null where that is gone. */
  at(place: string): KeyEntry | null {
    const changed = this.#changedHashed.get(place);
    if (changed !== undefined) return changed;
    const stateKey = isHashed(place) ? this.#nameAt(place) : place;
    return stateKey === null ? null : this.of(stateKey);
  }

  changed(entry: KeyEntry): void {
    if (entry.isChanged) return;
    entry.isChanged = true;
    this.#changed.push(entry);
    if (isHashed(entry.place)) this.#changedHashed.set(entry.place, entry);
  }

  /** How many keys and bytes more there are than before this step. Known once it is written. */
  get added(): { readonly keys: number; readonly bytes: number } {
    return { keys: this.#keysAdded, bytes: this.#bytesAdded };
  }

  /** With their timers. Throws StateTooLarge. */
  write(transaction: Transaction): void {
    this.#keysAdded = 0;
    this.#bytesAdded = 0;
    for (const entry of this.#changed) {
      const bytes = entry.value === null ? null : this.#encode(entry);
      const size = bytes === null ? 0 : bytes.byteLength + entry.place.length + 1;
      this.#keysAdded += Math.sign(size) - Math.sign(entry.storedBytes);
      this.#bytesAdded += size - entry.storedBytes;
      this.#youngBytes += (size - entry.storedBytes) * DECODED_PER_STORED;
      if (size > STATE_BYTES_MAX) throw new StateTooLarge(entry, size);
      // A rollback forgets all of them, so that this may be done before the commit.
      if (bytes !== null || entry.storedBytes > 0) transaction.put(STATE + entry.place, bytes);
      entry.storedBytes = size;
      writeTimer(transaction, entry.place, { fromUs: entry.storedTimerUs, toUs: entry.timerUs });
      entry.storedTimerUs = entry.timerUs;
    }
  }

  committed(): void {
    for (const entry of this.#changed) entry.isChanged = false;
    this.#changed = [];
    this.#changedHashed.clear();
    if (this.#youngBytes <= this.#bytesMax / 2) return;
    if (this.#old.size > 0) this.#isWhole = false;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  /** Operators may have changed states in place: everything in memory is in doubt. */
  rolledBack(): void {
    this.#changed = [];
    this.#changedHashed.clear();
    this.#young = new Map();
    this.#old = new Map();
    this.#youngBytes = 0;
    this.#isWhole = false;
  }

  #use(stateKey: string, entry: KeyEntry): KeyEntry {
    this.#young.set(stateKey, entry);
    this.#youngBytes += entry.storedBytes * DECODED_PER_STORED + ENTRY_BYTES;
    return entry;
  }

  #nameAt(place: string): string | null {
    const stored = this.#state.get(STATE + place);
    return stored === null ? null : nameOf(unseal(stored, 'a key'));
  }

  #read(place: string, stateKey: string): KeyEntry {
    const { tenant, key } = namesIn(stateKey);
    const stored = this.#isWhole ? null : this.#state.get(STATE + place);
    if (stored === null) return entryOf(tenant, key, place, NOTHING_STORED);
    const bytes = unseal(stored, `that of a key of ${tenant}`);
    const timer = bytes.readDoubleLE(TIMER_AT);
    const timerUs = Number.isNaN(timer) ? null : timer;
    const value = this.#operator.decode(bytes.subarray(NAME_AT + bytes.readUInt16LE(NAME_LENGTH_AT)));
    const storedBytes = bytes.byteLength + place.length + 1;
    return entryOf(tenant, key, place, { value, timerUs, storedBytes });
  }

  #encode({ tenant, key, place, value, timerUs }: KeyEntry): Buffer {
    const encoded = this.#operator.encode(value);
    const name = isHashed(place) ? Buffer.from(stateKeyOf(tenant, key)) : NO_NAME;
    const bytes = Buffer.allocUnsafe(NAME_AT + name.byteLength + encoded.byteLength);
    bytes[FORMAT_AT] = FORMAT;
    bytes.writeDoubleLE(timerUs ?? Number.NaN, TIMER_AT);
    bytes.writeUInt16LE(name.byteLength, NAME_LENGTH_AT);
    bytes.set(name, NAME_AT);
    bytes.set(encoded, NAME_AT + name.byteLength);
    return seal(bytes);
  }
}

export interface KeyStatesOptions {
  /** For states in memory. */
  readonly bytesMax: number;
  /** No key has a state yet. */
  readonly isEmpty: boolean;
}

/**
 * 7 MiB. Kafka takes 8 MiB at once, of which a MiB is for what is around the state; a larger one would be refused there again and again. On disk alone
 * more would fit, but a job should run on either, and whatever changes in a state writes all of it.
 */
export const STATE_BYTES_MAX = 7 * 1024 * 1024;

export class StateTooLarge extends Error {
  override readonly name = 'StateTooLarge';
  readonly entry: KeyEntry;

  constructor(entry: KeyEntry, bytes: number) {
    super(`it takes ${bytes} bytes, expected at most ${STATE_BYTES_MAX}`);
    this.entry = entry;
  }
}

/** All are made here, and so alike: the engine reads them without asking what they are. */
function entryOf(
  tenant: string,
  key: string,
  place: string,
  { value, timerUs, storedBytes }: Pick<KeyEntry, 'value' | 'timerUs' | 'storedBytes'>,
): KeyEntry {
  return { tenant, key, place, value, timerUs, storedTimerUs: timerUs, storedBytes, isChanged: false };
}

const NOTHING_STORED = { value: null, timerUs: null, storedBytes: 0 };

const STATE = 's';
const FORMAT = 1;
const FORMAT_AT = 4;
const TIMER_AT = 5;
const NAME_LENGTH_AT = 13;
const NAME_AT = 15;
const NO_NAME = Buffer.alloc(0);

/** An object of a few members takes some six times what it takes written, and the entry and its places in maps some 300 bytes. */
const DECODED_PER_STORED = 6;
const ENTRY_BYTES = 300;

/**
 * Where the state of a key is. Long ones are hashed, because LMDB's keys are short; and those with characters beyond 16 bits, because they
 * sort otherwise in JavaScript than in UTF-8.
 */
function placeOf(stateKey: string): string {
  if (stateKey.length <= PLAIN_LENGTH_MAX && !BEYOND_16_BITS.test(stateKey) && !isHashed(stateKey)) return stateKey;
  return HASHED + hash('sha256', stateKey, 'base64url');
}

/** 600 characters of three bytes each are less than the 1,900 that a key may have. */
const PLAIN_LENGTH_MAX = 600;
const BEYOND_16_BITS = /[\ud800-\udfff]/;
/** No tenant's name begins with it. */
const HASHED = '\u0001';

function isHashed(place: string): boolean {
  return place.startsWith(HASHED);
}

function nameOf(bytes: Buffer): string {
  return bytes.toString('utf8', NAME_AT, NAME_AT + bytes.readUInt16LE(NAME_LENGTH_AT));
}
