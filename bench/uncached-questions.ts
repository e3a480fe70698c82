import { Agent } from 'node:http';
import type { ClickHouseClient } from '@clickhouse/client';
import { computeMetrics } from '../src/analytics/metrics/answer-metrics.ts';
import { readMetricsQuestion } from '../src/analytics/metrics/metrics-question.ts';
import { planMetrics, planRaw } from '../src/analytics/metrics/plan-metrics.ts';
import type { KindModel } from '../src/model/event-model.ts';
import type { QueryOptions, Warehouse } from '../src/warehouse/warehouse.ts';
import { postGraphqlBy } from './post-graphql.ts';
import { median } from './statistics.ts';

export interface QuestionFigures {
  /** Medians: of the whole way through GraphQL, of the same SQL by ClickHouse's own client, and of that SQL over all events. */
  readonly gatewayMs: number;
  readonly sqlMs: number;
  readonly rawMs: number;
  /** Of the two last ones, what the engine itself took: the rest is the way there and back. */
  readonly sqlEngineMs: number;
  readonly rawEngineMs: number;
}

interface QuestionOptions {
  readonly url: string;
  readonly client: ClickHouseClient;
  readonly kind: KindModel;
  readonly range: { readonly from: string; readonly to: string };
  readonly times: number;
}

/** What one question costs that was never asked before, the three ways in turn. Their answers must be the same. */
export async function measureQuestions(options: QuestionOptions): Promise<QuestionFigures> {
  const gateway: number[] = [];
  const sql: number[] = [];
  const raw: number[] = [];
  const sqlEngine: number[] = [];
  const rawEngine: number[] = [];
  const agent = new Agent({ keepAlive: true });
  for (let time = -WARM_UPS; time < options.times; time++) {
    const other = `nobody-${process.hrtime.bigint()}`;
    const fromRollup = await statementsOf(options, other, planMetrics);
    const fromRaw = await statementsOf(options, other, planRaw);
    const asGateway = () => askGateway(options, agent, other);
    const asSql = () => askSql(options.client, fromRollup);
    // Whoever comes second finds warm caches of the processor: each is second as often as the other.
    const firstGateway = time % 2 === 0 ? await timed(asGateway) : null;
    const bySql = await timed(asSql);
    const byGateway = firstGateway ?? (await timed(asGateway));
    const ofRaw = time % RAW_EVERY === 0 ? await timed(() => askSql(options.client, fromRaw)) : null;
    if (ofRaw !== null) expectEqual(inWindows(bySql.value.rows), inWindows(ofRaw.value.rows));
    expectEqual(bySql.value.rows.length, byGateway.value);
    if (time < 0) continue;
    gateway.push(byGateway.ms);
    sql.push(bySql.ms);
    sqlEngine.push(bySql.value.engineMs);
    if (ofRaw === null) continue;
    raw.push(ofRaw.ms);
    rawEngine.push(ofRaw.value.engineMs);
  }
  agent.destroy();
  return {
    gatewayMs: median(gateway),
    sqlMs: median(sql),
    rawMs: median(raw),
    sqlEngineMs: median(sqlEngine),
    rawEngineMs: median(rawEngine),
  };
}

const WARM_UPS = 20;
/** Reading all events takes so much longer that fewer of them are enough. */
const RAW_EVERY = 20;

const OPERATION = `query Uncached($from: DateTime!, $to: DateTime!, $other: String!) {
  metrics: transactionMetrics(range: {from: $from, to: $to}, every: "1d", by: [CURRENCY, STATUS], where: {category: {ne: $other}}) {
    rows { start currency status count amountSum amountMax }
  }
}`;
const MEASURES = ['count', 'amountSum', 'amountMax'];

/** How many rows. By what ClickHouse's client is built on, so that what is compared are the two answers and not two clients. */
async function askGateway({ url, range }: QuestionOptions, agent: Agent, other: string): Promise<number> {
  const { outcome, data } = await postGraphqlBy(agent, url, OPERATION, { ...range, other });
  if (outcome !== 'miss') throw new Error(`expected a question that is not in the cache, got ${outcome}`);
  return (data as { readonly metrics: { readonly rows: readonly unknown[] } }).metrics.rows.length;
}

interface Statement {
  readonly sql: string;
  readonly options: QueryOptions;
}

/** What the product asks its warehouse for the same question, by that plan. */
async function statementsOf(
  { kind, range }: QuestionOptions,
  other: string,
  plan: typeof planMetrics,
): Promise<readonly Statement[]> {
  const measures = kind.measures.filter(({ name }) => MEASURES.includes(name));
  const question = readMetricsQuestion(
    kind,
    { range, every: '1d', by: ['CURRENCY', 'STATUS'], where: { category: { ne: other } } },
    { rows: { measures, shares: [], running: [], late: false }, total: null, previous: null, rates: false },
    { tenant: 'default', nowMs: Date.now() },
  );
  const statements: Statement[] = [];
  const recording: Pick<Warehouse, 'query'> = {
    query: async (sql, options = {}) => {
      statements.push({ sql, options });
      return { rows: [], rowsRead: 0, bytesRead: 0 };
    },
  };
  await computeMetrics(question, recording as Warehouse, plan);
  return statements;
}

interface SqlAnswer {
  readonly rows: readonly unknown[];
  readonly engineMs: number;
}

async function askSql(client: ClickHouseClient, statements: readonly Statement[]): Promise<SqlAnswer> {
  const rows: unknown[] = [];
  let engineMs = 0;
  for (const { sql, options } of statements) {
    const answer = await client.query({
      query: sql,
      format: 'JSON',
      query_params: { ...options.params },
      clickhouse_settings: { ...options.settings, output_format_json_quote_decimals: 1 },
    });
    const { data, statistics } = await answer.json();
    rows.push(...data);
    engineMs += (statistics?.elapsed ?? 0) * 1000;
  }
  return { rows, engineMs };
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ readonly ms: number; readonly value: Value }> {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}

/** By the how manieth window: its number says it where events are counted, and the time at which it starts where days of a rollup are read. */
function inWindows(rows: readonly unknown[]): readonly unknown[] {
  const windows = new Map<unknown, number>();
  return (rows as readonly Readonly<Record<string, unknown>>[]).map((row) => {
    const window = windows.get(row._w) ?? windows.size;
    windows.set(row._w, window);
    return { ...row, _w: window };
  });
}

function expectEqual(one: unknown, other: unknown): void {
  if (JSON.stringify(one) !== JSON.stringify(other)) throw new Error('expected the same answer from everywhere');
}
