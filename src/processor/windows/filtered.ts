import type { Predicate } from '../../model/where/compile-where.ts';
import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Aggregate, Row } from './accumulator.ts';

/** Of the rows that a predicate takes. */
export class Filtered implements Accumulator {
  readonly #takes: Predicate;
  readonly #of: Accumulator;

  constructor(takes: Predicate, of: Aggregate) {
    this.#takes = takes;
    this.#of = of();
  }

  add(row: Row): void {
    if (this.#takes(row.members)) this.#of.add(row);
  }

  merge(other: this): void {
    this.#of.merge(other.#of);
  }

  result(): unknown {
    return this.#of.result();
  }

  save(writer: StateWriter): void {
    this.#of.save(writer);
  }

  load(reader: StateReader): void {
    this.#of.load(reader);
  }
}
