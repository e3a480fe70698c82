import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { decodeVersion } from '../src/model/version.ts';
import { until } from '../test/support/until.ts';
import type { Child } from './child.ts';
import { CATEGORIES, payment, subscribeTo } from './live-question.ts';
import { onData, openSocket, PatchReader } from './patch-reader.ts';
import { postGraphql } from './post-graphql.ts';
import { median, quantile } from './statistics.ts';

export interface LatencyFigures {
  readonly mutations: number;
  /** From the acknowledgement in the client's hands to the patch with the event at a subscriber, where no patch is held back. */
  readonly patch: Quantiles;
  /** From the acknowledgement to visible in every table. */
  readonly visible: Quantiles;
  /** From the acknowledgement to the event itself at a reader of the event stream. */
  readonly event: Quantiles;
  /** From the moment the client began to send, to the event at the reader and to the acknowledgement. */
  readonly sentToEvent: Quantiles;
  readonly sentToAcknowledged: Quantiles;
  /** Ratios of the medians. */
  readonly patchOfVisible: number;
  readonly eventOfAcknowledged: number;
}

export interface Quantiles {
  readonly msP50: number;
  readonly msP99: number;
}

/** One event a mutation, one after another, with pauses as people make them. All kinds of readers read meanwhile. */
export async function measurePatchLatency(product: Child, mutations: number): Promise<LatencyFigures> {
  const marks: Marks[] = [];
  const patches = await PatchReader.open(product.url, '250ms');
  const events = await EventReader.open(product.url);
  const visible = new VisibleReader(product);
  for (let index = -WARM_MUTATIONS; index < mutations; index++) {
    const marked = await measureOne(product.url, { patches, events, visible });
    if (index >= 0) marks.push(marked);
    await pause(randomInt(PAUSE_MS_MIN, PAUSE_MS_MAX));
  }
  for (const reader of [patches, events, visible]) reader.close();
  const between = (from: keyof Marks, to: keyof Marks): Quantiles => {
    // What arrived before the acknowledgement was read here counts as at once.
    const ms = marks.map((mark) => Math.max(0, mark[to] - mark[from]));
    return { msP50: median(ms), msP99: quantile(ms, 0.99) };
  };
  const figures = {
    patch: between('acknowledgedMs', 'patchMs'),
    visible: between('acknowledgedMs', 'visibleMs'),
    event: between('acknowledgedMs', 'eventMs'),
    sentToEvent: between('sentMs', 'eventMs'),
    sentToAcknowledged: between('sentMs', 'acknowledgedMs'),
  };
  return {
    mutations,
    ...figures,
    patchOfVisible: figures.patch.msP50 / figures.visible.msP50,
    eventOfAcknowledged: figures.sentToEvent.msP50 / figures.sentToAcknowledged.msP50,
  };
}

const WARM_MUTATIONS = 10;
/** Longer than the least time between two patches, so that none is held back. */
const PAUSE_MS_MIN = 300;
const PAUSE_MS_MAX = 500;

interface Marks {
  readonly sentMs: number;
  readonly acknowledgedMs: number;
  readonly visibleMs: number;
  readonly patchMs: number;
  readonly eventMs: number;
}

interface AtReaders {
  readonly patches: PatchReader;
  readonly events: EventReader;
  readonly visible: VisibleReader;
}

const SEND = `mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events) { admitted version } }`;

async function measureOne(url: string, { patches, events, visible }: AtReaders): Promise<Marks> {
  const event = payment(CATEGORIES[randomInt(CATEGORIES.length)] ?? '');
  const countBefore = patches.count;
  const sentMs = performance.now();
  const { data } = await postGraphql(url, SEND, { events: [event] });
  const acknowledgedMs = performance.now();
  const { version } = (data as { ingestTransactions: { version: string } }).ingestTransactions;
  const reached = () => [patches.atMs(countBefore + 1), events.atMs(event.id), visible.atMs(version)];
  await until(() => reached().every((atMs) => atMs !== null));
  const [patchMs, eventMs, visibleMs] = reached().map((atMs) => atMs ?? Number.NaN);
  return { sentMs, acknowledgedMs, patchMs: patchMs ?? 0, eventMs: eventMs ?? 0, visibleMs: visibleMs ?? 0 };
}

/** When each event came. */
class EventReader {
  readonly #socket: WebSocket;
  readonly #cameMs = new Map<string, number>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(url: string): Promise<EventReader> {
    const socket = await openSocket(url);
    const reader = new EventReader(socket);
    onData<{ transactionAdded: { nodes: { id: string }[] } }>(socket, ({ transactionAdded }) => {
      for (const { id } of transactionAdded.nodes) reader.#cameMs.set(id, performance.now());
    });
    socket.send(JSON.stringify(subscribeTo('subscription { transactionAdded { nodes { id } cursor } }')));
    return reader;
  }

  atMs(id: string): number | null {
    return this.#cameMs.get(id) ?? null;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** When each version was visible, as the product said it. Its clock is ours. */
class VisibleReader {
  readonly #advances: { readonly offsets: ReadonlyMap<number, bigint>; readonly atMs: number }[] = [];
  readonly close: () => void;

  constructor(product: Child) {
    this.close = product.onVisible(({ topic, offsets, atNs }) => {
      if (topic !== 'transactions') return;
      const lastVisible = new Map(Object.entries(offsets).map(([p, offset]) => [Number(p), BigInt(offset)]));
      this.#advances.push({ offsets: lastVisible, atMs: performance.now() - nsSince(atNs) / 1e6 });
    });
  }

  atMs(version: string): number | null {
    const wanted = [...(decodeVersion(version).offsets.get('transactions') ?? [])];
    const reached = this.#advances.find(({ offsets }) =>
      wanted.every(([partition, offset]) => (offsets.get(partition) ?? -1n) >= offset),
    );
    return reached?.atMs ?? null;
  }
}

function nsSince(ns: string): number {
  return Number(process.hrtime.bigint() - BigInt(ns));
}
