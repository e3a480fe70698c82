import { createHash } from 'node:crypto';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { PartitionEnd } from '../../log/log.ts';
import { covers, type Version } from '../../model/version.ts';
import { LakegateError } from '../../platform/errors.ts';
import { onceATurn } from '../../platform/once-a-turn.ts';
import { shareRuns } from '../../platform/share-runs.ts';
import type { ConsistentOptions, ConsistentRead, Progress, ReadIdentity, ReadScope, TimeSpan } from '../progress.ts';
import { checkGiven, noAnswerInTime, noMoment, unknownStream } from '../progress-fault.ts';
import { VersionWaiters } from '../version-waiters.ts';
import { isPartitionOf, type PartitionFingerprint } from './kafka-tables.ts';

/**
 * What ClickHouse has loaded from Kafka by itself. Nobody tells us, so it is asked: for the version, how far its group has committed, which it does
 * after an insert came back from every view; for the identity, which parts the tables are made of. Offsets are always asked for before parts,
 * so that the parts hold at least what the version says, whichever gateway took the events.
 */
export interface KafkaProgress extends Progress {
  /** Whoever waits for a version is told NOT_YET_VISIBLE now. */
  stopWaiting(): void;
  /** Asks no more. */
  stop(): Promise<void>;
}

interface KafkaProgressOptions {
  readonly topics: readonly string[];
  /** By partition the offset before which everything is in every table. */
  readonly loadedNext: (topic: string) => Promise<ReadonlyMap<number, bigint>>;
  /** Names the parts that the tables of a topic are made of: equal texts, equal data. WAREHOUSE_DOWN while they are not to be read. */
  readonly fingerprint: (topic: string) => Promise<string>;
  /** The same of each partition of each table that holds something of the span. */
  readonly fingerprintsOf: (topic: string, span: TimeSpan) => Promise<readonly PartitionFingerprint[]>;
  readonly endsOf: (topic: string) => Promise<readonly PartitionEnd[]>;
  /** Of the kind, given what is loaded. Null where there is none. */
  readonly watermarkMs: (topic: string, loadedNext: ReadonlyMap<number, bigint>) => number | null;
  readonly isWarehouseUp: () => boolean;
  readonly logger: { debug(facts: object, message: string): void };
}

/** Resolves when it was asked once, or could not be: then it is asked again. */
export async function openKafkaProgress(options: KafkaProgressOptions): Promise<KafkaProgress> {
  const progress = new PolledProgress(options);
  await progress.open();
  return progress;
}

/** While somebody waits or watches: a load is seen 25 ms later on average, for 20 questions a second that read one offset a partition. */
const HURRIED_EVERY_MS = 50;
/** Otherwise: `asOf`, lag and live readers are half a second behind at most, and an idle gateway asks twice a second. */
const EVERY_MS = 500;

class PolledProgress implements KafkaProgress {
  readonly #options: KafkaProgressOptions;
  readonly #topics: ReadonlyMap<string, PolledTopic>;
  readonly #listeners = new Set<(topic: string) => void>();
  readonly #waiters = new VersionWaiters(() => {});
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake = new AbortController();

  constructor(options: KafkaProgressOptions) {
    this.#options = options;
    this.#topics = new Map(options.topics.map((topic) => [topic, newTopic(topic, options)]));
  }

  async open(): Promise<void> {
    await this.#askAll([...this.#topics.keys()]);
    this.#running = this.#run();
  }

  version(topics: readonly string[] = [...this.#topics.keys()]): Version {
    const offsets = new Map<string, ReadonlyMap<number, bigint>>();
    const watermarksMs = new Map<string, number>();
    for (const topic of topics) {
      const polled = this.#at(topic);
      offsets.set(topic, polled.offsets);
      if (polled.watermarkMs !== null) watermarksMs.set(topic, polled.watermarkMs);
    }
    return { offsets, watermarksMs };
  }

  async waitFor(wanted: Version, deadlineMs: number): Promise<void> {
    if (covers(this.version(), wanted)) return;
    for (const [topic, partitions] of wanted.offsets) {
      this.#at(topic);
      await this.#untilGiven(topic, partitions, Math.min(deadlineMs, GIVEN_WITHIN_MS));
    }
    if (covers(this.version(), wanted)) return;
    const visible = this.#waiters.wait(wanted, deadlineMs);
    this.#wake.abort();
    await visible;
  }

  async identity(topics: readonly string[], scope?: ReadScope): Promise<ReadIdentity> {
    const { version, read } = await this.#state(topics, scope, AbortSignal.timeout(PATIENCE_MS));
    return { identity: read, version };
  }

  async identityNow(topics: readonly string[], scope?: ReadScope): Promise<ReadIdentity | null> {
    // The warehouse itself waits for an engine that is being started again.
    if (!this.#options.isWarehouseUp()) return null;
    try {
      const { version, read } = await this.#state(topics, scope, AbortSignal.abort());
      return { identity: read, version };
    } catch (error) {
      if (isClosed(error)) return null;
      throw error;
    }
  }

  /** While tables are compared with the log nothing of them can be kept; whether they can be read is for `consistently` to say. */
  async identitiesOf(topic: string, scope: ReadScope): Promise<readonly (string | null)[]> {
    try {
      const found = await this.#at(topic).fingerprintsOf(hullOf(scope.spans));
      return scope.spans.map((span) => identityOf(found, { ...scope, spans: [span] }));
    } catch (error) {
      if (isClosed(error)) return scope.spans.map(() => null);
      throw error;
    }
  }

  async consistently<T>(
    topics: readonly string[],
    read: (version: Version, signal: AbortSignal) => Promise<T>,
    deadlineMs: number,
    { scope, signal: givenUp }: ConsistentOptions = {},
  ): Promise<ConsistentRead<T>> {
    const tooLate = AbortSignal.timeout(deadlineMs);
    const signal = givenUp === undefined ? tooLate : AbortSignal.any([givenUp, tooLate]);
    const isUp = this.#options.isWarehouseUp;
    let isReading = false;
    try {
      let before = await this.#state(topics, scope, signal);
      while (!signal.aborted) {
        isReading = true;
        const value = await read(before.version, signal);
        isReading = false;
        const after = await this.#state(topics, scope, signal);
        if (after.all === before.all) return { value, identity: before.read, version: before.version };
        // At once: between two inserts there are some ten milliseconds, and what they left is what is read next.
        before = after;
        // What answers without waiting for anybody must not keep the deadline from coming.
        await turn();
      }
    } catch (error) {
      if (!tooLate.aborted) throw error;
      throw isReading ? noAnswerInTime(deadlineMs, isUp(), error) : noMoment(topics, isUp(), error);
    }
    throw givenUp?.aborted === true ? givenUp.reason : noMoment(topics, isUp());
  }

  /**
   * The verdict about an event can be read a moment before the event: a transaction's marks come to its partitions one after another. So a
   * version is only refused when it has not come true for longer than that takes.
   */
  async #untilGiven(topic: string, wanted: ReadonlyMap<number, bigint>, withinMs: number): Promise<void> {
    const giveUpAtMs = performance.now() + withinMs;
    for (;;) {
      const ends = await this.#options.endsOf(topic);
      try {
        checkGiven(topic, wanted, ends);
        return;
      } catch (error) {
        if (performance.now() > giveUpAtMs) throw error;
      }
      await pause(HURRIED_EVERY_MS);
    }
  }

  onAdvance(listener: (topic: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(topics: readonly string[]): () => void {
    for (const topic of topics) this.#at(topic).watchers++;
    this.#wake.abort();
    let held = true;
    return () => {
      if (held) for (const topic of topics) this.#at(topic).watchers--;
      held = false;
    };
  }

  stopWaiting(): void {
    this.#waiters.stop();
  }

  async stop(): Promise<void> {
    this.stopWaiting();
    this.#stopped.abort();
    await this.#running;
  }

  /**
   * Tables that are compared with the log after a restart are waited for: that takes a second or two. `all` is of every table of the topics, for
   * those commit one after another: what differs in one is about to differ in the next.
   */
  async #state(topics: readonly string[], scope: ReadScope | undefined, patience: AbortSignal): Promise<ReadState> {
    for (;;) {
      const version = this.version(topics);
      try {
        if (scope === undefined) {
          const all = JSON.stringify(await Promise.all(topics.map((topic) => this.#at(topic).fingerprint())));
          return { all, read: all, version };
        }
        const hull = hullOf(scope.spans);
        const found = await Promise.all(topics.map((topic) => this.#at(topic).fingerprintsOf(hull)));
        const read = found.map((each) => identityOf(each, scope)).join(' ');
        return { all: JSON.stringify(found), read, version };
      } catch (error) {
        if (!isClosed(error) || patience.aborted) throw error;
      }
      await pause(CLOSED_AGAIN_MS);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let askedAllAtMs = performance.now();
    while (!signal.aborted) {
      const hurried = this.#hurried();
      this.#wake = new AbortController();
      const waitMs = hurried.length > 0 ? HURRIED_EVERY_MS : EVERY_MS;
      await pause(waitMs, null, { signal: AbortSignal.any([signal, this.#wake.signal]) }).catch(() => {});
      if (signal.aborted) return;
      const all = performance.now() - askedAllAtMs >= EVERY_MS;
      if (all) askedAllAtMs = performance.now();
      await this.#askAll(all ? [...this.#topics.keys()] : this.#hurried());
    }
  }

  #hurried(): readonly string[] {
    return [...this.#topics]
      .filter(([topic, { watchers, offsets }]) => watchers > 0 || this.#waiters.want(topic, offsets))
      .map(([topic]) => topic);
  }

  async #askAll(topics: readonly string[]): Promise<void> {
    await Promise.all(topics.map((topic) => this.#ask(topic)));
  }

  /** What cannot be asked now stays what it was: a version is never ahead of the data. */
  async #ask(topic: string): Promise<void> {
    const polled = this.#at(topic);
    try {
      const loadedNext = await this.#options.loadedNext(topic);
      const offsets = laterOffsets(polled.offsets, loadedNext);
      const watermarkMs = laterOf(polled.watermarkMs, this.#options.watermarkMs(topic, loadedNext));
      if (offsets === polled.offsets && watermarkMs === polled.watermarkMs) return;
      polled.offsets = offsets;
      polled.watermarkMs = watermarkMs;
    } catch (error) {
      this.#options.logger.debug({ err: error, topic }, 'how far loading is could not be asked; it is asked again');
      return;
    }
    this.#waiters.moved(this.version());
    for (const listener of this.#listeners) listener(topic);
  }

  #at(topic: string): PolledTopic {
    const polled = this.#topics.get(topic);
    if (polled === undefined) throw unknownStream(topic, this.#topics.keys());
    return polled;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof LakegateError && error.code === 'WAREHOUSE_DOWN';
}

/** Marks of a transaction come within milliseconds, and within a second where a broker has just become the leader of a partition. */
const GIVEN_WITHIN_MS = 2_000;
/** As long as the warehouse waits for an engine that is being started again. */
const PATIENCE_MS = 5_000;
const CLOSED_AGAIN_MS = 100;

interface PolledTopic {
  /** Replaced, never changed: a version handed out stays what it was. */
  offsets: ReadonlyMap<number, bigint>;
  watermarkMs: number | null;
  watchers: number;
  readonly fingerprint: () => Promise<string>;
  readonly fingerprintsOf: (span: TimeSpan) => Promise<readonly PartitionFingerprint[]>;
}

function newTopic(topic: string, { fingerprint, fingerprintsOf }: KafkaProgressOptions): PolledTopic {
  return {
    offsets: new Map(),
    watermarkMs: null,
    watchers: 0,
    fingerprint: shareRuns(() => fingerprint(topic)),
    fingerprintsOf: onceATurn((span: TimeSpan) => fingerprintsOf(topic, span)),
  };
}

interface ReadState {
  readonly all: string;
  readonly read: string;
  readonly version: Version;
}

function hullOf(spans: readonly TimeSpan[]): TimeSpan {
  return {
    fromUs: Math.min(...spans.map(({ fromUs }) => fromUs)),
    toUs: Math.max(...spans.map(({ toUs }) => toUs)),
  };
}

function identityOf(found: readonly PartitionFingerprint[], { spans, tables }: ReadScope): string {
  const read = found.filter(
    ({ table, partition }) => tables.includes(table) && spans.some((span) => isPartitionOf(partition, span)),
  );
  const parts = read.map(({ table, partition, parts }) => [table, partition, parts]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** The last offsets that are loaded, given the next ones; the same map where nothing moved. A version never goes back. */
function laterOffsets(
  offsets: ReadonlyMap<number, bigint>,
  loadedNext: ReadonlyMap<number, bigint>,
): ReadonlyMap<number, bigint> {
  const moved = [...loadedNext].filter(([partition, next]) => next - 1n > (offsets.get(partition) ?? -1n));
  if (moved.length === 0) return offsets;
  return new Map([...offsets, ...moved.map(([partition, next]) => [partition, next - 1n] as const)]);
}

/** What was once called final stays so. */
function laterOf(knownMs: number | null, askedMs: number | null): number | null {
  return knownMs === null || askedMs === null ? (knownMs ?? askedMs) : Math.max(knownMs, askedMs);
}
