import { followTopic } from '../../log/follow-topic.ts';
import type { Log, StoredRecord } from '../../log/log.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { Waiting } from '../place.ts';
import type { Offsets } from './event-cursor.ts';
import type { ReadableEvent, ReadableSource } from './event-source.ts';

/** What is told of every event to whom it may concern. */
export interface FollowedEvent<Node> {
  readonly event: ReadableEvent<Node>;
  readonly partition: number;
  readonly offset: bigint;
  readonly bytes: number;
  /** How far all partitions had been followed before it; of its own partition that may be a little earlier. */
  readonly frontier: Offsets;
}

export interface EventTaker<Node> {
  readonly tenant: string;
  /** True if it kept the event, and has readers to wake. */
  take(followed: FollowedEvent<Node>): boolean;
  wakeReaders(): void;
}

export interface FollowerParts {
  readonly log: Log;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Reads all partitions of a topic from their ends on, once for everybody in this process. Partitions are read side by side; the order in which
 * their records come in here is the order of the stream.
 */
export class TopicFollower<Node> {
  /** Resolves when it is known where the topic ended. Rejects where the log cannot say. */
  readonly ready: Promise<void>;
  readonly #source: ReadableSource<Node>;
  readonly #parts: FollowerParts;
  readonly #takers = new Map<string, Set<EventTaker<Node>>>();
  readonly #toWake = new Set<EventTaker<Node>>();
  readonly #moved = new Waiting();
  readonly #stopping = new AbortController();
  #partitions: Promise<void>[] = [];
  #frontier: bigint[] = [];
  #told: { readonly partition: number; readonly frontier: Offsets } | null = null;
  #wakeTimer: NodeJS.Timeout | null = null;
  #wokenAt = Number.NEGATIVE_INFINITY;
  #decoded = 0;

  constructor(source: ReadableSource<Node>, parts: FollowerParts) {
    this.#source = source;
    this.#parts = parts;
    this.ready = this.#begin();
    this.ready.catch(() => {});
  }

  /** Everything before it was told. */
  get frontier(): Offsets {
    return [...this.#frontier];
  }

  /** Records that were decoded. */
  get decoded(): number {
    return this.#decoded;
  }

  add(taker: EventTaker<Node>): void {
    const ofTenant = this.#takers.get(taker.tenant) ?? new Set();
    this.#takers.set(taker.tenant, ofTenant.add(taker));
  }

  remove(taker: EventTaker<Node>): void {
    const ofTenant = this.#takers.get(taker.tenant);
    ofTenant?.delete(taker);
    if (ofTenant?.size === 0) this.#takers.delete(taker.tenant);
    this.#toWake.delete(taker);
  }

  get isWatched(): boolean {
    return this.#takers.size > 0;
  }

  /** Resolves when any record has come, or when the signal aborts. */
  moved(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#moved.wait(resolve);
      const giveUp = () => {
        callOff();
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer);
    await this.ready.catch(() => {});
    await Promise.all(this.#partitions);
  }

  async #begin(): Promise<void> {
    const { log, logger } = this.#parts;
    const { topic } = this.#source;
    const ends = await log.ends(topic);
    this.#frontier = ends.map(({ next }) => next);
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    this.#partitions = ends.map(({ partition, next }) =>
      followTopic({ log, topic, partition, from: next, logger, signal }, (record) => this.#take(record, partition)),
    );
  }

  #take(record: StoredRecord, partition: number): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#told?.partition !== partition) this.#told = null;
    if (this.#concernsSomebody(record)) this.#tell(record, partition);
    this.#frontier[partition] = record.offset + 1n;
    this.#wakeSoon();
  }

  /** The key begins with the tenant. One tenant's name may be the beginning of another's: the record itself has the last word. */
  #concernsSomebody({ key }: StoredRecord): boolean {
    for (const tenant of this.#takers.keys()) {
      if (key.startsWith(tenant)) return true;
    }
    return false;
  }

  #tell(record: StoredRecord, partition: number): void {
    this.#decoded++;
    const event = this.#source.decode(record, partition);
    if (event === null) return;
    // Records come by the chunk, so that most share where the other partitions were.
    this.#told ??= { partition, frontier: [...this.#frontier] };
    const { frontier } = this.#told;
    const followed = { event, partition, offset: record.offset, bytes: record.value.byteLength, frontier };
    for (const taker of this.#takers.get(event.tenant) ?? []) {
      if (taker.take(followed)) this.#toWake.add(taker);
    }
  }

  /** At once after a pause; where records come without one, no more often than every so many milliseconds. */
  #wakeSoon(): void {
    if (this.#wakeTimer !== null) return;
    const waitMs = Math.max(0, this.#wokenAt + WAKE_EVERY_MS - performance.now());
    this.#wakeTimer = setTimeout(() => {
      this.#wakeTimer = null;
      this.#wokenAt = performance.now();
      const takers = [...this.#toWake];
      this.#toWake.clear();
      for (const taker of takers) taker.wakeReaders();
      this.#moved.wakeAll();
    }, waitMs).unref();
  }
}

/** Forty messages a second and reader: a screen shows no more, and what is ready at once then goes out as one message. */
const WAKE_EVERY_MS = 25;
