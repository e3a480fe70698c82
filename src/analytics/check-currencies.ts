import type { FieldModel, MeasureModel, WhereTree } from '../model/event-model.ts';
import { LakegateError } from '../platform/errors.ts';
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

/**
 * Which values of a field a filter lets through; null where it does not say. Only what follows for sure: an `or` allows what each of its
 * branches allows, a `not` says nothing.
 */
export function valuesAllowed(where: WhereTree, field: string): ReadonlySet<unknown> | null {
  let allowed: ReadonlySet<unknown> | null = null;
  for (const [name, value] of Object.entries(where)) {
    allowed = intersection(allowed, allowedByEntry(name, value, field));
  }
  return allowed;
}

function allowedByEntry(name: string, value: unknown, field: string): ReadonlySet<unknown> | null {
  if (name === field) return allowedByOperators(value as WhereTree);
  if (name !== 'and' && name !== 'or') return null;
  const branches = (value as readonly WhereTree[]).map((tree) => valuesAllowed(tree, field));
  if (name === 'and') return branches.reduce(intersection, null);
  const all = new Set<unknown>();
  for (const branch of branches) {
    if (branch === null) return null;
    for (const one of branch) all.add(one);
  }
  return all;
}

function allowedByOperators(operators: WhereTree): ReadonlySet<unknown> | null {
  const byEq = operators.eq === undefined ? null : new Set([operators.eq]);
  const byIn = Array.isArray(operators.in) ? new Set<unknown>(operators.in) : null;
  return intersection(byEq, byIn);
}

function intersection(a: ReadonlySet<unknown> | null, b: ReadonlySet<unknown> | null): ReadonlySet<unknown> | null {
  if (a === null || b === null) return a ?? b;
  return new Set([...a].filter((value) => b.has(value)));
}

/** The currencies that a measure's amounts can be in, by the filter and by its own definition; null where neither says. */
export function currenciesOf(where: WhereTree, measure: MeasureModel): ReadonlySet<unknown> | null {
  if (measure.currencyField === null) return null;
  const byMetric = measure.metric === null ? null : valuesAllowed(measure.metric.where, measure.currencyField);
  return intersection(valuesAllowed(where, measure.currencyField), byMetric);
}

function isGrouped(question: MetricsQuestion, measure: MeasureModel): boolean {
  return question.by.some((field: FieldModel) => field.name === measure.currencyField);
}

function requireOne(question: MetricsQuestion, measure: MeasureModel, where: string): void {
  if (measure.currencyField === null) return;
  const currencies = currenciesOf(question.where, measure);
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
