import type { KindModel } from '../../model/event-model.ts';
import { type Condition, conditionOf } from './condition.ts';
import type { EventGenerator } from './event-generator.ts';
import type { Item } from './item.ts';
import { NumberMaker } from './number-maker.ts';
import { ABSENT } from './pick.ts';

/**
 * What a correct system shows after the items were sent: how each was answered, and for every hour of event time (and every currency, where
 * there is money) the exact count, sums, least and greatest of each measure. Sums are integers of the smallest unit, so nothing is rounded.
 */
export class ExpectedTotals {
  readonly kind: KindModel;
  sent = 0;
  admitted = 0;
  duplicates = 0;
  late = 0;
  /** Code to number of items. */
  readonly rejected = new Map<string, number>();
  readonly #groups = new Map<string, MutableGroup>();
  readonly #measured: readonly Measured[];
  readonly #metrics: readonly Metric[];
  readonly #currencyAt: number | null;
  readonly #generator: EventGenerator;

  constructor(generator: EventGenerator) {
    this.kind = generator.kind;
    this.#generator = generator;
    this.#measured = measuredFields(generator);
    this.#metrics = metrics(generator, this.#measured);
    this.#currencyAt = currencyField(generator.kind);
  }

  take(item: Item): void {
    this.sent++;
    if (item.verdict === 'ADMITTED') this.#admit(item);
    else if (item.verdict === 'DUPLICATE') this.duplicates++;
    else this.rejected.set(item.verdict, (this.rejected.get(item.verdict) ?? 0) + 1);
  }

  rejectedCount(): number {
    return [...this.rejected.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Hours in order, currencies within. */
  groups(): readonly ExpectedGroup[] {
    return [...this.#groups.values()]
      .map((group) => this.#settled(group))
      .sort((a, b) => a.hourMs - b.hourMs || (a.currency ?? '').localeCompare(b.currency ?? ''));
  }

  #admit(item: Item): void {
    this.admitted++;
    if (item.fate === 'late') this.late++;
    const group = this.#groupOf(item);
    group.count++;
    for (let at = 0; at < this.#measured.length; at++) {
      const units = item.picks[this.#measured[at]?.fieldAt ?? -1] ?? ABSENT;
      if (units !== ABSENT) addTo(group, at, units);
    }
    for (let at = 0; at < this.#metrics.length; at++) addMetric(group, at, this.#metrics[at], item);
  }

  #groupOf(item: Item): MutableGroup {
    const hour = Math.floor(item.timeUs / HOUR_US);
    const currency = this.#currencyAt === null ? 0 : (item.picks[this.#currencyAt] ?? 0);
    const key = `${hour}/${currency}`;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const made: MutableGroup = {
      hourMs: hour * HOUR_MS,
      currencyPick: currency,
      count: 0,
      measures: this.#measured.map(() => ({
        sum: new ExactSum(),
        min: Number.POSITIVE_INFINITY,
        max: Number.NEGATIVE_INFINITY,
      })),
      metrics: this.#metrics.map(() => new ExactSum()),
    };
    this.#groups.set(key, made);
    return made;
  }

  #settled(group: MutableGroup): ExpectedGroup {
    const values = new Map<string, string>();
    this.#measured.forEach(({ name, digits }, at) => {
      const measure = group.measures[at];
      if (measure === undefined) return;
      values.set(`${name}Sum`, decimalText(measure.sum.total(), digits));
      if (Number.isFinite(measure.min)) {
        values.set(`${name}Min`, decimalText(BigInt(measure.min), digits));
        values.set(`${name}Max`, decimalText(BigInt(measure.max), digits));
      }
    });
    this.#metrics.forEach(({ name, digits }, at) => {
      values.set(name, decimalText(group.metrics[at]?.total() ?? 0n, digits));
    });
    const currency =
      this.#currencyAt === null ? null : (this.#generator.makers[this.#currencyAt]?.text(group.currencyPick) ?? null);
    return { hourMs: group.hourMs, currency, count: group.count, values };
  }
}

interface ExpectedGroup {
  readonly hourMs: number;
  /** Null where the kind has no money. */
  readonly currency: string | null;
  readonly count: number;
  /** Measure (amountSum, amountMin, amountMax, revenue) to exact decimal text; minimum and maximum only where there was a value. */
  readonly values: ReadonlyMap<string, string>;
}

/** Units of 10^-digits as decimal text, without zeros at the end. */
export function decimalText(units: bigint, digits: number): string {
  const size = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  const whole = size.slice(0, size.length - digits);
  const fraction = size.slice(size.length - digits).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

const HOUR_MS = 3_600_000;
const HOUR_US = 3_600_000_000;

interface MutableGroup {
  readonly hourMs: number;
  readonly currencyPick: number;
  count: number;
  readonly measures: readonly { readonly sum: ExactSum; min: number; max: number }[];
  readonly metrics: readonly ExactSum[];
}

interface Measured {
  readonly name: string;
  readonly fieldAt: number;
  readonly digits: number;
}

interface Metric {
  readonly name: string;
  readonly condition: Condition;
  /** Null counts. */
  readonly fieldAt: number | null;
  readonly digits: number;
}

/** A sum of whole numbers of any size at the speed of doubles: carried over to a bigint before a double would round. */
class ExactSum {
  #near = 0;
  #far = 0n;

  add(units: number): void {
    this.#near += units;
    // 2^52: one more addend of up to 2^52 still fits below 2^53.
    if (Math.abs(this.#near) > 4_503_599_627_370_496) {
      this.#far += BigInt(this.#near);
      this.#near = 0;
    }
  }

  total(): bigint {
    return this.#far + BigInt(this.#near);
  }
}

function addTo(group: MutableGroup, at: number, units: number): void {
  const measure = group.measures[at];
  if (measure === undefined) return;
  measure.sum.add(units);
  if (units < measure.min) measure.min = units;
  if (units > measure.max) measure.max = units;
}

function addMetric(group: MutableGroup, at: number, metric: Metric | undefined, item: Item): void {
  if (metric === undefined || !metric.condition(item.picks)) return;
  const units = metric.fieldAt === null ? 1 : (item.picks[metric.fieldAt] ?? ABSENT);
  if (units !== ABSENT) group.metrics[at]?.add(units);
}

function measuredFields(generator: EventGenerator): Measured[] {
  return generator.makers.flatMap((maker, fieldAt) =>
    maker.field.measure !== null && maker instanceof NumberMaker
      ? [{ name: maker.field.name, fieldAt, digits: maker.digits }]
      : [],
  );
}

function metrics(generator: EventGenerator, measured: readonly Measured[]): Metric[] {
  return generator.kind.measures.flatMap((measure) => {
    if (measure.metric === null) return [];
    const of = measured.find(({ name }) => name === measure.field?.name);
    const condition = conditionOf(measure.metric.where, generator.makers);
    return [{ name: measure.name, condition, fieldAt: of?.fieldAt ?? null, digits: of?.digits ?? 0 }];
  });
}

/** Amounts of two currencies are never added up, here neither. */
function currencyField(kind: KindModel): number | null {
  const name = kind.fields.find((field) => field.money !== null)?.money?.currencyField;
  const at = kind.fields.findIndex((field) => field.name === name);
  return at === -1 ? null : at;
}
