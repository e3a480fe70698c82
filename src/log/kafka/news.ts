import { setTimeout as pause } from 'node:timers/promises';
import type { Brokers } from './brokers.ts';
import type { Ends } from './ends.ts';
import type { Health } from './health.ts';
import { reasonOf } from './kafka-away.ts';

/** What is asked in order to tell it. */
export interface NewsSource {
  readonly brokers: Brokers;
  readonly ends: Ends;
  readonly health: Health;
  readonly warn: (message: string, facts: object) => void;
}

/** A second: who must know sooner reads. */
const LOOK_EVERY_MS = 1_000;

/**
 * Tells listeners that a topic has more than before: what this process wrote at once, what others wrote when Kafka's ends were found further
 * than at the last look. The same look finds out whether Kafka can be reached.
 */
export class News {
  readonly #source: NewsSource;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #ends = new Map<string, string>();
  readonly #closed = new AbortController();
  readonly #looking: Promise<void>;

  constructor(source: NewsSource) {
    this.#source = source;
    this.#looking = this.#look();
  }

  subscribe(topic: string, listener: () => void): () => void {
    // Each subscription is one of its own, also where the same function listens twice.
    const own = () => listener();
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(own));
    return () => {
      listeners.delete(own);
    };
  }

  announce(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) this.#tell(topic, listener);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#looking;
  }

  /** What a listener throws is its own affair. */
  #tell(topic: string, listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#source.warn('a listener for appended records threw', { topic, error });
    }
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { brokers, health } = this.#source;
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        await pause(LOOK_EVERY_MS, undefined, { signal, ref: false });
        await brokers.nodeIds();
        health.set(this, null);
        await Promise.allSettled([...this.#listeners].map(([topic, { size }]) => size > 0 && this.#lookAt(topic)));
      } catch (error) {
        if (!signal.aborted) health.set(this, reasonOf(error));
      }
    }
  }

  /** Rejects while a leader moves, which is seen at the next look. */
  async #lookAt(topic: string): Promise<void> {
    const ends = (await this.#source.ends.committedEnds(topic)).join();
    const before = this.#ends.get(topic);
    this.#ends.set(topic, ends);
    if (before !== ends) this.announce(topic);
  }
}
