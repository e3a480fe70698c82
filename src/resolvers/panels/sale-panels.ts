import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { MetricsRow } from '../../analytics/metrics/scan-metrics.ts';
import type { TimeRangeInput } from '../../analytics/time/resolve-range.ts';
import type { KindModel, WhereTree } from '../../model/event-model.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import { addDecimals, type Decimal, decimalText, parseDecimal } from '../../model/values/decimal.ts';
import type { Version } from '../../model/version.ts';
import { invariant } from '../../platform/errors.ts';
import { asOf } from '../as-of.ts';
import type { AskContext } from '../ask-context.ts';
import { final } from '../final.ts';
import type { AskSources } from '../metrics.ts';
import { selectedFields } from '../selected-fields.ts';
import { userEventsResolver } from '../user.ts';
import { askPanel, countOf } from './panel-metrics.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

interface SalesArguments {
  readonly range: TimeRangeInput;
  readonly convertTo?: string | null;
  readonly timeZone?: string;
}

/** Sales by category, day and month, of one customer, and how people pay. */
export function salePanels(kind: KindModel, sources: AskSources) {
  const ask = salesAsker(kind, sources);
  return {
    Query: {
      salesByCategory: (async (_source, args: SalesArguments, context) => {
        const { groups, ...answer } = await ask({ ...args, by: 'CATEGORY' }, context);
        return { ...answer, rows: mostFirst(groups).map(({ value, ...sold }) => ({ category: value, ...sold })) };
      }) as Resolver,
      salesByDay: overTime('1d', ask) as Resolver,
      salesByMonth: overTime('1mo', ask) as Resolver,
      customerHistory: historyResolver(ask) as Resolver,
      paymentPreferences: (async (_source, args: SalesArguments & { customerId?: string | null }, context) => {
        const { customerId, ...range } = args;
        const where = customerId == null ? {} : { customerId: { eq: customerId } };
        const { groups, ...answer } = await ask({ ...range, by: 'PAYMENT_METHOD', where }, context);
        const all = groups.reduce((sum, { sales }) => sum + sales, 0);
        const rows = mostFirst(groups).map(({ value, ...sold }) => ({
          paymentMethod: value,
          ...sold,
          share: sold.sales / all,
        }));
        return { ...answer, rows };
      }) as Resolver,
      paymentTrends: trendsResolver(kind, sources) as Resolver,
    },
    CustomerHistory: { events: userEventsResolver(kind, sources) },
  };
}

interface SalesQuestion extends SalesArguments {
  readonly by?: 'CATEGORY' | 'PAYMENT_METHOD';
  readonly every?: string;
  readonly where?: WhereTree;
  readonly times?: boolean;
}

/** What was sold in one window and group, its amounts by currency. */
interface Sold {
  readonly value: unknown;
  readonly start: string;
  readonly end: string;
  readonly final: () => boolean;
  readonly sales: number;
  readonly quantity: number;
  readonly amounts: readonly { readonly currency: unknown; readonly amount: string }[];
}

type SalesAsker = ReturnType<typeof salesAsker>;

/** Without a currency to convert to, every number is asked for by currency and put together here: amounts never are. */
function salesAsker(kind: KindModel, sources: AskSources) {
  return async ({ convertTo, by, ...rest }: SalesQuestion, context: AskContext) => {
    const to = convertTo ?? null;
    const dimensions = [...(by === undefined ? [] : [by]), ...(to === null ? ['CURRENCY'] : [])];
    const question = { ...rest, convertTo: to, by: dimensions, rows: ['count', 'quantitySum', 'amountSum'] };
    const { answer, version } = await askPanel(kind, question, context, sources);
    const field = by === 'CATEGORY' ? 'category' : by === 'PAYMENT_METHOD' ? 'paymentMethod' : null;
    const placed = (row: MetricsRow) => place(row, kind, version, context);
    const cells = new Map<string, Sold>();
    for (const row of answer.rows) {
      const value = field === null ? null : row.group[field];
      const name = JSON.stringify([row.startUs, value]);
      cells.set(name, withRow(cells.get(name) ?? nothingSold(value, placed(row)), row, to));
    }
    return {
      groups: [...cells.values()],
      rates: answer.rates,
      times: answer.times,
      asOf: asOf(context, kind, version, answer.tables),
    };
  };
}

function nothingSold(value: unknown, placed: ReturnType<typeof place>): Sold {
  return { value, ...placed, sales: 0, quantity: 0, amounts: [] };
}

function withRow(sold: Sold, row: MetricsRow, convertedTo: string | null): Sold {
  const amount = { currency: convertedTo ?? row.group.currency, amount: String(row.measures.amountSum) };
  return {
    ...sold,
    sales: sold.sales + countOf(row, 'count'),
    quantity: sold.quantity + countOf(row, 'quantitySum'),
    amounts: [...sold.amounts, amount],
  };
}

function mostFirst(groups: readonly Sold[]): readonly Sold[] {
  return [...groups].sort((a, b) => b.sales - a.sales || (String(a.value) < String(b.value) ? -1 : 1));
}

function overTime(every: string, ask: SalesAsker) {
  return async (_source: unknown, args: SalesArguments, context: AskContext) => {
    const { groups, ...answer } = await ask({ ...args, every }, context);
    return { ...answer, rows: groups };
  };
}

/** All of time: from the first instant that a table can hold to now. */
const EVER: TimeRangeInput = { from: '1970-01-01T00:00:00Z', to: '2106-01-01T00:00:00Z' };

function historyResolver(ask: SalesAsker) {
  return async (
    _source: unknown,
    { customerId, convertTo }: { readonly customerId: string; readonly convertTo?: string | null },
    context: AskContext,
    info: GraphQLResolveInfo,
  ) => {
    const where = { customerId: { eq: customerId } };
    const times = selectedFields(info).some(({ name }) => name === 'firstAt' || name === 'lastAt');
    const question = { range: EVER, convertTo: convertTo ?? null, by: 'CATEGORY', where, times } as const;
    const { groups, times: found, ...answer } = await ask(question, context);
    return {
      ...answer,
      // What the events of a user are asked by.
      id: customerId,
      customerId,
      sales: groups.reduce((sum, { sales }) => sum + sales, 0),
      quantity: groups.reduce((sum, { quantity }) => sum + quantity, 0),
      amounts: addedUp(groups),
      categories: mostFirst(groups).map(({ value, ...sold }) => ({ category: value, ...sold })),
      firstAt: found?.firstAt ?? null,
      lastAt: found?.lastAt ?? null,
    };
  };
}

/** Each currency by itself. */
function addedUp(groups: readonly Sold[]): Sold['amounts'] {
  const sums = new Map<unknown, Decimal>();
  for (const { currency, amount } of groups.flatMap(({ amounts }) => amounts)) {
    const decimal = parseDecimal(amount);
    invariant(decimal !== null, `${amount} is a sum`);
    const sum = sums.get(currency);
    sums.set(currency, sum === undefined ? decimal : addDecimals(sum, decimal));
  }
  return [...sums]
    .map(([currency, sum]) => ({ currency, amount: decimalText(sum) }))
    .sort((a, b) => (String(a.currency) < String(b.currency) ? -1 : 1));
}

function trendsResolver(kind: KindModel, sources: AskSources) {
  return async (
    _source: unknown,
    args: { readonly range: TimeRangeInput; readonly every: string; readonly timeZone: string },
    context: AskContext,
  ) => {
    const { answer, version } = await askPanel(
      kind,
      { ...args, by: ['PAYMENT_METHOD'], rows: ['count'] },
      context,
      sources,
    );
    const sales = new Map<number, number>();
    for (const row of answer.rows) sales.set(row.startUs, (sales.get(row.startUs) ?? 0) + countOf(row, 'count'));
    return {
      rows: answer.rows.map((row) => ({
        ...place(row, kind, version, context),
        paymentMethod: row.group.paymentMethod,
        sales: countOf(row, 'count'),
        share: countOf(row, 'count') / (sales.get(row.startUs) ?? 0),
      })),
      asOf: asOf(context, kind, version, answer.tables),
    };
  };
}

function place({ startUs, endUs }: MetricsRow, kind: KindModel, version: Version, context: AskContext) {
  return {
    start: dateTimeText(BigInt(startUs)),
    end: dateTimeText(BigInt(endUs)),
    final: final(context, kind, version, endUs),
  };
}
