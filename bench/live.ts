import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { startChild } from './child.ts';
import { type DeliveryFigures, measureDelivery } from './delivery.ts';
import { byCategory, subscribeTo } from './live-question.ts';
import { type LatencyFigures, measurePatchLatency, type Quantiles } from './patch-latency.ts';
import { Readers } from './readers.ts';
import { type Circumstances, circumstances, keep, machine, number, say } from './report.ts';

export interface LiveFigures extends Circumstances {
  readonly delivery: DeliveryFigures;
  readonly latency: LatencyFigures;
}

/** What it costs to tell a thousand readers of a change, and how soon they know. Everything on one machine, the readers too. */
export async function benchLive({ brief }: { readonly brief: boolean }): Promise<void> {
  const size = brief
    ? { sockets: SOCKETS, rounds: 1, writes: 40, mutations: 40 }
    : { sockets: SOCKETS, rounds: 5, writes: 100, mutations: 300 };
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));
  const env = { PORT: '0', LAKEGATE_SQL_PORT: '0', LAKEGATE_DATA_DIR: join(dir, 'data') };
  const [product, bare] = await Promise.all([
    startChild('product-process.ts', env),
    startChild('broadcast-process.ts', {}),
  ]);
  const readers = Readers.start();
  const { engine } = product;
  if (engine === null) throw new Error('expected the embedded engine to be up');
  const client = createClient({ url: engine.url, ...engine.credentials.ask, log: { level: ClickHouseLogLevel.OFF } });
  try {
    say(machine());
    const delivery = await measureDelivery({ product, bare, readers, client, ...size });
    say(deliveryText(delivery));
    await readers.open(product.url, SOCKETS, subscribeTo(byCategory('250ms')));
    const latency = await measurePatchLatency(product, size.mutations);
    say(latencyText(latency));
    const figures: LiveFigures = { ...circumstances(), delivery, latency };
    if (!brief) keep('live', figures, cellsOf(figures));
  } finally {
    await Promise.all([client.close(), readers.stop(), product.stop(), bare.stop()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

const SOCKETS = 1_000;

function deliveryText(figures: DeliveryFigures): string {
  const { sockets, messageBytes, patches, patchesPerBusySecond, barePerBusySecond, share } = figures;
  return [
    `${number(patches)} patches of ${number(messageBytes)} bytes to ${number(sockets)} equal sockets: ${number(patchesPerBusySecond)} messages for each second that the main thread runs for them, ${share.toFixed(2)} of a bare broadcast of the same bytes (${number(barePerBusySecond)})`,
    `from the first socket to the last: ${figures.burstMs.toFixed(1)} ms, bare ${figures.bareBurstMs.toFixed(1)} ms: ${figures.burstShare.toFixed(2)}`,
    `for each patch the warehouse was asked ${figures.askedForOne.toFixed(2)} times with one reader, ${figures.askedForAll.toFixed(2)} times with ${number(sockets)}; statements of everything in the engine: ${figures.statementsForOne.toFixed(1)} and ${figures.statementsForAll.toFixed(1)}`,
  ].join('\n');
}

function latencyText({
  mutations,
  patch,
  visible,
  event,
  patchOfVisible,
  eventOfAcknowledged,
}: LatencyFigures): string {
  return [
    `${number(mutations)} mutations, ${number(SOCKETS)} other readers: acknowledged to patch ${text(patch)}, ${patchOfVisible.toFixed(2)} times acknowledged to visible (${text(visible)})`,
    `acknowledged to the event at a reader of the event stream ${text(event)}; sent to the event is ${eventOfAcknowledged.toFixed(2)} times sent to acknowledged`,
  ].join('\n');
}

function text({ msP50, msP99 }: Quantiles): string {
  return `p50 ${msP50.toFixed(0)} ms, p99 ${msP99.toFixed(0)} ms`;
}

function cellsOf({ delivery, latency }: LiveFigures): readonly string[] {
  return [
    `${delivery.share.toFixed(2)} of ${number(delivery.barePerBusySecond)}/s`,
    `${delivery.burstShare.toFixed(2)} (${delivery.burstMs.toFixed(1)} ms)`,
    `${delivery.askedForOne.toFixed(2)}, ${delivery.askedForAll.toFixed(2)}`,
    `${latency.patch.msP50.toFixed(0)} ms, ${latency.patch.msP99.toFixed(0)} ms`,
    `${latency.patchOfVisible.toFixed(2)} ×`,
    `${latency.event.msP50.toFixed(0)} ms, ${latency.event.msP99.toFixed(0)} ms`,
  ];
}
