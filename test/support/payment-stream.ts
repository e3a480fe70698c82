/** Payments of forty users over ten minutes that ended a while ago, so that a quiet stream closes their windows at once. */
export interface PaymentStream {
  readonly fromMs: number;
  readonly toMs: number;
  /** Each later than the one before. */
  readonly payment: (number: number) => object;
}

export const STREAM_MINUTES = 10;
export const STREAM_USERS = 40;
/** Four of the users pay in euros alone. */
export const STREAM_USERS_IN_USD = 36;

/** What a job of a minute's windows is submitted as. While a server starts again its stream is quiet: what was meant to come then is late, and corrects. */
export const MINUTES_IN_USD = `{name: "per-minute", allowedLateness: "1h", window: {tumbling: {size: "1m"}},
  source: {transaction: {key: USER_ID, where: {currency: {eq: USD}}, measures: [COUNT, AMOUNT_SUM, AMOUNT_MAX, AMOUNT_AVG]}}}`;

/** So many events. It began twenty minutes ago, at a full minute. */
export function paymentStream(events: number): PaymentStream {
  const fromMs = Math.floor((Date.now() - 2 * LENGTH_MS) / MINUTE_MS) * MINUTE_MS;
  return {
    fromMs,
    toMs: fromMs + LENGTH_MS,
    payment: (number) => {
      const cents = ((number * 7919) % 100_000) + 1;
      const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
      const currency = number % 10 === 0 ? 'EUR' : 'USD';
      const atMs = fromMs + Math.floor((number * LENGTH_MS) / events);
      return paymentEvent(`j-${number}`, `user-${(number * 31) % STREAM_USERS}`, amount, atMs, { currency });
    },
  };
}

const MINUTE_MS = 60_000;
const LENGTH_MS = STREAM_MINUTES * MINUTE_MS;

export function paymentEvent(id: string, userId: string, amount: string, atMs: number, more: object = {}) {
  const occurredAt = new Date(atMs).toISOString();
  return { id, userId, amount, currency: 'USD', status: 'CAPTURED', category: 'c', occurredAt, ...more };
}

/** Asks the server over GraphQL, and throws where that answers with errors. */
export type Ask = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>;

/** What the rollups say of the windows of `MINUTES_IN_USD`: a line for each. */
export async function rollupsOf(ask: Ask, { fromMs, toMs }: PaymentStream): Promise<readonly string[]> {
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const { transactionMetrics } = await ask<{ transactionMetrics: { rows: readonly Record<string, unknown>[] } }>(
    `query ($range: TimeRange!) { transactionMetrics(range: $range, every: "1m", by: [USER_ID], where: {currency: {eq: USD}}) {
      rows { userId start count amountSum amountMax amountAvg } } }`,
    { range },
  );
  return transactionMetrics.rows.map((row) => lineOf(row.userId, row.start, row)).sort();
}

/** What the job says of them. */
export async function windowsOf(ask: Ask, id: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let after: string | null = null; ; ) {
    const { job }: { job: { results: ResultPage } } = await ask(
      `query ($id: ID!, $after: Cursor) { job(id: $id) { results(first: 500, after: $after) {
        nodes { key start values } pageInfo { hasNextPage endCursor } } } }`,
      { id, after },
    );
    lines.push(...job.results.nodes.map(({ key, start, values }) => lineOf(key, start, values)));
    if (!job.results.pageInfo.hasNextPage) return lines.sort();
    after = job.results.pageInfo.endCursor;
  }
}

interface ResultPage {
  readonly nodes: readonly {
    readonly key: string;
    readonly start: string;
    readonly values: Record<string, unknown>;
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

function lineOf(key: unknown, start: unknown, values: Record<string, unknown>): string {
  return [key, start, values.count, values.amountSum, values.amountMax, values.amountAvg].join(' ');
}
