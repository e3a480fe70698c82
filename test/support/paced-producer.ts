import { setTimeout as pause } from 'node:timers/promises';

export interface PacedProducerOptions {
  /** Of the server that takes events at this moment. */
  readonly url: () => string;
  /** In singular. */
  readonly kind: string;
  readonly event: (number: number) => object;
  readonly perSecond: number;
}

/**
 * A producer that keeps a rate, as far as the machine lets it, over several connections at once, and sends each batch again until all of it is
 * acknowledged: by which process, and however often one dies meanwhile.
 */
export class PacedProducer {
  readonly #options: PacedProducerOptions;
  #next = 0;
  /** Of which some may have come in although nobody heard of it. */
  handedOver = 0;
  acknowledged = 0;

  constructor(options: PacedProducerOptions) {
    this.#options = options;
  }

  /** Events number `0` to `count - 1`, in batches. Resolves when all are acknowledged. */
  async send(count: number): Promise<void> {
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.#sendBatches(count, startedAt)));
  }

  async #sendBatches(count: number, startedAt: number): Promise<void> {
    while (this.#next < count) {
      const from = this.#next;
      const to = Math.min(from + BATCH, count);
      this.#next = to;
      await pause(startedAt + (from * 1000) / this.#options.perSecond - performance.now());
      const body = Array.from({ length: to - from }, (_, i) => JSON.stringify(this.#options.event(from + i))).join(
        '\n',
      );
      this.handedOver += to - from;
      while (!(await this.#isTaken(body, to - from).catch(() => false))) await pause(AGAIN_MS);
      this.acknowledged += to - from;
    }
  }

  async #isTaken(body: string, events: number): Promise<boolean> {
    const { url, kind } = this.#options;
    const headers = { 'content-type': 'application/x-ndjson' };
    const response = await fetch(`${url()}/ingest/${kind}`, { method: 'POST', headers, body });
    const { admitted, duplicates } = (await response.json()) as { admitted?: number; duplicates?: number };
    return (admitted ?? 0) + (duplicates ?? 0) === events;
  }
}

/** What a producer library sends at once: at 20,000 events a second 20 requests. */
const BATCH = 1_000;
const CONNECTIONS = 4;
const AGAIN_MS = 50;
