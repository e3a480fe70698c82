import type { Position } from '../../log/log.ts';
import type { Rejection } from '../../model/validate/rejection.ts';
import type { VerdictRecord } from './verdict-record.ts';

/** What admission decided about one event. */
export type Decided =
  | { readonly decided: 'admitted' | 'duplicate' | 'conflict'; readonly position: Position }
  | { readonly decided: 'rejected'; readonly rejection: Rejection };

/**
 * The events of one gateway that wait for the verdict of admission, by their place in `.in`.
 *
 * A verdict may come before the gateway knows where its event lies: then it is kept until every append that was under way at that moment
 * has ended. What nobody waits for after that is dropped.
 */
export class AwaitedVerdicts {
  /** By topic and partition, then by offset. */
  readonly #waiting = new Map<string, Places>();
  readonly #early: { readonly record: VerdictRecord; readonly newestAppend: number }[] = [];
  readonly #appending = new Set<number>();
  #appends = 0;

  /** Before the events are appended. Every one of these is ended by `await` or `forget`. */
  begin(): number {
    this.#appends++;
    this.#appending.add(this.#appends);
    return this.#appends;
  }

  /** The append failed. */
  forget(append: number): void {
    this.#appending.delete(append);
    this.#dropEarly();
  }

  /** Resolves with one entry for each position: null where the time was over before there was a verdict. */
  async await(append: number, positions: readonly Position[], plural: string, deadlineMs: number) {
    const call = newCall(positions.length);
    const placesOf = this.#placesByPartition(plural);
    for (const [index, { partition, offset }] of positions.entries()) {
      placesOf(partition).set(offset, { call, index });
    }
    for (const { record } of this.#early) this.#settle(record);
    this.forget(append);
    if (call.missing > 0) await this.#untilDecided(call, positions, plural, deadlineMs);
    return call.decided;
  }

  take(record: VerdictRecord): void {
    const settled = this.#settle(record);
    if (settled < eventsOf(record) && this.#appending.size > 0)
      this.#early.push({ record, newestAppend: this.#appends });
  }

  /** All that wait stop waiting. */
  close(): void {
    for (const places of this.#waiting.values()) for (const { call } of places.values()) call.resolve();
  }

  async #untilDecided(call: Call, positions: readonly Position[], plural: string, deadlineMs: number): Promise<void> {
    const timer = setTimeout(call.resolve, deadlineMs);
    await call.done;
    clearTimeout(timer);
    if (call.missing === 0) return;
    const placesOf = this.#placesByPartition(plural);
    for (const { partition, offset } of positions) placesOf(partition).delete(offset);
  }

  /** Looked up once for each partition. */
  #placesByPartition(plural: string): (partition: number) => Places {
    const found: Places[] = [];
    return (partition) => {
      found[partition] ??= this.#placesOf(plural, partition);
      return found[partition];
    };
  }

  #placesOf(plural: string, partition: number): Places {
    const name = `${plural}/${partition}`;
    const places = this.#waiting.get(name) ?? new Map<bigint, Place>();
    this.#waiting.set(name, places);
    return places;
  }

  /** How many of them somebody waited for. */
  #settle({ topic, partition, admitted, duplicates, conflicts, rejections }: VerdictRecord): number {
    const places = this.#placesOf(topic, partition);
    const before = places.size;
    if (before === 0) return 0;
    for (const { at, first, count } of admitted) {
      for (let n = 0; n < count; n++) {
        decide(places, at + BigInt(n), 'admitted', { topic, partition, offset: first + BigInt(n) });
      }
    }
    for (const { at, first } of duplicates) {
      decide(places, at, 'duplicate', { topic, partition, offset: first });
    }
    for (const { at, first } of conflicts) decide(places, at, 'conflict', { topic, partition, offset: first });
    for (const { at, rejection } of rejections) settlePlace(places, at, { decided: 'rejected', rejection });
    return before - places.size;
  }

  #dropEarly(): void {
    const oldest = Math.min(...this.#appending);
    while (this.#early[0] !== undefined && this.#early[0].newestAppend < oldest) this.#early.shift();
  }
}

function eventsOf({ admitted, duplicates, conflicts, rejections }: VerdictRecord): number {
  const rest = duplicates.length + conflicts.length + rejections.length;
  return admitted.reduce((sum, { count }) => sum + count, rest);
}

/** By offset. */
type Places = Map<bigint, Place>;

interface Place {
  readonly call: Call;
  readonly index: number;
}

interface Call {
  readonly decided: (Decided | null)[];
  readonly done: Promise<void>;
  readonly resolve: () => void;
  missing: number;
}

function newCall(events: number): Call {
  let resolve = () => {};
  const done = new Promise<void>((settled) => {
    resolve = settled;
  });
  return { decided: Array.from({ length: events }, () => null), done, resolve, missing: events };
}

function decide(places: Places, at: bigint, decided: 'admitted' | 'duplicate' | 'conflict', position: Position): void {
  settlePlace(places, at, { decided, position });
}

function settlePlace(places: Places, at: bigint, decided: Decided): void {
  const place = places.get(at);
  if (place === undefined) return;
  places.delete(at);
  const { call, index } = place;
  call.decided[index] = decided;
  call.missing--;
  if (call.missing === 0) call.resolve();
}
