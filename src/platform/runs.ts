import { uuidv7 } from 'uuidv7';
import type { Clock } from './clock.ts';

export type RunStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Work that takes longer than a request, as those see it who asked for it. */
export interface Run {
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly status: RunStatus;
  /** 0 to 1. */
  readonly progress: number;
  readonly read: number;
  readonly written: number;
  readonly differences: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly error: string | null;
}

/** What the work tells of itself. */
export type RunFigures = Partial<Pick<Run, 'progress' | 'read' | 'written' | 'differences'>>;

/** Ends soon after the signal is aborted. What it throws is the run's error. */
export type Work = (tell: (figures: RunFigures) => void, signal: AbortSignal) => Promise<void>;

/**
 * The long work of this process: of each type one run after another, so that it holds up as little as it can, and nobody waits behind what takes
 * much longer than his. In memory, because what runs here is of no use to another process, and to this one only while it is there; the last
 * that have ended can still be looked at.
 */
export class Runs {
  readonly #clock: Clock;
  readonly #shownError: (error: unknown) => string;
  readonly #held = new Map<string, HeldRun>();
  /** By type: when all that were asked for have ended. */
  readonly #ended = new Map<string, Promise<void>>();

  /** `shownError` is what a client may read of an error. */
  constructor(clock: Clock, shownError: (error: unknown) => string) {
    this.#clock = clock;
    this.#shownError = shownError;
  }

  /** Null where so many wait already that it would be forgotten. */
  start(tenant: string, type: string, work: Work): Run | null {
    if (!this.#makeRoom()) return null;
    const run: Run = {
      id: uuidv7(),
      tenant,
      type,
      status: 'QUEUED',
      startedAtMs: null,
      finishedAtMs: null,
      error: null,
      ...NONE,
    };
    const held: HeldRun = { run, cancelling: new AbortController() };
    this.#held.set(run.id, held);
    const before = this.#ended.get(type) ?? Promise.resolve();
    this.#ended.set(
      type,
      before.then(() => this.#carryOut(held, work)),
    );
    return run;
  }

  get(tenant: string, id: string): Run | null {
    return this.#of(tenant, id)?.run ?? null;
  }

  /** The newest first. */
  list(tenant: string, status: RunStatus | null): readonly Run[] {
    const runs = [...this.#held.values()].map(({ run }) => run).reverse();
    return runs.filter((run) => run.tenant === tenant && (status === null || run.status === status));
  }

  /** What has ended stays as it is. */
  cancel(tenant: string, id: string): Run | null {
    const held = this.#of(tenant, id);
    if (held === null) return null;
    if (!hasEnded(held.run)) {
      held.cancelling.abort();
      held.run = { ...held.run, status: 'CANCELLED', finishedAtMs: this.#clock.nowMs() };
    }
    return held.run;
  }

  /** Ends all of them; resolves when none works any more. */
  async stop(): Promise<void> {
    for (const { run } of this.#held.values()) this.cancel(run.tenant, run.id);
    await Promise.all(this.#ended.values());
  }

  async #carryOut(held: HeldRun, work: Work): Promise<void> {
    const { signal } = held.cancelling;
    if (signal.aborted) return;
    held.run = { ...held.run, status: 'RUNNING', startedAtMs: this.#clock.nowMs() };
    const tell = (figures: RunFigures) => {
      held.run = { ...held.run, ...figures };
    };
    const end = (ended: Pick<Run, 'status' | 'error'>) => {
      if (!signal.aborted) held.run = { ...held.run, ...ended, finishedAtMs: this.#clock.nowMs() };
    };
    try {
      await work(tell, signal);
      tell({ progress: 1 });
      end({ status: 'SUCCEEDED', error: null });
    } catch (error) {
      end({ status: 'FAILED', error: this.#shownError(error) });
    }
  }

  #of(tenant: string, id: string): HeldRun | null {
    const held = this.#held.get(id);
    return held?.run.tenant === tenant ? held : null;
  }

  /** Forgets those that ended first. */
  #makeRoom(): boolean {
    for (const [id, { run }] of this.#held) {
      if (this.#held.size < RUNS_MAX) return true;
      if (hasEnded(run)) this.#held.delete(id);
    }
    return this.#held.size < RUNS_MAX;
  }
}

interface HeldRun {
  run: Run;
  readonly cancelling: AbortController;
}

const NONE = { progress: 0, read: 0, written: 0, differences: 0 };

/** Enough to look back on a day of work by hand. */
const RUNS_MAX = 200;

function hasEnded({ status }: Run): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}
