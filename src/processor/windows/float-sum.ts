import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Row } from './accumulator.ts';

/** Of doubles: the last digits depend on the order in which they came, which is the order of the log. */
export class FloatSum implements Accumulator {
  readonly #field: string;
  #sum = 0;
  #count = 0;

  constructor(field: string) {
    this.#field = field;
  }

  add({ members }: Row): void {
    const value = members[this.#field];
    if (value === null || value === undefined) return;
    this.#sum += Number(value);
    this.#count++;
  }

  merge(other: this): void {
    this.#sum += other.#sum;
    this.#count += other.#count;
  }

  result(): number | null {
    return this.#sum;
  }

  average(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }

  /** JSON writes a double so that it is read as the same double. */
  save(writer: StateWriter): void {
    writer.whole(this.#count).json(this.#sum);
  }

  load(reader: StateReader): void {
    this.#count = reader.whole();
    this.#sum = Number(reader.json());
  }
}

export class FloatAverage extends FloatSum {
  override result(): number | null {
    return this.average();
  }
}
