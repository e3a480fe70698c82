import type { Members } from '../../model/where/compile-where.ts';
import type { StateReader, StateWriter } from '../state-bytes.ts';

/** What one measure of one window has come to. Rows may come in any order, and two accumulators of one measure can be made one. */
export interface Accumulator {
  add(row: Row): void;
  /** Takes over what another of the same measure has seen; that one is not used again. */
  merge(other: this): void;
  /** As it is published: whole numbers and floats are numbers, decimals text. */
  result(): unknown;
  save(writer: StateWriter): void;
  /** Into one that has seen nothing. */
  load(reader: StateReader): void;
}

/** Makes one that has seen nothing. */
export type Aggregate = () => Accumulator;

/** What goes into windows: an event, or one of the rows that a job made of it. */
export interface Row {
  readonly members: Members;
  readonly timeUs: number;
  /** Of the event. */
  readonly id: string;
}

/** So many different values a window of one key keeps apart for one measure. At 40 bytes each a state is then 400 KB, written anew with every step. */
export const VALUES_MAX = 10_000;
