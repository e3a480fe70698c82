import { setTimeout as pause } from 'node:timers/promises';
import type { SubmittedJob } from '../../model/jobs/job-board.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { Job } from '../job.ts';
import type { JobRunner } from '../runtime/job-runner.ts';
import { type JobName, jobId } from '../runtime/job-status.ts';
import type { Webhooks } from '../sinks/open-webhooks.ts';

export interface SubmittedJobsOptions {
  readonly runner: JobRunner;
  readonly webhooks: Webhooks;
  readonly compile: (submitted: SubmittedJob) => Job;
  readonly logger: Logger;
}

/**
 * Brings this member to what is wanted of every submitted job. What fails is tried again, later each time, and each job is brought by itself: one that
 * waits or fails holds up no other.
 */
export class SubmittedJobs {
  readonly #options: SubmittedJobsOptions;
  /** By id of the runner: under one name there may be cancelled jobs and the one that came after them. */
  readonly #names = new Map<string, NamedJobs>();
  readonly #closing = new AbortController();
  #leftovers: Promise<void> = Promise.resolve();

  constructor(options: SubmittedJobsOptions) {
    this.#options = options;
  }

  want(jobs: readonly SubmittedJob[]): void {
    for (const job of jobs) this.#named(job).want(job);
  }

  /** Those that are not what is wanted of them yet, and why. */
  troubles(): readonly JobTrouble[] {
    return [...this.#names.values()].flatMap(({ trouble }) => (trouble === null ? [] : [trouble]));
  }

  /** Ends what is under way, and tries nothing again. */
  async close(): Promise<void> {
    this.#closing.abort();
    const all = [...[...this.#names.values()].map((each) => each.settled()), this.#leftovers];
    await Promise.race([Promise.all(all), pause(CLOSE_MS_MAX, undefined, { ref: false })]);
  }

  #named(job: SubmittedJob): NamedJobs {
    const id = jobId(nameOf(job));
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const named = new NamedJobs(this.#options, this.#closing.signal, (gone) => this.#forget(gone));
    this.#names.set(id, named);
    return named;
  }

  /** One after the other, and behind everything else: mostly there is nothing. */
  #forget(job: SubmittedJob): void {
    const { runner, compile, logger } = this.#options;
    this.#leftovers = this.#leftovers.then(async () => {
      if (this.#closing.signal.aborted) return;
      try {
        await runner.forget(compile(job));
      } catch (error) {
        logger.warn({ err: error, job: job.spec.name }, 'what a cancelled job left could not be looked for');
      }
    });
  }
}

export interface JobTrouble {
  readonly job: SubmittedJob;
  readonly error: string;
}

/** Longer than a member takes to leave, shorter than whoever stops a process waits. */
const CLOSE_MS_MAX = 12_000;

/** One after the other, in the order in which they were submitted: a job of a name starts when the one before is cancelled. */
class NamedJobs {
  readonly #options: SubmittedJobsOptions;
  readonly #closing: AbortSignal;
  readonly #onLeft: (job: SubmittedJob) => void;
  readonly #wanted = new Map<string, SubmittedJob>();
  /** What each was brought to last. */
  readonly #brought = new Map<string, SubmittedJob>();
  #work: Promise<void> | null = null;
  #wishes = new AbortController();
  #failures = 0;
  trouble: JobTrouble | null = null;

  constructor(options: SubmittedJobsOptions, closing: AbortSignal, onLeft: (job: SubmittedJob) => void) {
    this.#options = options;
    this.#closing = closing;
    this.#onLeft = onLeft;
  }

  want(job: SubmittedJob): void {
    const before = this.#wanted.get(job.id);
    if (before !== undefined && isSame(before, job)) return;
    this.#wanted.set(job.id, job);
    // What is wanted now may succeed at once.
    this.#failures = 0;
    this.#wishes.abort();
    this.#work ??= this.#bringAll();
  }

  settled(): Promise<void> {
    return this.#work ?? Promise.resolve();
  }

  async #bringAll(): Promise<void> {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      this.#wishes = new AbortController();
      try {
        await this.#bring(job);
        this.#brought.set(job.id, job);
        this.trouble = null;
        this.#failures = 0;
      } catch (error) {
        this.#note(job, error);
        const signal = AbortSignal.any([this.#wishes.signal, this.#closing]);
        await pause(retryMs(this.#failures++), undefined, { signal }).catch(() => {});
      }
    }
    this.#work = null;
  }

  #next(): SubmittedJob | undefined {
    if (this.#closing.aborted) return undefined;
    return [...this.#wanted.values()].find((job) => {
      const brought = this.#brought.get(job.id);
      return brought === undefined || !isSame(brought, job);
    });
  }

  /** Asks what is there and not what was done: where half of it was done before, the other half is what is missing. */
  async #bring(job: SubmittedJob): Promise<void> {
    const { runner, compile, webhooks } = this.#options;
    const name = nameOf(job);
    const there = runner.status(name);
    if (job.wanted === 'CANCELLED') {
      if (there === null) this.#onLeft(job);
      else await runner.cancel(name);
    } else if (there === null || there.status === 'CANCELLED') {
      await runner.start(compile(job), { paused: job.wanted === 'PAUSED' });
    } else {
      if (job.wanted === 'PAUSED') await runner.pause(name);
      if (there.version !== job.version) await runner.replace(compile(job));
      if (job.wanted === 'RUNNING') await runner.resume(name);
    }
    await webhooks.bring(job);
  }

  #note(job: SubmittedJob, error: unknown): void {
    this.trouble = { job, error: messageOf(error) };
    const { name } = job.spec;
    this.#options.logger.error({ err: error, job: name }, 'a job could not be brought to what is wanted of it');
  }
}

/** 250 ms, doubled up to half a minute. */
function retryMs(failures: number): number {
  return Math.min(30_000, 250 * 2 ** Math.min(failures, 10));
}

function isSame(one: SubmittedJob, other: SubmittedJob): boolean {
  return one.version === other.version && one.wanted === other.wanted;
}

function nameOf({ spec, tenant }: SubmittedJob): JobName {
  return { name: spec.name, tenant };
}
