import type { KindModel } from '../../model/event-model.ts';
import { isPaid } from './field-maker.ts';
import { normalQuantile } from './normal-quantile.ts';
import type { FieldMaker } from './pick.ts';
import { randomAt } from './random.ts';

/**
 * What the events of one key have in common: a home country, from which a few travel, one currency, amounts near what is usual for them. And
 * now and then a card is stolen, tried with small amounts and then used. So rules that look for what is unusual find it, and seldom.
 *
 * All of it is made of the key, the time and the index alone: `user-7` lives in the same country in every kind and with every seed.
 */
export class Lives {
  readonly #key: FieldMaker | undefined;
  readonly #keyAt: number;
  readonly #countriesAt: readonly number[];
  readonly #currenciesAt: readonly number[];
  readonly #measuresAt: readonly number[];
  readonly #isPaid: boolean;

  constructor(kind: KindModel, makers: readonly FieldMaker[]) {
    const placesOf = (is: (maker: FieldMaker) => boolean) => makers.flatMap((maker, at) => (is(maker) ? [at] : []));
    this.#keyAt = makers.findIndex(({ field }) => field.name === kind.keyField);
    this.#key = makers[this.#keyAt];
    this.#countriesAt = placesOf(({ field }) => field.type === 'CountryCode');
    this.#currenciesAt = placesOf(({ field }) => field.type === 'CurrencyCode');
    this.#measuresAt = placesOf(({ field }) => field.measure !== null);
    this.#isPaid = isPaid(kind);
  }

  /** In place: the bits that each field of the event is picked from. */
  bend(randoms: Uint32Array, index: number, timeUs: number): void {
    const theft = this.#isPaid ? theftAt(index) : null;
    if (theft !== null) randoms[this.#keyAt] = theft.victim;
    const who = this.#key?.pick(randoms[this.#keyAt] ?? 0, index, timeUs) ?? 0;
    for (const at of this.#countriesAt) randoms[at] = withWord(randoms[at], countryBits(who, timeUs));
    for (const at of this.#currenciesAt) randoms[at] = withWord(randoms[at], randomAt(who, 0, CURRENCY_STREAM));
    for (const at of this.#measuresAt) {
      const own = randoms[at] ?? 0;
      const isUsual = theft === null && randomAt(who, index, UNUSUAL_STREAM) % UNUSUAL_ONE_IN !== 0;
      const size = isUsual ? usualSize(who, at, own) : theft?.isSmall === true ? SMALL : LARGE;
      randoms[at] = ((size << SIZE_SHIFT) | (own & ~SIZE_MASK)) >>> 0;
    }
  }
}

const COUNTRY_STREAM = 11;
const TRIP_STREAM = 12;
const CURRENCY_STREAM = 13;
const USUAL_STREAM = 14;
const UNUSUAL_STREAM = 15;
const THEFT_STREAM = 16;

/** One of 500 travels, and is at home or elsewhere for half an hour each: of 10,000 users one crosses a border every minute and a half. */
const TRAVELS_ONE_IN = 500;
const STAY_US = 30 * 60_000_000;

function countryBits(who: number, timeUs: number): number {
  const home = randomAt(who, 0, COUNTRY_STREAM);
  if (home % TRAVELS_ONE_IN !== 0) return home;
  // Everybody leaves at another time.
  const stay = Math.floor(timeUs / STAY_US + home / 2 ** 32);
  return stay % 2 === 0 ? home : randomAt(who, stay, TRIP_STREAM);
}

/** The word is chosen by the lower half; whether there is one stays the event's own chance, in the upper half. */
function withWord(own: number | undefined, word: number): number {
  return (((own ?? 0) & 0xffff0000) | (word & 0xffff)) >>> 0;
}

/** The uppermost eleven bits. */
const SIZE_SHIFT = 21;
const SIZE_MASK = 0xffe00000;
const SIZES = 2048;

/** One payment in 15,000 is like nothing its user paid before: at the demo's 100 a second, one in two and a half minutes. */
const UNUSUAL_ONE_IN = 15_000;

/** Of 2,048 sizes. Of amounts from a cent up: below 1.60, and over 1,000. */
const SMALL = 4;
const LARGE = SIZES - 1;

/** How many normal deviations each size is from the middle; ascending. */
const DEVIATIONS = Float64Array.from({ length: SIZES }, (_, size) => normalQuantile((size + 0.5) / SIZES));

/**
 * Users differ by 0.85 of a deviation, payments of one user by 0.53: the squares add up to 1, so that all payments together are spread as
 * without this.
 */
const OF_WHOM = 0.85;
const OF_EVENT = Math.sqrt(1 - OF_WHOM ** 2);

function usualSize(who: number, field: number, own: number): number {
  const usual = DEVIATIONS[randomAt(who, field, USUAL_STREAM) % SIZES] ?? 0;
  return sizeOf(OF_WHOM * usual + OF_EVENT * (DEVIATIONS[own >>> SIZE_SHIFT] ?? 0));
}

function sizeOf(deviations: number): number {
  let [low, high] = [0, SIZES - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((DEVIATIONS[middle] ?? 0) < deviations) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A theft in each 20,000 events (200 s in the demo): twelve payments 300 events apart (36 s in all), the last of them large. Two alerts: many
 * payments, and a card that was tested.
 */
const THEFT_EVERY = 20_000;
const THEFT_PAYMENTS = 12;
const THEFT_STEP = 300;

function theftAt(index: number): { readonly victim: number; readonly isSmall: boolean } | null {
  const place = index % THEFT_EVERY;
  if (place % THEFT_STEP !== 0 || place >= THEFT_PAYMENTS * THEFT_STEP) return null;
  const victim = randomAt(0, Math.floor(index / THEFT_EVERY), THEFT_STREAM);
  return { victim, isSmall: place < (THEFT_PAYMENTS - 1) * THEFT_STEP };
}
