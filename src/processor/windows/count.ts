import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator } from './accumulator.ts';

export class Count implements Accumulator {
  #count = 0;

  add(): void {
    this.#count++;
  }

  merge(other: this): void {
    this.#count += other.#count;
  }

  result(): number {
    return this.#count;
  }

  save(writer: StateWriter): void {
    writer.whole(this.#count);
  }

  load(reader: StateReader): void {
    this.#count = reader.whole();
  }
}
