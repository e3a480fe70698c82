import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Row } from './accumulator.ts';

/** The value of the first or the last event that has one: by event time, of equal times by id. Null over nothing. */
export class FirstOrLast implements Accumulator {
  readonly #field: string;
  readonly #wanted: 'first' | 'last';
  #held: Held | null = null;

  constructor(field: string, wanted: 'first' | 'last') {
    this.#field = field;
    this.#wanted = wanted;
  }

  add({ members, timeUs, id }: Row): void {
    const value = members[this.#field];
    if (value !== null && value !== undefined) this.#take({ timeUs, id, value });
  }

  merge(other: this): void {
    if (other.#held !== null) this.#take(other.#held);
  }

  result(): unknown {
    return this.#held?.value ?? null;
  }

  save(writer: StateWriter): void {
    writer.whole(this.#held === null ? 0 : 1);
    if (this.#held !== null) writer.signed(this.#held.timeUs).text(this.#held.id).json(this.#held.value);
  }

  load(reader: StateReader): void {
    this.#held = reader.whole() === 0 ? null : { timeUs: reader.signed(), id: reader.text(), value: reader.json() };
  }

  #take(held: Held): void {
    if (this.#held === null || isBefore(held, this.#held) === (this.#wanted === 'first')) this.#held = held;
  }
}

interface Held {
  readonly timeUs: number;
  readonly id: string;
  readonly value: unknown;
}

function isBefore(a: Held, b: Held): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.id < b.id);
}
