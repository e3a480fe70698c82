import type { StateReader, StateWriter } from '../state-bytes.ts';
import { type Accumulator, type Row, VALUES_MAX } from './accumulator.ts';

/** How often each value of a field came. Beyond VALUES_MAX different ones everything that follows from it is null: never a guess. */
abstract class ValueCounts implements Accumulator {
  readonly #field: string;
  #counts: Map<string, number> | null = new Map();

  constructor(field: string) {
    this.#field = field;
  }

  abstract result(): unknown;

  /** Null where there were too many. */
  protected get counts(): ReadonlyMap<string, number> | null {
    return this.#counts;
  }

  add({ members }: Row): void {
    const value = members[this.#field];
    if (value !== null && value !== undefined) this.#take(typeof value === 'string' ? value : String(value), 1);
  }

  merge(other: this): void {
    if (other.#counts === null) this.#counts = null;
    else for (const [value, count] of other.#counts) this.#take(value, count);
  }

  save(writer: StateWriter): void {
    if (this.#counts === null) {
      writer.whole(TOO_MANY);
      return;
    }
    writer.whole(this.#counts.size);
    for (const [value, count] of this.#counts) writer.text(value).whole(count);
  }

  load(reader: StateReader): void {
    const size = reader.whole();
    this.#counts = size === TOO_MANY ? null : new Map();
    for (let each = 0; this.#counts !== null && each < size; each++) this.#counts.set(reader.text(), reader.whole());
  }

  #take(value: string, count: number): void {
    if (this.#counts === null) return;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
    if (this.#counts.size > VALUES_MAX) this.#counts = null;
  }
}

const TOO_MANY = VALUES_MAX + 1;

/** How many different values there were. */
export class Distinct extends ValueCounts {
  override result(): number | null {
    return this.counts?.size ?? null;
  }
}

/** The values that came most often, of equally many the one that sorts first. */
export class Top extends ValueCounts {
  readonly #size: number;

  constructor(field: string, size: number) {
    super(field);
    this.#size = size;
  }

  override result(): readonly { readonly value: string; readonly count: number }[] | null {
    if (this.counts === null) return null;
    const ranked = [...this.counts].sort(([a, as], [b, bs]) => bs - as || (a < b ? -1 : 1));
    return ranked.slice(0, this.#size).map(([value, count]) => ({ value, count }));
  }
}
