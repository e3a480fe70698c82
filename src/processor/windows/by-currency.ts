import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Aggregate, Row } from './accumulator.ts';

/**
 * One for each currency that comes: amounts of two are never added up. Amounts without a currency stand under the empty text. It is kept so also where
 * the job lets one currency through only, so that state can be read by a job with another filter.
 */
export class ByCurrency implements Accumulator {
  readonly #currencyField: string;
  readonly #hasOne: boolean;
  readonly #of: Aggregate;
  readonly #currencies = new Map<string, Accumulator>();

  constructor({ currencyField, hasOne }: Currencies, of: Aggregate) {
    this.#currencyField = currencyField;
    this.#hasOne = hasOne;
    this.#of = of;
  }

  add(row: Row): void {
    this.#at(String(row.members[this.#currencyField] ?? '')).add(row);
  }

  merge(other: this): void {
    for (const [currency, accumulator] of other.#currencies) this.#at(currency).merge(accumulator);
  }

  /**
   * By currency, in the order of their codes; where the job lets one through only, that one's. A window that began when the job had another filter
   * may hold several all the same, and then shows them.
   */
  result(): unknown {
    const { size } = this.#currencies;
    if (this.#hasOne && size < 2) {
      const [only = this.#of()] = this.#currencies.values();
      return only.result();
    }
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

export interface Currencies {
  readonly currencyField: string;
  /** All amounts of the job are in one currency, whatever the events. */
  readonly hasOne: boolean;
}
