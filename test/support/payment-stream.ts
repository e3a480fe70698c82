/** Payments of ten windows, sent later than they happened, so that a quiet stream closes their windows at once. */
export interface PaymentStream {
  readonly fromMs: number;
  readonly toMs: number;
  readonly windowMinutes: number;
  /** How many windows `windowsInUsd` makes of it. */
  readonly windows: number;
  /** How many keys. */
  readonly usersInUsd: number;
  /** Each later than the one before. */
  readonly payment: (number: number) => object;
}

export interface StreamShape {
  readonly events: number;
  /** A multiple of ten, of each of which one pays in euros alone. */
  readonly users: number;
  readonly windowMinutes: number;
}

/** It ended as long ago as it takes. */
export function paymentStream({ events, users, windowMinutes }: StreamShape): PaymentStream {
  const windowMs = windowMinutes * MINUTE_MS;
  const lengthMs = WINDOWS * windowMs;
  const fromMs = Math.floor((Date.now() - 2 * lengthMs) / windowMs) * windowMs;
  const usersInUsd = (users * 9) / 10;
  return {
    fromMs,
    toMs: fromMs + lengthMs,
    windowMinutes,
    windows: WINDOWS * usersInUsd,
    usersInUsd,
    payment: (number) => {
      const cents = ((number * 7919) % 100_000) + 1;
      const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
      const currency = number % 10 === 0 ? 'EUR' : 'USD';
      const atMs = fromMs + Math.floor((number * lengthMs) / events);
      return paymentEvent(`j-${number}`, `user-${(number * 31) % users}`, amount, atMs, { currency });
    },
  };
}

const WINDOWS = 10;

/** What a job of such windows is submitted as. While a server starts again its stream is quiet: what was meant to come then is late, and corrects. */
export function windowsInUsd(name: string, { windowMinutes }: Pick<StreamShape, 'windowMinutes'>): string {
  return `{name: "${name}", allowedLateness: "1h", window: {tumbling: {size: "${windowMinutes}m"}},
  source: {transaction: {key: USER_ID, where: {currency: {eq: USD}}, measures: [COUNT, AMOUNT_SUM, AMOUNT_MAX, AMOUNT_AVG]}}}`;
}

const MINUTE_MS = 60_000;

export function paymentEvent(id: string, userId: string, amount: string, atMs: number, more: object = {}) {
  const occurredAt = new Date(atMs).toISOString();
  return { id, userId, amount, currency: 'USD', status: 'CAPTURED', category: 'c', occurredAt, ...more };
}

/** Asks the server over GraphQL, and throws where that answers with errors. */
export type Ask = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>;

/** What the rollups say of the windows: a line for each. */
export async function rollupsOf(ask: Ask, { fromMs, toMs, windowMinutes }: PaymentStream): Promise<readonly string[]> {
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const { transactionMetrics } = await ask<{ transactionMetrics: { rows: readonly Record<string, unknown>[] } }>(
    `query ($range: TimeRange!) { transactionMetrics(range: $range, every: "${windowMinutes}m", by: [USER_ID], where: {currency: {eq: USD}}) {
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
