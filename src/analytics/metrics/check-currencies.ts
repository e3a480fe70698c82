import type { FieldModel, MeasureModel } from '../../model/event-model.ts';
import { allowedCurrencies } from '../../model/where/allowed-currencies.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { MetricsQuestion } from './metrics-question.ts';

/**
 * Refuses every number that would add up, or compare inside one measure, amounts of two currencies. What decides is the question alone, not
 * the data of the day: a question that works today works tomorrow.
 */
export function checkCurrencies(question: MetricsQuestion): void {
  // Converted, there is one currency.
  if (question.convertTo !== null) return;
  const { rows, total, previous } = question.select;
  const { top } = question;
  const grouped = [...(rows?.measures ?? []), ...(previous ?? []), ...(top === null ? [] : [top.by])];
  const others = top?.others === true ? [...(rows?.measures ?? []), ...(previous ?? [])] : [];
  const mixing = [...(total ?? []), ...(rows?.shares ?? []), ...others];
  for (const measure of grouped) {
    if (!isGrouped(question, measure)) requireOne(question, measure, 'a row');
  }
  for (const measure of mixing) requireOne(question, measure, whereMixed(question, measure));
}

function isGrouped(question: MetricsQuestion, measure: MeasureModel): boolean {
  return question.by.some((field: FieldModel) => field.name === measure.currencyField);
}

function requireOne(question: MetricsQuestion, measure: MeasureModel, where: string): void {
  if (measure.currencyField === null) return;
  const currencies = allowedCurrencies(question.where, measure);
  if (currencies !== null && currencies.size <= 1) return;
  throw new LakegateError({
    code: 'MIXED_CURRENCIES',
    message: `${measure.name} in ${where} would add up several currencies: convert them with convertTo, filter on one with where: {${measure.currencyField}: {eq: …}}, or group by ${measure.currencyField} and leave it out where groups are added up`,
  });
}

function whereMixed(question: MetricsQuestion, measure: MeasureModel): string {
  if (question.select.total?.includes(measure) === true) return '`total`';
  return question.select.rows?.shares.includes(measure) === true ? '`share`' : 'the row of `others`';
}
