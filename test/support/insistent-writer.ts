import { setTimeout as pause } from 'node:timers/promises';
import { graphql } from './lakegate.ts';

export interface WrittenPayment {
  readonly id: string;
}

/** Sends payments of random hours, and each again until it is acknowledged: by whom, and however often servers die meanwhile. */
export class InsistentWriter {
  readonly #urls: () => readonly string[];
  readonly #random: (below: number) => number;
  readonly #prefix: string;
  /** In the order in which they were made. */
  readonly acknowledged: string[] = [];
  /** Of the last acknowledgement. */
  version: string | null = null;

  constructor(prefix: string, urls: () => readonly string[], random: (below: number) => number) {
    this.#prefix = prefix;
    this.#urls = urls;
    this.#random = random;
  }

  async write(count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, index) => this.#payment(this.acknowledged.length + index));
    for (;;) {
      const urls = this.#urls();
      const url = urls[this.#random(urls.length)];
      const version = url === undefined ? null : await this.#send(url, events).catch(() => null);
      if (version !== null) {
        this.version = version;
        this.acknowledged.push(...events.map(({ id }) => id));
        return;
      }
      await pause(AGAIN_MS);
    }
  }

  #payment(number: number) {
    return {
      id: `${this.#prefix}-${number}`,
      userId: `user-${this.#random(50)}`,
      amount: `${1 + this.#random(1000)}.25`,
      currency: ['USD', 'EUR', 'GBP'][this.#random(3)] ?? 'USD',
      status: 'CAPTURED',
      category: `category-${this.#random(4)}`,
      occurredAt: new Date(Date.now() - this.#random(HOURS_MAX) * HOUR_MS).toISOString(),
    };
  }

  /** Null: not acknowledged, all of it. */
  async #send(url: string, events: readonly WrittenPayment[]): Promise<string | null> {
    const { data } = await graphql<{ ingestTransactions: Ingested | null } | null>(
      url,
      'mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events) { admitted duplicates version } }',
      { events },
    );
    const ingested = data?.ingestTransactions ?? null;
    return ingested !== null && ingested.admitted + ingested.duplicates === events.length ? ingested.version : null;
  }
}

interface Ingested {
  readonly admitted: number;
  readonly duplicates: number;
  readonly version: string;
}

/** Most of them late. */
const HOURS_MAX = 40;
const HOUR_MS = 3_600_000;
const AGAIN_MS = 20;
