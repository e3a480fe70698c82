import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { threadsOf } from '../src/cli/start/start-processor.ts';
import { PacedProducer } from '../test/support/paced-producer.ts';
import {
  type Ask,
  type PaymentStream,
  paymentStream,
  rollupsOf,
  windowsInUsd,
  windowsOf,
} from '../test/support/payment-stream.ts';
import { until } from '../test/support/until.ts';
import { type Child, startChild } from './child.ts';
import { postGraphql } from './post-graphql.ts';
import { type Circumstances, circumstances, keep, machine, number, say } from './report.ts';
import { median, quantile } from './statistics.ts';

interface StreamFigures extends Circumstances {
  /** What the producer was to send each second. */
  readonly perSecond: number;
  /** Second by second, those in which the processes warmed up left out. */
  readonly seconds: readonly Second[];
  /** What was not taken yet of what was durable: as the job says it, four times a second. */
  readonly lag: { readonly p50: number; readonly p99: number; readonly most: number };
  /** From the last acknowledgement to everything taken and durable, every window's state included. */
  readonly behindMs: number;
  /** Used meanwhile. 1 is one processor all the time. */
  readonly processors: Readonly<Record<Part, number>>;
  readonly threads: number;
  readonly windows: number;
}

interface Second {
  readonly acknowledged: number;
  readonly taken: number;
  /** At its end. */
  readonly lag: number;
}

/** Of the product its engine, its main thread and its others, among them those of jobs; and who sends. */
const PARTS = ['engine', 'main thread', 'other threads', 'producer'] as const;
type Part = (typeof PARTS)[number];

/** A job submitted over GraphQL on a stream that a producer paces: what got through, and how far behind the job was. */
export async function benchStream({ brief }: { readonly brief: boolean }): Promise<void> {
  const seconds = brief ? 5 : 30;
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));
  const product = await startChild('product-process.ts', {
    PORT: '0',
    LAKEGATE_SQL_PORT: '0',
    LAKEGATE_DATA_DIR: join(dir, 'data'),
  });
  try {
    say(machine());
    const figures = { ...circumstances(), ...(await measureStream(product, seconds)) };
    for (const line of linesOf(figures)) say(line);
    if (!brief) keep('stream', figures, cellsOf(figures));
  } finally {
    await product.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const PER_SECOND = 20_000;
const WARM_SECONDS = 3;
/** As many windows as one answer may have, and few enough payments of each user a minute that nobody is alarmed. */
const USERS = 1_000;
const WINDOW_MINUTES = 10;
/** What was sent faster than it could be taken is waited for; not for ever. */
const CATCHING_UP_MS_MAX = 300_000;
const LOOKS_A_SECOND = 4;

async function measureStream(product: Child, seconds: number): Promise<Omit<StreamFigures, keyof Circumstances>> {
  const events = PER_SECOND * (WARM_SECONDS + seconds);
  const stream = paymentStream({ events, users: USERS, windowMinutes: WINDOW_MINUTES });
  const ask: Ask = async <Data>(query: string, variables = {}) =>
    (await postGraphql(product.url, query, variables)).data as Data;
  const job = await runningJob(ask);
  const producer = new PacedProducer({
    url: () => product.url,
    kind: 'transaction',
    event: stream.payment,
    perSecond: PER_SECOND,
  });
  const look = async () => lookAt(await job.figures(), producer);
  let sentAt = 0;
  const sending = producer.send(events).then(() => {
    sentAt = performance.now();
  });
  await until(() => producer.acknowledged >= WARM_SECONDS * PER_SECOND, CATCHING_UP_MS_MAX);
  const before = await meters(product);
  const looks = await looksUntil(look, () => sentAt > 0);
  await sending;
  const processors = processorsBetween(before, await meters(product));
  await until(async () => isDone(await look(), events), CATCHING_UP_MS_MAX);
  const behindMs = performance.now() - sentAt;
  const lags = looks.map(({ lag }) => lag);
  return {
    perSecond: PER_SECOND,
    seconds: secondsOf(looks),
    lag: { p50: median(lags), p99: quantile(lags, 0.99), most: Math.max(...lags) },
    behindMs,
    processors,
    threads: threadsOf({ processorThreads: 'auto', partitions: 4 }),
    windows: await checkWindows(ask, job.id, stream),
  };
}

interface JobFigures {
  readonly status: string;
  readonly recordsProcessed: number;
  readonly lag: number;
  readonly watermark: string | null;
}

async function runningJob(ask: Ask): Promise<{ readonly id: string; figures(): Promise<JobFigures> }> {
  const mutation = `mutation { submitJob(input: ${windowsInUsd('per-user', { windowMinutes: WINDOW_MINUTES })}) { job { id } } }`;
  const { id } = (await ask<{ submitJob: { job: { id: string } } }>(mutation)).submitJob.job;
  const query = 'query ($id: ID!) { job(id: $id) { status recordsProcessed lag watermark } }';
  const figures = async () => (await ask<{ job: JobFigures }>(query, { id })).job;
  await until(async () => (await figures()).status === 'RUNNING', CATCHING_UP_MS_MAX);
  return { id, figures };
}

interface Look {
  readonly atMs: number;
  readonly acknowledged: number;
  readonly taken: number;
  readonly lag: number;
}

function lookAt({ recordsProcessed, lag }: JobFigures, { acknowledged, handedOver }: PacedProducer): Look {
  if (recordsProcessed > handedOver)
    throw new Error(`expected the job to have taken at most what was sent (${handedOver}), got ${recordsProcessed}`);
  return { atMs: performance.now(), acknowledged, taken: recordsProcessed, lag };
}

async function looksUntil(look: () => Promise<Look>, isOver: () => boolean): Promise<readonly Look[]> {
  const looks = [await look()];
  const startedAt = performance.now();
  while (!isOver()) {
    await pause(Math.max(0, startedAt + (looks.length * 1000) / LOOKS_A_SECOND - performance.now()));
    looks.push(await look());
  }
  return looks;
}

function isDone({ taken, lag }: Look, events: number): boolean {
  return taken === events && lag === 0;
}

/** Looks are a little more or less than a second apart; what lay between them is told as of one. */
function secondsOf(looks: readonly Look[]): readonly Second[] {
  const ends = looks.filter((_, at) => at % LOOKS_A_SECOND === 0);
  return ends.slice(1).map((end, at) => {
    const begin = ends[at] ?? end;
    const perSecond = (count: number) => (count * 1000) / (end.atMs - begin.atMs);
    return {
      acknowledged: perSecond(end.acknowledged - begin.acknowledged),
      taken: perSecond(end.taken - begin.taken),
      lag: end.lag,
    };
  });
}

interface Meters {
  readonly atMs: number;
  readonly usedMs: Readonly<Record<Part, number>>;
}

async function meters(product: Child): Promise<Meters> {
  const { user, system } = process.cpuUsage();
  const mainThread = await product.busyMs();
  const [all, own] = [product.cpuMs(), product.ownCpuMs()];
  return {
    atMs: performance.now(),
    usedMs: {
      engine: all - own,
      'main thread': mainThread,
      'other threads': own - mainThread,
      producer: (user + system) / 1000,
    },
  };
}

function processorsBetween(before: Meters, after: Meters): StreamFigures['processors'] {
  const share = (part: Part) => (after.usedMs[part] - before.usedMs[part]) / (after.atMs - before.atMs);
  return {
    engine: share('engine'),
    'main thread': share('main thread'),
    'other threads': share('other threads'),
    producer: share('producer'),
  };
}

/** Who is fast and wrong is not fast. */
async function checkWindows(ask: Ask, id: string, stream: PaymentStream): Promise<number> {
  const same = async () => {
    const wanted = await rollupsOf(ask, stream);
    return wanted.length === stream.windows && String(await windowsOf(ask, id)) === String(wanted);
  };
  await until(same, CATCHING_UP_MS_MAX);
  return stream.windows;
}

function linesOf(figures: StreamFigures): readonly string[] {
  const { seconds, lag, behindMs, processors, threads, windows } = figures;
  const each = seconds.map(
    ({ acknowledged, taken, lag: left }, at) =>
      `second ${at + 1}: ${number(acknowledged)} acknowledged, ${number(taken)} taken by the job, ${number(left)} left to take`,
  );
  return [
    ...each,
    `${rateText(seconds, 'acknowledged')} of ${number(figures.perSecond)} events/s acknowledged, ${rateText(seconds, 'taken')} taken by a job on ${threads} threads`,
    `left to take: ${number(lag.p50)} (p50), ${number(lag.p99)} (p99), ${number(lag.most)} at most; ${behindMs.toFixed(0)} ms after the last acknowledgement nothing`,
    `processors: ${PARTS.map((part) => `${part} ${processors[part].toFixed(2)}`).join(', ')}`,
    `processor time of an event: ${PARTS.map((part) => `${part} ${((processors[part] * 1e6) / meanOf(seconds, 'acknowledged')).toFixed(1)} µs`).join(', ')}`,
    `${number(windows)} windows equal the rollups`,
  ];
}

function cellsOf({ seconds, lag, behindMs, processors, windows }: StreamFigures): readonly string[] {
  return [
    rateText(seconds, 'acknowledged'),
    rateText(seconds, 'taken'),
    `${number(lag.p50)}, ${number(lag.p99)}`,
    `${behindMs.toFixed(0)} ms`,
    PARTS.map((part) => processors[part].toFixed(2)).join(', '),
    number(windows),
  ];
}

/** The mean, and the least of a second. */
function rateText(seconds: readonly Second[], of: 'acknowledged' | 'taken'): string {
  return `${number(meanOf(seconds, of))}/s (least ${number(Math.min(...seconds.map((second) => second[of])))})`;
}

function meanOf(seconds: readonly Second[], of: 'acknowledged' | 'taken'): number {
  return seconds.reduce((sum, second) => sum + second[of], 0) / seconds.length;
}
