import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Row } from './accumulator.ts';
import { loadUnits, type Quantity, saveUnits, unitsOf, unitsValue } from './quantity.ts';

export type Side = 'min' | 'max';

/** The least or the greatest of exact numbers. Null over nothing. */
export class Extreme implements Accumulator {
  readonly #of: Quantity;
  readonly #side: Side;
  #units: bigint | null = null;

  constructor(of: Quantity, side: Side) {
    this.#of = of;
    this.#side = side;
  }

  add({ members }: Row): void {
    this.#take(unitsOf(this.#of, members));
  }

  merge(other: this): void {
    this.#take(other.#units);
  }

  result(): unknown {
    return this.#units === null ? null : unitsValue(this.#of, this.#units);
  }

  save(writer: StateWriter): void {
    writer.whole(this.#units === null ? 0 : 1);
    if (this.#units !== null) saveUnits(this.#of, this.#units, writer);
  }

  load(reader: StateReader): void {
    this.#units = reader.whole() === 0 ? null : loadUnits(this.#of, reader);
  }

  #take(units: bigint | null): void {
    if (units === null) return;
    if (this.#units === null || (this.#side === 'min' ? units < this.#units : units > this.#units)) this.#units = units;
  }
}

/** The same of doubles. */
export class FloatExtreme implements Accumulator {
  readonly #field: string;
  readonly #side: Side;
  #value: number | null = null;

  constructor(field: string, side: Side) {
    this.#field = field;
    this.#side = side;
  }

  add({ members }: Row): void {
    const value = members[this.#field];
    this.#take(value === null || value === undefined ? null : Number(value));
  }

  merge(other: this): void {
    this.#take(other.#value);
  }

  result(): number | null {
    return this.#value;
  }

  save(writer: StateWriter): void {
    writer.json(this.#value);
  }

  load(reader: StateReader): void {
    const value = reader.json();
    this.#value = value === null ? null : Number(value);
  }

  #take(value: number | null): void {
    if (value === null) return;
    if (this.#value === null || (this.#side === 'min' ? value < this.#value : value > this.#value)) this.#value = value;
  }
}
