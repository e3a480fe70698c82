import { LakegateError } from '../../platform/errors.ts';
import type { Rate } from '../../warehouse/rates.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { amountsSql, type ConvertedField, convertedFields } from './conversion.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { ROWS_MAX } from './metrics-question.ts';
import { partRows, rowSource, type Statement, UNION } from './metrics-sql.ts';
import type { MetricsPlan } from './plan-metrics.ts';

/**
 * The rates that a question needs: every currency on every day that it has an amount to convert in. RATE_MISSING where there is none, before
 * a number is computed without it. All of them are only read where they are asked for, else the first that is missing.
 */
export async function readRatesUsed(
  question: MetricsQuestion,
  plans: readonly MetricsPlan[],
  run: (statement: Statement) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<readonly Rate[]> {
  const { convertTo, select } = question;
  if (convertTo === null) return [];
  const needed = await run(neededStatement(question, convertTo, plans));
  const missing = needed.find(({ rate }) => rate === null);
  if (missing !== undefined) throw rateMissing(missing, convertTo);
  if (needed.length > ROWS_MAX) throw tooManyRates();
  if (!select.rates) return [];
  return needed.map(({ currency, onDay, rate }) => ({
    from: String(currency),
    to: convertTo,
    day: String(onDay),
    rate: String(rate),
  }));
}

function neededStatement(question: MetricsQuestion, to: string, plans: readonly MetricsPlan[]): Statement {
  const params = new SqlParameters();
  const source = rowSource(question, params);
  const parts = convertedFields(question).flatMap((field) =>
    plans.flatMap((plan) => plan.parts.map((part) => neededSql(source, part, field, to))),
  );
  const sql = `SELECT needed._currency AS currency, toString(needed._onDay) AS onDay, if(rates._from = '', NULL, rates._rate) AS rate
FROM (SELECT DISTINCT _currency, _onDay FROM (
${parts.join(UNION)}
)) AS needed
LEFT ANY JOIN (${source.rates}) AS rates ON rates._from = needed._currency AND rates._day = needed._onDay
${question.select.rates ? '' : "WHERE rates._from = ''\n"}ORDER BY rate IS NULL DESC, needed._onDay, needed._currency
LIMIT ${ROWS_MAX + 1}`;
  return { sql, params: params.values };
}

function neededSql(
  source: ReturnType<typeof rowSource>,
  part: MetricsPlan['parts'][number],
  field: ConvertedField,
  to: string,
): string {
  const time = part.rollup === null ? `\`${source.kind.timeField}\`` : 'start';
  const amounts = amountsSql(field, to, source.bind, part.rollup === null ? 'events' : 'rows');
  return `SELECT DISTINCT toString(\`${field.currencyField}\`) AS _currency, toDate(${time}) AS _onDay
${partRows(source, part, [])} AND ${amounts}`;
}

function rateMissing({ currency, onDay }: Readonly<Record<string, unknown>>, to: string): LakegateError {
  return new LakegateError({
    code: 'RATE_MISSING',
    message: `convertTo: expected a rate from ${currency} to ${to} on ${onDay}, got none. Set it with setRates, or leave those amounts out by \`where\` or \`range\``,
  });
}

function tooManyRates(): LakegateError {
  return new LakegateError({
    code: 'TOO_MANY_ROWS',
    message: `rates: the answer is converted with more than ${ROWS_MAX} rates: ask for a shorter range, or leave \`rates\` out`,
  });
}
