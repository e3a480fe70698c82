import { setTimeout as pause } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { until } from '../test/support/until.ts';
import type { Child } from './child.ts';
import { byCategory, CATEGORIES, payment, subscribeTo } from './live-question.ts';
import { PatchReader } from './patch-reader.ts';
import type { Readers } from './readers.ts';
import type { CountedMessage } from './reading-process.ts';
import { median } from './statistics.ts';

export interface DeliveryFigures {
  readonly sockets: number;
  /** Patches of one round, and how large one is. */
  readonly patches: number;
  readonly messageBytes: number;
  /** Messages for each second that the main thread runs for them: of patches, above what it does for one reader. */
  readonly patchesPerBusySecond: number;
  /** Of the same bytes by the bare server. */
  readonly barePerBusySecond: number;
  /** Medians over the rounds of the ratio within a round. */
  readonly share: number;
  /** From the first socket that has a message to the last one, of the bare server as a share of the product's. */
  readonly burstShare: number;
  readonly burstMs: number;
  readonly bareBurstMs: number;
  /** Times that the question was asked of the warehouse for each patch, with one reader and with all of them. */
  readonly askedForOne: number;
  readonly askedForAll: number;
  /** Statements that read, of everything that goes on in the engine, for each patch. */
  readonly statementsForOne: number;
  readonly statementsForAll: number;
}

interface DeliveryOptions {
  readonly product: Child;
  readonly bare: Child;
  readonly readers: Readers;
  /** Into the product's engine. */
  readonly client: ClickHouseClient;
  readonly sockets: number;
  readonly rounds: number;
  readonly writes: number;
}

/**
 * Real patches by real writes, each when the one before has arrived, to one reader and to many equal ones; then the same bytes by a bare `ws`
 * server to the same readers.
 */
export async function measureDelivery(options: DeliveryOptions): Promise<DeliveryFigures> {
  const rounds: Round[] = [];
  // The first round warms both and is not counted.
  for (let round = 0; round <= options.rounds; round++) {
    const figures = await measureRound(options);
    if (round > 0) rounds.push(figures);
  }
  const medianOf = (figure: (round: Round) => number) => median(rounds.map(figure));
  return {
    sockets: options.sockets,
    patches: medianOf(({ all }) => all.patches),
    messageBytes: medianOf(({ all }) => all.messageBytes),
    patchesPerBusySecond: medianOf((round) => 1000 / patchMs(round)),
    barePerBusySecond: medianOf((round) => 1000 / bareMs(round)),
    share: medianOf((round) => bareMs(round) / patchMs(round)),
    burstShare: medianOf(({ all, bare }) => bare.burstMs / all.burstMs),
    burstMs: medianOf(({ all }) => all.burstMs),
    bareBurstMs: medianOf(({ bare }) => bare.burstMs),
    askedForOne: medianOf(({ one }) => one.asked / one.patches),
    askedForAll: medianOf(({ all }) => all.asked / all.patches),
    statementsForOne: medianOf(({ one }) => one.statements / one.patches),
    statementsForAll: medianOf(({ all }) => all.statements / all.patches),
  };
}

/** How long the main thread runs for one message more. */
function patchMs({ one, all }: Round): number {
  return (all.busyMs - one.busyMs) / (all.messages - one.messages);
}

function bareMs({ bare }: Round): number {
  return bare.busyMs / bare.messages;
}

interface Round {
  readonly one: Patched;
  readonly all: Patched;
  readonly bare: Sent;
}

interface Sent {
  readonly messages: number;
  readonly busyMs: number;
  /** Median. */
  readonly burstMs: number;
}

interface Patched extends Sent {
  readonly patches: number;
  readonly messageBytes: number;
  readonly asked: number;
  readonly statements: number;
  readonly texts: readonly string[];
}

async function measureRound(options: DeliveryOptions): Promise<Round> {
  const one = await measurePatches(options, 1);
  const all = await measurePatches(options, options.sockets);
  return { one, all, bare: await measureBare(options, all.texts) };
}

async function measurePatches(options: DeliveryOptions, sockets: number): Promise<Patched> {
  const { product, readers, client, writes } = options;
  await readers.open(product.url, sockets, subscribeTo(byCategory(THROTTLE)));
  const scout = await PatchReader.open(product.url, THROTTLE);
  const asked = await countAsked(product.url);
  const statements = await countStatements(client);
  const busyMs = await product.busyMs();
  for (let written = 0; written < writes; written++) {
    const count = scout.count + CATEGORIES.length;
    await write(product.url);
    await until(() => scout.count >= count);
  }
  await pause(QUIET_MS);
  const messages = await readers.counted();
  const spentMs = (await product.busyMs()) - busyMs;
  const stated = (await countStatements(client)) - statements;
  const wasAsked = (await countAsked(product.url)) - asked;
  scout.close();
  await readers.close();
  const whole = messages.filter((message) => message.sockets === sockets);
  return {
    messages: messages.reduce((sum, message) => sum + message.sockets, 0),
    patches: messages.length,
    messageBytes: median(messages.map(({ text }) => Buffer.byteLength(text))),
    busyMs: spentMs,
    burstMs: burstMs(whole),
    asked: wasAsked,
    statements: stated,
    texts: whole.map(({ text }) => text),
  };
}

/** The least that a question may ask for. */
const THROTTLE = '50ms';
/** What is under way to the readers is there within this, many times over. */
const QUIET_MS = 1_000;

/** About as long as the product takes from a patch to the next. */
const BARE_PAUSE_MS = 100;

async function measureBare({ bare, readers, sockets }: DeliveryOptions, texts: readonly string[]): Promise<Sent> {
  await readers.open(bare.url, sockets, subscribeTo(''));
  const before = await bare.busyMs();
  for (const body of texts) {
    await (await fetch(bare.url, { method: 'POST', body })).arrayBuffer();
    await pause(BARE_PAUSE_MS);
  }
  await pause(QUIET_MS);
  const messages = await readers.counted();
  const busyMs = (await bare.busyMs()) - before;
  await readers.close();
  return { messages: messages.reduce((sum, message) => sum + message.sockets, 0), busyMs, burstMs: burstMs(messages) };
}

function burstMs(messages: readonly CountedMessage[]): number {
  return median(messages.map(({ firstMs, lastMs }) => lastMs - firstMs));
}

async function write(url: string): Promise<void> {
  const body = CATEGORIES.map((category) => JSON.stringify(payment(category))).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${url}/ingest/transaction`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`the bulk door answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** That the engine has read by so far, this one included. */
async function countStatements(client: ClickHouseClient): Promise<number> {
  const answer = await client.query({
    query: "SELECT value FROM system.events WHERE event = 'SelectQuery'",
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ readonly value: string }>();
  return Number(row?.value);
}

/** By all live questions, of which there is one. */
async function countAsked(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^lakegate_live_evaluations_total (\d+)$/m.exec(text)?.[1]);
}
