import type { FieldModel, MeasureModel } from '../../model/event-model.ts';
import { valueCountColumn } from '../../model/tables/rollup-columns.ts';
import { type Bind, literalBind } from '../../model/tables/where-sql.ts';
import { allowedCurrencies } from '../../model/where/allowed-currencies.ts';
import { RATE_SCALE, RATES } from '../../warehouse/rates.ts';
import type { MetricsQuestion } from './metrics-question.ts';

/**
 * Amounts in other currencies, each at the rate of its own UTC day. A row of a rollup is of one currency and of one UTC day, whatever its
 * grain, so sums, counts and extremes of rollups convert exactly as every event by itself does; quantiles do not, and come from raw.
 */
export function isConverted(question: Pick<MetricsQuestion, 'convertTo' | 'where'>, measure: MeasureModel): boolean {
  if (question.convertTo === null || measure.currencyField === null) return false;
  const currencies = allowedCurrencies(question.where, measure);
  return currencies === null || currencies.size !== 1 || !currencies.has(question.convertTo);
}

/** Every measure that a question computes, whether it is shown or only ranked by. */
export function askedMeasures({ select, top }: Pick<MetricsQuestion, 'select' | 'top'>): readonly MeasureModel[] {
  const { rows, total, previous } = select;
  const shown = [...(rows?.measures ?? []), ...(rows?.shares ?? []), ...(rows?.running ?? [])];
  return [...new Set([...shown, ...(total ?? []), ...(previous ?? []), ...(top === null ? [] : [top.by])])];
}

/** Estimates of quantiles cannot be multiplied: those of converted amounts are made from every event. */
export function needsEvents(question: MetricsQuestion): boolean {
  return askedMeasures(question).some((measure) => QUANTILE.test(measure.op) && isConverted(question, measure));
}

const QUANTILE = /^p\d+$/;

/** How many units of the target currency one unit of a row's currency is, as SQL beside `rateJoin`. */
export function rateSql(currencyField: string, to: string): string {
  return `if(\`${currencyField}\` = ${literalBind(to, 'String')}, toDecimal128(1, ${RATE_SCALE}), ${joinName(currencyField)}._rate)`;
}

/** Stands after FROM. GLOBAL: on a cluster the rates are read once and sent to every shard. A rate that is missing is 0 here: whoever asks has made sure that none is. */
export function rateJoin(currencyField: string, day: string, rates: string): string {
  const name = joinName(currencyField);
  return `\nGLOBAL LEFT ANY JOIN (${rates}) AS ${name} ON ${name}._from = \`${currencyField}\` AND ${name}._day = ${day}`;
}

/** The rates that count: of each currency and day the one set last. */
export function ratesSql(tenant: string, to: string, bind: Bind): string {
  return `SELECT toString(fromCurrency) AS _from, day AS _day, argMax(rate, (setAt, rate)) AS _rate
FROM ${RATES} WHERE _tenant = ${tenant} AND toCurrency = ${bind(to, 'String')} GROUP BY fromCurrency, day`;
}

/** The field that says in which currency amounts are, and how to tell which events have one of the amounts that are asked for. */
export interface ConvertedField {
  readonly currencyField: string;
  readonly measures: readonly MeasureModel[];
}

export function convertedFields(question: MetricsQuestion): readonly ConvertedField[] {
  const byField = new Map<string, MeasureModel[]>();
  for (const measure of askedMeasures(question)) {
    if (measure.currencyField === null || !isConverted(question, measure)) continue;
    const known = byField.get(measure.currencyField) ?? [];
    known.push(measure);
    byField.set(measure.currencyField, known);
  }
  return [...byField].map(([currencyField, measures]) => ({ currencyField, measures }));
}

/**
 * Whether a row (of raw, or of a rollup) holds an amount that must be converted. A metric that counts one currency alone needs no rate of the
 * others; otherwise the amount decides, and not what a metric makes of it, so that every table needs the same rates.
 */
export function amountsSql(
  { currencyField, measures }: ConvertedField,
  to: string,
  bind: Bind,
  of: 'events' | 'rows',
): string {
  const column = `\`${currencyField}\``;
  const amounts = new Set(measures.map((measure) => amountSql(measure, bind, of)));
  return `ifNull(${column} != ${bind(to, 'String')}, true) AND (${[...amounts].join(' OR ')})`;
}

function amountSql(measure: MeasureModel, bind: Bind, of: 'events' | 'rows'): string {
  const { field } = measure;
  const isThere = field === null || !field.nullable ? '1' : of === 'events' ? isNotNull(field) : isCounted(field);
  const allowed = measure.metric === null ? null : allowedCurrencies({}, measure);
  if (allowed === null) return isThere;
  return `(${isThere} AND has(${bind([...allowed], 'Array(String)')}, assumeNotNull(\`${measure.currencyField}\`)))`;
}

function isNotNull(field: FieldModel): string {
  return `\`${field.name}\` IS NOT NULL`;
}

function isCounted(field: FieldModel): string {
  return `\`${valueCountColumn(field)}\` > 0`;
}

function joinName(currencyField: string): string {
  return `_rates_${currencyField}`;
}
