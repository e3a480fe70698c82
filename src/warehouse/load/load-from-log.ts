import { readFileSync } from 'node:fs';
import type { Log, Notes } from '../../log/log.ts';
import type { KindWatermark } from '../../model/watermark.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { dropScratchTables } from '../mend/scratch-tables.ts';
import type { Progress } from '../progress.ts';
import type { Warehouse, WarehouseState } from '../warehouse.ts';
import { BATCH_LIMITS, type BatchLimits } from './batch.ts';
import { CADENCE, type Cadence, nextToLoad } from './load-schedule.ts';
import type { LoadTarget } from './load-target.ts';
import { LoaderProgress, type TopicProgress } from './loader-progress.ts';
import { TableGate } from './table-gate.ts';
import { type SetAside, TopicLoad, type TopicLoadStatus } from './topic-load.ts';

export interface LoaderOptions {
  readonly log: Log;
  /** Beside the same log: what is loaded is a fact about both. */
  readonly notes: Notes;
  readonly warehouse: Warehouse;
  /** Their tables are there (migrated), their topics are made. */
  readonly targets: readonly LoadTarget[];
  /** From `restoreWatermarks`, the instances that admission uses. A topic without one has no watermark. */
  readonly watermarks: ReadonlyMap<string, KindWatermark>;
  /** Told of records that the warehouse can never take; throws if it could not keep them, then it is told again. Default: nothing. */
  readonly setAside?: SetAside;
  readonly logger?: { warn(facts: object, message: string): void };
  readonly clock?: Clock;
  readonly cadence?: Cadence;
  readonly limits?: BatchLimits;
  /** Which start of the machine this is. Another one than in the notes means that the power may have been lost. */
  readonly bootId?: string;
}

/**
 * Takes records from the log into the warehouse: every record of every topic into every table that its views fill, exactly once, whatever is
 * killed when. One insert at a time over all topics, because a second one would only share the same processors.
 */
export interface Loader {
  readonly progress: Progress;
  status(): readonly TopicLoadStatus[];
  /**
   * Whoever waits for a version is told NOT_YET_VISIBLE now. Part of `stop`; call it before doors are closed that wait for their answers.
   */
  stopWaiting(): void;
  /**
   * Ends after the step that is running, at the latest after `deadlineMs`. What was begun and not finished is finished at the next start.
   */
  stop(deadlineMs: number): Promise<void>;
}

export async function startLoader(options: LoaderOptions): Promise<Loader> {
  const loader = new LogLoader(options);
  await loader.open();
  return loader;
}

/** How often quiet streams are looked at. */
const WATERMARK_EVERY_MS = 1000;
/** A read that asks for it may hold up loading this long. */
const HOLD_MS_MAX = 2000;

class LogLoader implements Loader {
  readonly progress: LoaderProgress;
  readonly #options: LoaderOptions;
  readonly #clock: Clock;
  readonly #shown: ReadonlyMap<string, TopicProgress>;
  readonly #stop = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  #loads: readonly TopicLoad[] = [];
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  #watermarksMovedAtMs = 0;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#shown = new Map(options.targets.map(({ topic }) => [topic, newTopicProgress()]));
    this.progress = new LoaderProgress(this.#shown, {
      clock: this.#clock,
      isWarehouseUp: () => options.warehouse.state().state === 'up',
      onDemand: (topic) => this.#demand(topic),
      endsOf: (topic) => options.log.ends(topic),
    });
  }

  async open(): Promise<void> {
    const {
      log,
      notes,
      warehouse,
      limits = BATCH_LIMITS,
      setAside = async () => {},
      bootId = thisBootId(),
    } = this.#options;
    const context = {
      log,
      notes,
      warehouse,
      limits,
      setAside,
      bootId,
      onMended: (topic: string, tables: readonly string[]) =>
        this.#options.logger?.warn({ topic, tables }, 'after a crash tables differed from the log: they were mended'),
      clock: this.#clock,
      signal: this.#giveUp.signal,
    };
    const loads: TopicLoad[] = [];
    for (const target of this.#options.targets) {
      const shown = this.#shown.get(target.topic) ?? newTopicProgress();
      const watermark = this.#options.watermarks.get(target.topic) ?? null;
      const partitionCount = (await log.ends(target.topic)).length;
      const load = new TopicLoad({ context, target, shown, watermark, partitionCount, progress: this.progress });
      loads.push(load);
      this.#unsubscribe.push(log.onAppended(target.topic, () => this.#appended(load)));
    }
    this.#loads = loads;
    this.#unsubscribe.push(warehouse.onState((state) => this.#warehouseChanged(state)));
    this.#running = this.#run();
  }

  status(): readonly TopicLoadStatus[] {
    return this.#loads.map((load) => load.status());
  }

  stopWaiting(): void {
    this.progress.stopWaiting();
  }

  async stop(deadlineMs: number): Promise<void> {
    this.stopWaiting();
    this.#stop.abort();
    this.#wake();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    const timer = setTimeout(() => this.#giveUp.abort(), deadlineMs);
    const givenUp = new Promise<void>((resolve) => this.#giveUp.signal.addEventListener('abort', () => resolve()));
    await Promise.race([this.#running, givenUp]);
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    // A warehouse that is away keeps them until the next start: they are in nobody's way.
    await dropScratchTables(this.#options.warehouse, this.#options.targets).catch(() => {});
    while (!this.#stop.signal.aborted) {
      const next = this.#next();
      const waitMs = next === null ? WATERMARK_EVERY_MS : next.atMs - this.#clock.nowMs();
      if (next === null || waitMs > 0) await this.#sleep(Math.min(waitMs, WATERMARK_EVERY_MS));
      else await this.#step(next.load);
      await this.#moveWatermarks();
    }
  }

  /** While the warehouse is down nothing is due: its coming back wakes the loader. */
  #next(): { readonly load: TopicLoad; readonly atMs: number } | null {
    if (this.#options.warehouse.state().state !== 'up') return null;
    const demands = this.#loads.map((load) => load.demand());
    const next = nextToLoad(demands, this.#options.cadence ?? CADENCE, this.#clock.nowMs());
    const load = next === null ? undefined : this.#loads[next.index];
    return next === null || load === undefined ? null : { load, atMs: next.atMs };
  }

  async #step(load: TopicLoad): Promise<void> {
    const before = load.status();
    await load.step();
    const { topic, phase, lastError } = load.status();
    if (lastError !== null && lastError !== before.lastError) {
      this.#options.logger?.warn({ topic, phase, reason: lastError }, 'loading failed and is tried again');
    }
  }

  async #moveWatermarks(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#watermarksMovedAtMs < WATERMARK_EVERY_MS) return;
    this.#watermarksMovedAtMs = nowMs;
    for (const load of this.#loads) {
      // A note that cannot be written now leaves the watermark where it is; the log says so itself.
      await load.moveWatermark().catch(() => {});
    }
  }

  /** What failed because the warehouse was away need not wait any longer. */
  #warehouseChanged(state: WarehouseState): void {
    if (state.state === 'up') for (const load of this.#loads) load.retryNow();
    this.#wake();
  }

  #appended(load: TopicLoad): void {
    load.wake();
    this.#wake();
  }

  #demand(topic: string): void {
    this.#loads.find((load) => load.target.topic === topic)?.wake();
    this.#wake();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stop.signal.aborted) this.#wake();
    });
  }
}

function newTopicProgress(): TopicProgress {
  return {
    gate: new TableGate(HOLD_MS_MAX),
    offsets: new Map(),
    watermarkMs: null,
    watchers: 0,
    waitedForSinceMs: null,
  };
}

function thisBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Elsewhere than on Linux every start counts as one after a loss of power: it only compares more.
    return `${process.pid}-${process.hrtime.bigint()}`;
  }
}
