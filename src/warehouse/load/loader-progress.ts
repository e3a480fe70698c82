import { randomUUID } from 'node:crypto';
import type { PartitionEnd } from '../../log/log.ts';
import { covers, encodeVersion, type Version } from '../../model/version.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ConsistentOptions, ConsistentRead, Progress, ReadIdentity, ReadScope, TimeSpan } from '../progress.ts';
import { checkGiven, noAnswerInTime, noMoment, unknownStream } from '../progress-fault.ts';
import { VersionWaiters } from '../version-waiters.ts';
import type { TableGate } from './table-gate.ts';

/**
 * What the loader has made visible, and who waits for more. The loader moves it; everybody else only asks. Deadlines are lengths from now.
 */
export class LoaderProgress implements Progress {
  readonly #topics: ReadonlyMap<string, TopicProgress>;
  readonly #listeners = new Set<(topic: string) => void>();
  readonly #waiters = new VersionWaiters((wanted) => this.#givenUp(wanted));
  readonly #options: LoaderProgressOptions;
  readonly #born = randomUUID();

  constructor(topics: ReadonlyMap<string, TopicProgress>, options: LoaderProgressOptions) {
    this.#topics = topics;
    this.#options = options;
  }

  version(topics: readonly string[] = [...this.#topics.keys()]): Version {
    const offsets = new Map<string, ReadonlyMap<number, bigint>>();
    const watermarksMs = new Map<string, number>();
    for (const topic of topics) {
      const progress = this.#at(topic);
      offsets.set(topic, progress.offsets);
      if (progress.watermarkMs !== null) watermarksMs.set(topic, progress.watermarkMs);
    }
    return { offsets, watermarksMs };
  }

  async waitFor(wanted: Version, deadlineMs: number): Promise<void> {
    if (covers(this.version(), wanted)) return;
    for (const [topic, partitions] of wanted.offsets) await this.#checkGiven(topic, partitions);
    if (covers(this.version(), wanted)) return;
    const visible = this.#waiters.wait(wanted, deadlineMs);
    for (const topic of wanted.offsets.keys()) this.#hurryIfWanted(topic);
    await visible;
  }

  /** Whoever waits is told now that it is not visible yet, and so is who comes later: nothing more will be loaded. */
  stopWaiting(): void {
    this.#waiters.stop();
  }

  /** Nothing changes the tables but loads, and nobody reads them before a load has ended: the version says it all, and of spans the loads do. */
  async identity(topics: readonly string[], scope?: ReadScope): Promise<ReadIdentity> {
    const version = this.version(topics);
    return { identity: this.#identity(topics, version, scope), version };
  }

  identityNow(topics: readonly string[], scope?: ReadScope): Promise<ReadIdentity> {
    return this.identity(topics, scope);
  }

  async identitiesOf(topic: string, { spans }: ReadScope): Promise<readonly (string | null)[]> {
    const { gate } = this.#at(topic);
    return spans.map((span) => (gate.isLoading([span]) ? null : this.#spanIdentity(gate, [span])));
  }

  async consistently<T>(
    topics: readonly string[],
    read: (version: Version, signal: AbortSignal) => Promise<T>,
    deadlineMs: number,
    { scope, signal }: ConsistentOptions = {},
  ): Promise<ConsistentRead<T>> {
    const endMs = performance.now() + deadlineMs;
    const gates = [...new Set(topics)].sort().map((topic) => this.#at(topic).gate);
    const tooLate = new AbortController();
    const timer = setTimeout(() => tooLate.abort(), deadlineMs);
    const ends = signal === undefined ? tooLate.signal : AbortSignal.any([signal, tooLate.signal]);
    const isUp = this.#options.isWarehouseUp;
    const readInTime = (version: Version) =>
      read(version, ends).catch((error: unknown) => {
        throw tooLate.signal.aborted ? noAnswerInTime(deadlineMs, isUp(), error) : error;
      });
    try {
      let startedAtMs = performance.now();
      let result = await this.#tryRead(gates, topics, readInTime, scope);
      while (result === null) {
        // A read that took longer than a load waits would be overlapped again.
        const wasSlow = gates.some(({ patienceMs }) => performance.now() - startedAtMs >= patienceMs);
        if (performance.now() >= endMs || !(await holdLoads(gates, endMs))) throw noMoment(topics, isUp());
        if (wasSlow) for (const gate of gates) gate.holdUntil(endMs);
        startedAtMs = performance.now();
        try {
          result = await this.#tryRead(gates, topics, readInTime, scope);
        } finally {
          for (const gate of gates) gate.endRead();
        }
      }
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  onAdvance(listener: (topic: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(topics: readonly string[]): () => void {
    for (const topic of topics) {
      this.#at(topic).watchers++;
      this.#options.onDemand(topic);
    }
    let held = true;
    return () => {
      if (held) for (const topic of topics) this.#at(topic).watchers--;
      held = false;
    };
  }

  /** The loader: the topic's offsets or watermark moved. Whoever waited for that goes on. */
  advanced(topic: string): void {
    this.#at(topic).waitedForSinceMs = null;
    this.#waiters.moved(this.version());
    this.#hurryIfWanted(topic);
    for (const listener of this.#listeners) listener(topic);
  }

  #at(topic: string): TopicProgress {
    const progress = this.#topics.get(topic);
    if (progress === undefined) throw unknownStream(topic, this.#topics.keys());
    return progress;
  }

  async #checkGiven(topic: string, partitions: ReadonlyMap<number, bigint>): Promise<void> {
    this.#at(topic);
    if (this.#options.endsOf !== undefined) checkGiven(topic, partitions, await this.#options.endsOf(topic));
  }

  #hurryIfWanted(topic: string): void {
    const progress = this.#at(topic);
    if (!this.#waiters.want(topic, progress.offsets)) return;
    progress.waitedForSinceMs ??= this.#options.clock.nowMs();
    this.#options.onDemand(topic);
  }

  /** A stream that nobody else waits for is no longer hurried. */
  #givenUp({ offsets }: Version): void {
    for (const topic of offsets.keys()) {
      const progress = this.#at(topic);
      if (!this.#waiters.want(topic, progress.offsets)) progress.waitedForSinceMs = null;
    }
  }

  /** Null if a load of one of the topics was visible in part. */
  async #tryRead<T>(
    gates: readonly TableGate[],
    topics: readonly string[],
    read: (version: Version) => Promise<T>,
    scope: ReadScope | undefined,
  ): Promise<ConsistentRead<T> | null> {
    const isLoading = (gate: TableGate) => (scope === undefined ? gate.loading : gate.isLoading(scope.spans));
    const loadsOf = (gate: TableGate) => (scope === undefined ? gate.loads : gate.loadsOf(scope.spans));
    if (gates.some(isLoading)) return null;
    const loadsBefore = gates.map(loadsOf);
    const version = this.version(topics);
    const identity = this.#identity(topics, version, scope);
    const value = await read(version);
    const stoodStill = gates.every((gate, index) => !isLoading(gate) && loadsOf(gate) === loadsBefore[index]);
    return stoodStill ? { value, version, identity } : null;
  }

  #identity(topics: readonly string[], version: Version, scope: ReadScope | undefined): string {
    if (scope === undefined) return identityOf(version);
    return topics.map((topic) => this.#spanIdentity(this.#at(topic).gate, scope.spans)).join(' ');
  }

  /** Loads are numbered anew by each process. */
  #spanIdentity(gate: TableGate, spans: readonly TimeSpan[]): string {
    return `${this.#born}:${gate.loadsOf(spans)}`;
  }
}

interface LoaderProgressOptions {
  readonly clock: Clock;
  /** A load that waits for the warehouse to come back holds its readers too: they are told why. */
  readonly isWarehouseUp: () => boolean;
  /** Somebody began to wait for the topic, or to watch it. */
  readonly onDemand: (topic: string) => void;
  /** How far the log goes. Without it any version is waited for. */
  readonly endsOf?: (topic: string) => Promise<readonly PartitionEnd[]>;
}

/** How far one topic is. The loader writes it. */
export interface TopicProgress {
  readonly gate: TableGate;
  /** Replaced, never changed: a version handed out stays what it was. */
  offsets: ReadonlyMap<number, bigint>;
  watermarkMs: number | null;
  watchers: number;
  /** Wall clock; since when somebody waits for more of it; null if nobody does. */
  waitedForSinceMs: number | null;
}

/** All gates or none, in the order of the topics' names, so that two readers never wait for each other. */
async function holdLoads(gates: readonly TableGate[], endMs: number): Promise<boolean> {
  const held: TableGate[] = [];
  for (const gate of gates) {
    if (!(await gate.beginRead(endMs))) {
      for (const got of held) got.endRead();
      return false;
    }
    held.push(gate);
  }
  return true;
}

/** A watermark that goes on changes no row. */
function identityOf({ offsets }: Version): string {
  return encodeVersion({ offsets, watermarksMs: new Map() });
}
