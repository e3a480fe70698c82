import type { Clock } from '../../platform/clock.ts';
import { type Poll, startPoll } from '../../platform/start-poll.ts';
import type { PartitionLag } from '../../warehouse/lag.ts';
import type { LedgerReading } from '../../warehouse/ledger.ts';
import { type Place, Waiting } from '../place.ts';
import type { LastHour } from './count-last-hour.ts';
import type { PipelineFigures, PipelineStatus } from './pipeline-figures.ts';
import type { Intake } from './read-intake.ts';

/** The figures of the way of events through the product, read for whoever looks, once for all of a tenant, and not while nobody does. */
export interface PipelineWatch {
  now(tenant: string): Promise<PipelineFigures>;
  open(tenant: string): Place<PipelineFigures>;
  readers(): number;
  stop(): Promise<void>;
}

export interface PipelineSources {
  readonly clock: Clock;
  readonly isReadOnly: () => boolean;
  readonly isWarehouseDown: () => boolean;
  /** Why loading or judging does not get on; null while it does. */
  readonly problem: () => string | null;
  readonly eventsPerSecond: () => number;
  readonly freshnessMs: (share: number) => number | null;
  readonly lag: () => Promise<readonly PartitionLag[]>;
  readonly ledger: () => Promise<LedgerReading>;
  readonly intake: (ledger: LedgerReading) => Promise<Intake>;
  readonly lastHour: (tenant: string) => Promise<LastHour>;
  /** Of everything that is live but this. */
  readonly readers: () => number;
  readonly cache: () => { readonly hits: number; readonly misses: number };
}

export function watchPipeline(sources: PipelineSources): PipelineWatch {
  const watches = new Map<string, KeptWatch>();
  const readers = () => [...watches.values()].reduce((sum, { watch }) => sum + watch.readers, 0);
  const all = { ...sources, readers: () => sources.readers() + readers() };
  const forget = (tenant: string) => {
    if (watches.get(tenant)?.watch.readers === 0) watches.delete(tenant);
  };
  const watchOf = (tenant: string) => {
    const known = watches.get(tenant);
    clearTimeout(known?.endTimer);
    const watch = known?.watch ?? new TenantWatch(tenant, all);
    watches.set(tenant, { watch, endTimer: setTimeout(() => forget(tenant), KEPT_MS).unref() });
    return watch;
  };
  return {
    now: (tenant) => watchOf(tenant).measure(),
    open: (tenant) => watchOf(tenant).open(() => watchOf(tenant)),
    readers,
    stop: async () => {
      for (const { endTimer } of watches.values()) clearTimeout(endTimer);
      await Promise.all([...watches.values()].map(({ watch }) => watch.stop()));
    },
  };
}

interface KeptWatch {
  readonly watch: TenantWatch;
  /** After that it goes, unless somebody reads it. */
  readonly endTimer: NodeJS.Timeout;
}

/** Who asks every ten seconds or so, as a probe does, finds what was seen when it asked before: without that nothing is known to be late. */
const KEPT_MS = 30_000;

/** How often figures are taken, and how often those that ask the warehouse: these for a tenth of the time, or after a pause as long as one waits. */
const EVERY_MS = 1_000;
const ASK_EVERY_MS = 2_000;
const ASK_PAUSE_MS_MAX = 5_000;
const ASK_SHARE = 10;

/** What came in so long ago and is not visible yet is late. */
const BEHIND_MS = 10_000;

interface Asked extends LastHour {
  readonly ledger: LedgerReading;
  readonly intake: Intake;
}

class TenantWatch {
  readonly #tenant: string;
  readonly #sources: PipelineSources;
  readonly #waiting = new Waiting();
  #poll: Poll | null = null;
  #readers = 0;
  #measuring: Promise<PipelineFigures> | null = null;
  #asked: Asked | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #askPauseMs = 0;
  #lag: readonly PartitionLag[] = [];
  #ends: { readonly atMs: number; readonly lag: readonly PartitionLag[] }[] = [];
  #newest: { readonly figures: PipelineFigures; readonly text: string } | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(tenant: string, sources: PipelineSources) {
    this.#tenant = tenant;
    this.#sources = sources;
  }

  get readers(): number {
    return this.#readers;
  }

  open(onUnread: () => void): Place<PipelineFigures> {
    this.#readers++;
    this.#poll ??= this.#begin();
    let seen: PipelineFigures | null = null;
    return {
      take: () => {
        const newest = this.#newest?.figures ?? null;
        if (newest === null && this.#failure !== null) throw this.#failure.error;
        if (newest === seen) return null;
        seen = newest;
        return newest;
      },
      wait: (wake) => this.#waiting.wait(wake),
      leave: () => {
        if (--this.#readers > 0) return;
        onUnread();
        void this.stop();
        this.#poll = null;
      },
    };
  }

  /** Who comes is not told of now what was so when somebody last looked. */
  #begin(): Poll {
    this.#newest = null;
    this.#failure = null;
    return startPoll({
      everyMs: EVERY_MS,
      run: () => this.#run(),
      onError: (error) => {
        this.#failure = { error };
        this.#waiting.wakeAll();
      },
    });
  }

  async stop(): Promise<void> {
    await this.#poll?.stop();
  }

  /** Who asks while it is asked is answered with the others. */
  measure(): Promise<PipelineFigures> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null;
    });
    return this.#measuring;
  }

  async #measure(): Promise<PipelineFigures> {
    const { freshnessMs, eventsPerSecond, readers } = this.#sources;
    const [lag, asked] = await Promise.all([this.#readLag(), this.#ask()]);
    const { ledger, intake, rejectedLastHour, lateLastHour } = asked;
    return {
      status: this.#status(),
      eventsPerSecond: eventsPerSecond(),
      freshnessMsP50: freshnessMs(0.5),
      freshnessMsP99: freshnessMs(0.99),
      lag: lag.reduce((sum, { lag: behind }) => sum + behind, 0),
      rejectedLastHour,
      lateLastHour,
      subscribers: readers(),
      cacheHitRatio: this.#hitRatio(),
      ledger,
      intake,
    };
  }

  async #run(): Promise<void> {
    const figures = await this.measure();
    const text = JSON.stringify(figures, (_name, value) => (value instanceof Map ? [...value] : shown(value)));
    if (text === this.#newest?.text) return;
    this.#newest = { figures, text };
    this.#waiting.wakeAll();
  }

  /** What cannot be read at the moment stays as it was; the status says why. */
  async #readLag(): Promise<readonly PartitionLag[]> {
    const { lag, clock } = this.#sources;
    try {
      this.#lag = await lag();
    } catch (error) {
      if (this.#ends.length === 0) throw error;
    }
    const atMs = clock.nowMs();
    // A clock that was set back: nobody knows how long ago that was.
    if ((this.#ends.at(-1)?.atMs ?? atMs) > atMs) this.#ends = [];
    this.#ends.push({ atMs, lag: this.#lag });
    // The newest of those that are old enough is what is asked about.
    while ((this.#ends[1]?.atMs ?? atMs) <= atMs - BEHIND_MS) this.#ends.shift();
    return this.#lag;
  }

  async #ask(): Promise<Asked> {
    const { clock, ledger, intake, lastHour } = this.#sources;
    const beganAt = clock.nowMs();
    // Less than nothing is a clock that was set back.
    const sinceMs = beganAt - this.#askedAtMs;
    if (this.#asked !== null && sinceMs >= 0 && sinceMs < this.#askPauseMs) return this.#asked;
    try {
      const [read, counted] = await Promise.all([ledger(), lastHour(this.#tenant)]);
      this.#asked = { ledger: read, intake: await intake(read), ...counted };
    } catch (error) {
      if (this.#asked === null) throw error;
    }
    const tookMs = clock.nowMs() - beganAt;
    this.#askedAtMs = beganAt;
    this.#askPauseMs = Math.max(ASK_EVERY_MS, Math.min(tookMs + ASK_PAUSE_MS_MAX, ASK_SHARE * tookMs));
    return this.#asked;
  }

  #status(): PipelineStatus {
    const { isReadOnly, isWarehouseDown, problem } = this.#sources;
    if (isWarehouseDown()) return 'DOWN';
    if (isReadOnly()) return 'READ_ONLY';
    return problem() !== null || this.#isBehind() ? 'BEHIND' : 'OK';
  }

  #isBehind(): boolean {
    const [then] = this.#ends;
    if (then === undefined || then.atMs > this.#sources.clock.nowMs() - BEHIND_MS) return false;
    const taken = new Map(this.#lag.map((each) => [nameOf(each), each.committedOffset]));
    // A partition of which nothing can be told any more is none that is late.
    return then.lag.some((each) => (taken.get(nameOf(each)) ?? each.endOffset) < each.endOffset);
  }

  #hitRatio(): number {
    const { hits, misses } = this.#sources.cache();
    return hits === 0 ? 0 : hits / (hits + misses);
  }
}

function nameOf({ group, topic, partition }: PartitionLag): string {
  return `${group}/${topic}/${partition}`;
}

function shown(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
