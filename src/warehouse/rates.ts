import { decimalText, integerDigitsOf, parseDecimal, scaleOf } from '../model/values/decimal.ts';
import { LakegateError } from '../platform/errors.ts';
import { DATABASE, type Warehouse } from './warehouse.ts';

/** One unit of `from` is `rate` units of `to`, for events of one UTC day. */
export interface Rate {
  readonly from: string;
  readonly to: string;
  /** 2026-11-21 */
  readonly day: string;
  /** Decimal text, above 0. */
  readonly rate: string;
}

/**
 * Sets rates, all or none; a rate that was set before for the same currencies and day is replaced. When it resolves, every question that is
 * asked from now on counts with them. Answers with the rates in their one spelling.
 */
export async function setRates(
  warehouse: Pick<Warehouse, 'query' | 'insert'>,
  tenant: string,
  given: readonly Rate[],
): Promise<readonly Rate[]> {
  const rates = readRates(given);
  if (rates.length === 0) return rates;
  const setAt = await nextSetAt(warehouse, tenant);
  const lines = rates.map(({ from, to, day, rate }) =>
    JSON.stringify({ _tenant: tenant, toCurrency: to, fromCurrency: from, day, rate, setAt }),
  );
  await warehouse.insert(RATES, Buffer.from(lines.join('\n')), { format: 'JSONEachRow', settings: ONE_BLOCK });
  return rates;
}

export const RATES = `${DATABASE}.rates`;

/** Thirty currencies over four years. */
const RATES_MAX = 50_000;

/** A Decimal(38, 18). */
const WHOLE_DIGITS_MAX = 20;
export const RATE_SCALE = 18;

/**
 * Names the state of the rates that convert to a currency: equal before and after means that none was set in between. Rows are only ever
 * added, so their number says it.
 */
export async function ratesState(warehouse: Warehouse, tenant: string, to: string): Promise<string> {
  const { rows } = await warehouse.query<{ readonly rates: string }>(
    `SELECT count() AS rates FROM ${RATES} WHERE _tenant = {tenant:String} AND toCurrency = {to:String}`,
    { params: { tenant, to } },
  );
  return rows[0]?.rates ?? '0';
}

/** One block is one part: no reader ever sees half of a call. Of a cluster: on its shard when the insert comes back. */
const ONE_BLOCK = {
  distributed_foreground_insert: 1,
  input_format_parallel_parsing: 0,
  max_insert_block_size: RATES_MAX * 2,
  min_insert_block_size_rows: RATES_MAX * 2,
  min_insert_block_size_bytes: 0,
} as const;

/** Later than whatever was set before, also where clocks of two gateways differ. */
async function nextSetAt(warehouse: Pick<Warehouse, 'query'>, tenant: string): Promise<string> {
  const { rows } = await warehouse.query<{ readonly setAt: string }>(
    `SELECT toString(greatest(now64(6, 'UTC'), max(setAt) + INTERVAL 1 MICROSECOND)) AS setAt
     FROM ${RATES} WHERE _tenant = {tenant:String}`,
    { params: { tenant } },
  );
  return rows[0]?.setAt ?? '';
}

function readRates(given: readonly Rate[]): readonly Rate[] {
  if (given.length > RATES_MAX) throw refused(`rates: expected at most ${RATES_MAX} in one call, got ${given.length}`);
  const seen = new Set<string>();
  return given.map((rate, index) => {
    const read = readRate(rate, `rates[${index}]`);
    const key = `${read.from} ${read.to} ${read.day}`;
    if (seen.has(key))
      throw refused(`rates[${index}]: expected one rate from ${key.replace(' ', ' to ')}, got a second`);
    seen.add(key);
    return read;
  });
}

function readRate({ from, to, day, rate }: Rate, where: string): Rate {
  if (from === to)
    throw refused(`${where}: expected two currencies, got ${from} twice: of itself one unit is always 1`);
  if (!(day >= DAY_MIN && day <= DAY_MAX)) {
    throw refused(`${where}.day: expected a day from ${DAY_MIN} to ${DAY_MAX}, got ${JSON.stringify(day)}`);
  }
  const decimal = parseDecimal(rate);
  const isRate =
    decimal !== null &&
    !decimal.negative &&
    decimal.digits !== '' &&
    scaleOf(decimal) <= RATE_SCALE &&
    integerDigitsOf(decimal) <= WHOLE_DIGITS_MAX;
  if (!isRate) {
    throw refused(
      `${where}.rate: expected a number above 0 with at most ${WHOLE_DIGITS_MAX} digits before the point and ${RATE_SCALE} after it, got ${JSON.stringify(rate)}`,
    );
  }
  return { from, to, day, rate: decimalText(decimal) };
}

/** What questions can ask for: 1970 to 2106, cut to whole years. */
const DAY_MIN = '1970-01-01';
const DAY_MAX = '2105-12-31';

function refused(message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message });
}
