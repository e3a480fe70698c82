import type { FieldModel } from '../../model/event-model.ts';
import { normalQuantile } from './normal-quantile.ts';
import { ABSENT, ABSENT_BELOW, type FieldMaker } from './pick.ts';

/** Numbers, log-normal as amounts and durations are, within the declared bounds; bell-shaped where both bounds are near each other. */
export class NumberMaker implements FieldMaker {
  readonly field: FieldModel;
  /** A pick is the number times 10^digits. */
  readonly digits: number;
  readonly #quantiles: Float64Array;
  readonly #step: number;
  readonly #most: number;
  readonly #pad: readonly string[];
  readonly #quote: string;

  constructor(field: FieldModel) {
    this.field = field;
    this.digits = digitsOf(field);
    // Floats in eighths: such numbers are exact in binary, so that a sum of them is the same in whatever order it is made.
    this.#step = field.type === 'Float' ? 125 : 1;
    this.#quantiles = quantilesWithin(field, 10 ** this.digits);
    this.#most = Math.floor((this.#quantiles[QUANTILES] ?? 0) / this.#step) * this.#step;
    this.#pad = Array.from({ length: 10 ** this.digits }, (_, at) => `.${String(at).padStart(this.digits, '0')}`);
    this.#quote = field.type === 'Decimal' ? '"' : '';
  }

  pick(random: number): number {
    if (this.field.nullable && random % 0x10000 < ABSENT_BELOW) return ABSENT;
    const at = random >>> 21;
    const low = this.#quantiles[at] ?? 0;
    const high = this.#quantiles[at + 1] ?? low;
    const within = (random & 0x1fffff) / 0x200000;
    return Math.min(Math.ceil((low + (high - low) * within) / this.#step) * this.#step, this.#most);
  }

  fragment(pick: number): string {
    return pick === ABSENT ? '' : `,"${this.field.name}":${this.#quote}${this.#decimal(pick)}${this.#quote}`;
  }

  text(pick: number): string | null {
    return pick === ABSENT ? null : this.#decimal(pick);
  }

  #decimal(units: number): string {
    if (this.digits === 0) return String(units);
    const size = Math.abs(units);
    const whole = Math.floor(size / 10 ** this.digits);
    return (units < 0 ? '-' : '') + whole + (this.#pad[size - whole * 10 ** this.digits] ?? '');
  }
}

/** Cents for money, whole numbers for counts; a scale of four is a bound on precision, not a habit of prices. */
function digitsOf(field: FieldModel): number {
  if (field.type === 'Decimal') return Math.min(field.constraint.scale ?? 2, 2);
  return field.type === 'Float' ? 3 : 0;
}

const QUANTILES = 2048;

/** QUANTILES + 1 picks from the smallest to the greatest; a random one of them, and a place up to the next, has the distribution. */
function quantilesWithin(field: FieldModel, unit: number): Float64Array {
  const bounds = field.constraint;
  const least = Math.ceil(
    Number(bounds.min ?? (bounds.max !== null && Number(bounds.max) <= 0 ? Number(bounds.max) - 100 : 1)) * unit,
  );
  const most = Math.floor(Number(bounds.max ?? Math.max(1e6, Number(bounds.min ?? 0) * 1e3)) * unit);
  const range = most - least;
  // Pieces are few, amounts and durations are some tens.
  const usual = field.type === 'Int' ? 2 : 30;
  const isNarrow = bounds.min !== null && bounds.max !== null && range / unit <= 1000;
  return Float64Array.from({ length: QUANTILES + 1 }, (_, at) => {
    // Both ends of a distribution without ends are cut at 1 in 4,096: real extremes are rarer, and are found by their own tests.
    const share = Math.min(Math.max(at / QUANTILES, 0.5 / QUANTILES), 1 - 0.5 / QUANTILES);
    const z = normalQuantile(share);
    // A narrow range is filled around its middle (3.5 deviations to each side); else the median is above the least by what is usual.
    const units = isNarrow ? least + range * (0.5 + z / 7) : least + usual * unit * Math.exp(1.1 * z);
    return Math.min(Math.max(Math.round(units), least), most);
  });
}
