import { setTimeout as pause } from 'node:timers/promises';
import { EventGenerator } from '../src/cli/generate/event-generator.ts';
import type { EventModel, KindModel } from '../src/model/event-model.ts';
import { decodeVersion } from '../src/model/version.ts';
import { until } from '../test/support/until.ts';
import { type Child, startChild } from './child.ts';
import { median, quantile } from './statistics.ts';

export interface FreshnessFigures {
  readonly eventsPerSecond: number;
  /** One kind that somebody watches, or all kinds and nobody. */
  readonly load: 'one kind watched' | 'all kinds';
  /** From the acknowledgement in the client's hands to visible in every table. */
  readonly msP50: number;
  readonly msP99: number;
  /** From the moment the client began to send. */
  readonly sentMsP50: number;
  readonly sentMsP99: number;
  /** Of the product's processes together: 1 is one processor all the time. */
  readonly processors: number;
  /** What was really sent: below the rate asked for where the machine could not. */
  readonly sentPerSecond: number;
}

interface FreshnessOptions {
  readonly model: EventModel;
  readonly dataDir: string;
  readonly eventsPerSecond: number;
  readonly load: FreshnessFigures['load'];
  readonly seconds: number;
  /** What the product runs on, where that is not what it brings along. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function measureFreshness(options: FreshnessOptions): Promise<FreshnessFigures> {
  const product = await startChild('product-process.ts', {
    PORT: '0',
    LAKEGATE_SQL_PORT: '0',
    LAKEGATE_DATA_DIR: options.dataDir,
    ...options.env,
  });
  const kinds =
    options.load === 'all kinds'
      ? options.model.kinds
      : options.model.kinds.filter(({ plural }) => plural === 'transactions');
  if (options.load === 'one kind watched') product.tell({ type: 'watch', topics: kinds.map(({ plural }) => plural) });
  await sendAtRate(product, kinds, { ...options, seconds: WARM_SECONDS, seed: 'warm' });
  const cpuBefore = product.cpuMs();
  const startedAt = performance.now();
  const { latenciesMs, sentLatenciesMs, sent, sendingMs } = await sendAtRate(product, kinds, {
    ...options,
    seed: 'measured',
  });
  const processors = (product.cpuMs() - cpuBefore) / (performance.now() - startedAt);
  await product.stop();
  return {
    eventsPerSecond: options.eventsPerSecond,
    load: options.load,
    msP50: median(latenciesMs),
    msP99: quantile(latenciesMs, 0.99),
    sentMsP50: median(sentLatenciesMs),
    sentMsP99: quantile(sentLatenciesMs, 0.99),
    processors,
    sentPerSecond: (sent / sendingMs) * 1000,
  };
}

const WARM_SECONDS = 3;
/** What was sent faster than it could be loaded is waited for; not for ever. */
const CATCHING_UP_MS_MAX = 120_000;
/** A producer that collects for this long. */
const TICK_MS = 50;

/** Of one kind: five kinds stay below the number of bodies that the server takes at one time. */
const REQUESTS_AT_ONCE = 6;

interface Acknowledged {
  readonly topic: string;
  readonly offsets: ReadonlyMap<number, bigint>;
  readonly sentNs: bigint;
  readonly atNs: bigint;
}

interface Sent {
  readonly latenciesMs: readonly number[];
  readonly sentLatenciesMs: readonly number[];
  readonly sent: number;
  readonly sendingMs: number;
}

async function sendAtRate(
  product: Child,
  kinds: readonly KindModel[],
  options: FreshnessOptions & { readonly seed: string },
): Promise<Sent> {
  const waiting = new Set<Acknowledged>();
  const latenciesMs: number[] = [];
  const sentLatenciesMs: number[] = [];
  const visible = new Map<string, ReadonlyMap<number, bigint>>();
  const settle = (atNs: bigint): void => {
    for (const one of waiting) {
      if (!isVisible(one, visible.get(one.topic))) continue;
      waiting.delete(one);
      // Visible before the acknowledgement was read here counts as at once.
      latenciesMs.push(Math.max(0, Number(atNs - one.atNs) / 1e6));
      sentLatenciesMs.push(Number((atNs > one.atNs ? atNs : one.atNs) - one.sentNs) / 1e6);
    }
  };
  const stopListening = product.onVisible(({ topic, offsets, atNs }) => {
    visible.set(
      topic,
      new Map(Object.entries(offsets).map(([partition, offset]) => [Number(partition), BigInt(offset)])),
    );
    settle(BigInt(atNs));
  });
  const startedAt = performance.now();
  const sent = await Promise.all(
    kinds.map((kind) =>
      sendKindAtRate(product, kind, options, options.eventsPerSecond / kinds.length, (acknowledged) => {
        waiting.add(acknowledged);
        settle(acknowledged.atNs);
      }),
    ),
  );
  const sendingMs = performance.now() - startedAt;
  await until(() => waiting.size === 0, CATCHING_UP_MS_MAX);
  stopListening();
  return { latenciesMs, sentLatenciesMs, sent: sent.reduce((sum, count) => sum + count, 0), sendingMs };
}

async function sendKindAtRate(
  product: Child,
  kind: KindModel,
  { model, seed, seconds }: FreshnessOptions & { readonly seed: string },
  rate: number,
  onAcknowledged: (acknowledged: Acknowledged) => void,
): Promise<number> {
  const generator = new EventGenerator({
    kind,
    enums: model.enums,
    seed: `freshness/${seed}/${kind.plural}`,
    timeline: { startMs: Date.now(), stepMs: 1000 / rate },
  });
  const item = generator.item();
  const inFlight = new Set<Promise<void>>();
  const startedAt = performance.now();
  let next = 0;
  for (let tick = 1; tick * TICK_MS <= seconds * 1000; tick++) {
    await pause(Math.max(0, startedAt + tick * TICK_MS - performance.now()));
    const due = Math.floor((tick * TICK_MS * rate) / 1000);
    let lines = '';
    for (; next < due; next++) lines += `${generator.make(next, item).line}\n`;
    if (lines === '') continue;
    const request = send(product, kind, lines).then((acknowledged) => {
      inFlight.delete(request);
      onAcknowledged(acknowledged);
    });
    inFlight.add(request);
    // A server that does not keep up gets less, and the figures say so.
    if (inFlight.size >= REQUESTS_AT_ONCE) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  return next;
}

async function send(product: Child, kind: KindModel, lines: string): Promise<Acknowledged> {
  const sentNs = process.hrtime.bigint();
  const response = await fetch(`${product.url}/ingest/${kind.singular}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines,
  });
  const text = await response.text();
  const atNs = process.hrtime.bigint();
  if (!response.ok) throw new Error(`the bulk door answered ${response.status}: ${text}`);
  const offsets = decodeVersion(JSON.parse(text).version).offsets.get(kind.plural) ?? new Map<number, bigint>();
  return { topic: kind.plural, offsets, sentNs, atNs };
}

function isVisible({ offsets }: Acknowledged, visible: ReadonlyMap<number, bigint> | undefined): boolean {
  return [...offsets].every(([partition, offset]) => (visible?.get(partition) ?? -1n) >= offset);
}
