import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import type { KindModel } from '../src/model/event-model.ts';
import { type Child, startChild } from './child.ts';
import { makeTransactions, settle } from './made-transactions.ts';
import { measureRepeatedOperation, type RepeatedFigures } from './repeated-operation.ts';
import { type Circumstances, circumstances, keep, machine, number, say } from './report.ts';
import { measureQuestions, type QuestionFigures } from './uncached-questions.ts';

interface QueryFigures extends Circumstances {
  readonly few: QuestionFigures & { readonly events: number };
  readonly many: QuestionFigures & { readonly events: number };
  readonly repeated: RepeatedFigures;
}

/** What asking costs: of a week of transactions, the embedded engine, everything on one machine, the callers too. */
export async function benchQuery({ brief }: { readonly brief: boolean }): Promise<void> {
  const kind = loadDeclarations(SAMPLE_KINDS_DIR).kinds.find(({ plural }) => plural === 'transactions');
  if (kind === undefined) throw new Error('the sample kinds hold transactions');
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));
  const env = { PORT: '0', LAKEGATE_SQL_PORT: '0', LAKEGATE_DATA_DIR: join(dir, 'data') };
  const [product, apollo] = await Promise.all([
    startChild('product-process.ts', env),
    startChild('static-process.ts', {}),
  ]);
  const load = clientOf(product, 'load');
  const client = clientOf(product, 'ask');
  const size = brief
    ? { events: 1_000_000, times: 100, rounds: 2, requests: 5_000 }
    : { events: 10_000_000, times: 400, rounds: 5, requests: 50_000 };
  const week = lastWeek();
  const fill = (from: number, to: number) => fillUp(load, { kind, from, count: to - from, span: week });
  const ask = () => measureQuestions({ url: product.url, client, kind, range: week.range, times: size.times });
  try {
    say(machine());
    await fill(0, size.events / 10);
    const few = { events: size.events / 10, ...(await ask()) };
    say(questionText(few));
    await fill(size.events / 10, size.events);
    const many = { events: size.events, ...(await ask()) };
    say(questionText(many));
    say(growthText(few, many));
    const repeated = await measureRepeatedOperation({ product, apollo, range: week.range, ...size });
    say(repeatedText(repeated));
    const figures: QueryFigures = { ...circumstances(), few, many, repeated };
    if (!brief) keep('query', figures, cellsOf(figures));
  } finally {
    await Promise.all([client.close(), load.close(), product.stop(), apollo.stop()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

function clientOf({ engine }: Child, pool: 'ask' | 'load'): ClickHouseClient {
  if (engine === null) throw new Error('expected the embedded engine to be up');
  return createClient({
    url: engine.url,
    ...engine.credentials[pool],
    request_timeout: REQUEST_TIMEOUT_MS,
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** Merging ten million events into one part takes a minute. */
const REQUEST_TIMEOUT_MS = 10 * 60_000;

/** Seven days of UTC that are over. */
function lastWeek() {
  const toMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const fromMs = toMs - 7 * DAY_MS;
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return { fromUs: fromMs * 1000, toUs: toMs * 1000, range };
}

const DAY_MS = 86_400_000;

async function fillUp(
  client: ClickHouseClient,
  made: Parameters<typeof makeTransactions>[1] & { readonly kind: KindModel },
): Promise<void> {
  const startedAt = performance.now();
  await makeTransactions(client, made);
  const seconds = (performance.now() - startedAt) / 1000;
  say(
    `${number(made.count)} events into raw, ledger and all rollups in ${seconds.toFixed(0)} s (${number(made.count / seconds)} a second)`,
  );
  await settle(client, made.kind);
}

function questionText({ events, gatewayMs, sqlMs, rawMs, ...engine }: QueryFigures['few']): string {
  const inEngine = `${engine.sqlEngineMs.toFixed(2)} and ${engine.rawEngineMs.toFixed(1)} ms in the engine itself (${(engine.rawEngineMs / engine.sqlEngineMs).toFixed(0)} times)`;
  return `of ${number(events)} events, medians: ${sqlMs.toFixed(2)} ms from a rollup, ${rawMs.toFixed(1)} ms from all events (${(rawMs / sqlMs).toFixed(0)} times; ${inEngine}), ${gatewayMs.toFixed(2)} ms by GraphQL and not cached (${(gatewayMs - sqlMs).toFixed(2)} ms more)`;
}

function growthText(few: QueryFigures['few'], many: QueryFigures['many']): string {
  return `ten times the events: ${(many.sqlMs / few.sqlMs).toFixed(2)} times the time of a rollup`;
}

function repeatedText({ cached, constant, ratio, connections }: RepeatedFigures): string {
  return `a repeated operation, ${connections} callers: ${number(cached)} a second, ${ratio.toFixed(2)} times a constant field of Apollo Server (${number(constant)})`;
}

function cellsOf({ few, many, repeated }: QueryFigures): readonly string[] {
  return [
    `${(many.rawMs / many.sqlMs).toFixed(0)} × (${many.sqlMs.toFixed(2)} ms, ${many.rawMs.toFixed(0)} ms); in the engine ${(many.rawEngineMs / many.sqlEngineMs).toFixed(0)} ×`,
    `${repeated.ratio.toFixed(2)} × ${number(repeated.constant)}/s`,
    `${(many.gatewayMs - many.sqlMs).toFixed(2)} ms`,
    `${(many.sqlMs / few.sqlMs).toFixed(2)} ×`,
  ];
}
