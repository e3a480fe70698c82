import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Aggregate, Row } from './accumulator.ts';

/** One for each currency that comes: amounts of two are never added up. Amounts without a currency stand under the empty text. */
export class ByCurrency implements Accumulator {
  readonly #currencyField: string;
  readonly #of: Aggregate;
  readonly #currencies = new Map<string, Accumulator>();

  constructor(currencyField: string, of: Aggregate) {
    this.#currencyField = currencyField;
    this.#of = of;
  }

  add(row: Row): void {
    this.#at(String(row.members[this.#currencyField] ?? '')).add(row);
  }

  merge(other: this): void {
    for (const [currency, accumulator] of other.#currencies) this.#at(currency).merge(accumulator);
  }

  /** By currency, in the order of their codes. */
  result(): Readonly<Record<string, unknown>> {
    const entries = [...this.#currencies].map(([currency, accumulator]) => [currency, accumulator.result()] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  save(writer: StateWriter): void {
    writer.whole(this.#currencies.size);
    for (const [currency, accumulator] of this.#currencies) accumulator.save(writer.text(currency));
  }

  load(reader: StateReader): void {
    for (let left = reader.whole(); left > 0; left--) this.#at(reader.text()).load(reader);
  }

  #at(currency: string): Accumulator {
    const known = this.#currencies.get(currency);
    if (known !== undefined) return known;
    const made = this.#of();
    this.#currencies.set(currency, made);
    return made;
  }
}
