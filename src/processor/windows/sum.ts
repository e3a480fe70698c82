import type { StateReader, StateWriter } from '../state-bytes.ts';
import type { Accumulator, Row } from './accumulator.ts';
import { loadUnits, type Quantity, roundedQuotient, saveUnits, textOfUnits, unitsOf, unitsValue } from './quantity.ts';

/** Exact. A missing value adds nothing; over nothing it is 0. */
export class Sum implements Accumulator {
  readonly #of: Quantity;
  #units = 0n;
  #count = 0;

  constructor(of: Quantity) {
    this.#of = of;
  }

  add({ members }: Row): void {
    const units = unitsOf(this.#of, members);
    if (units === null) return;
    this.#units += units;
    this.#count++;
  }

  merge(other: this): void {
    this.#units += other.#units;
    this.#count += other.#count;
  }

  result(): unknown {
    return unitsValue(this.#of, this.#units);
  }

  /**
   * Null over nothing. Of decimals it has `extraDigits` more than they have, rounded half away from zero; of whole numbers it is a float: both as
   * the metrics queries have it.
   */
  average(extraDigits: number): unknown {
    if (this.#count === 0) return null;
    if (this.#of.isWhole) return Number(this.#units) / this.#count;
    const shifted = this.#units * 10n ** BigInt(extraDigits);
    return textOfUnits(roundedQuotient(shifted, BigInt(this.#count)), this.#of.scale + extraDigits);
  }

  save(writer: StateWriter): void {
    writer.whole(this.#count);
    saveUnits(this.#of, this.#units, writer);
  }

  load(reader: StateReader): void {
    this.#count = reader.whole();
    this.#units = loadUnits(this.#of, reader);
  }
}

export class Average extends Sum {
  override result(): unknown {
    return this.average(AVERAGE_EXTRA_DIGITS);
  }
}

/** As many as the metrics queries give. */
const AVERAGE_EXTRA_DIGITS = 6;
