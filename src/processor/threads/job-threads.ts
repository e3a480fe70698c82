import { invariant, messageOf } from '../../platform/errors.ts';
import type { Job, JobOrigin } from '../job.ts';
import { isNotThere, isThere, notCarried, wasCancelled } from '../runtime/job-refusals.ts';
import {
  addTotals,
  type JobRunner,
  type JobRunnerOptions,
  NO_TOTALS,
  type RunnerTotals,
} from '../runtime/job-runner.ts';
import { partitionsOf, threadsOf } from '../runtime/job-stages.ts';
import { type JobName, type JobStatus, jobId } from '../runtime/job-status.ts';
import { LOOK_EVERY_MS, type RunningThread, type Seat, startThread, ThreadGone } from './running-thread.ts';
import type { Floor, LogSeat, PlaceFloor, ThreadAsk, ThreadNews } from './thread-talk.ts';
import { type EndOf, threadsTogether } from './threads-together.ts';

export interface JobThreadsOptions
  extends Pick<
    JobRunnerOptions,
    'log' | 'makeChangelog' | 'makeTopic' | 'logger' | 'stateBytesInMemory' | 'stepRecordsMax'
  > {
  /** At least one. */
  readonly threads: number;
  /** From which each thread loads the same declarations and jobs as are loaded here. */
  readonly schemaDir: string;
  readonly jobsDir: string | null;
  readonly openLog: (thread: number, onStuck: () => void) => ThreadLogPlace;
  readonly floorOf: (topic: string, partition: number) => Floor | null;
  readonly endOf: EndOf;
  /** Threads come up when this resolves. Default at once. */
  readonly begins?: Promise<void>;
  /** How long a thread that owes an answer may be silent. Default 10 s: it says something every second, and gives way in its steps every 8 ms. */
  readonly silentMsMax?: number;
}

/** The way of one thread to the log. */
export interface ThreadLogPlace extends Omit<Seat, 'seat'> {
  readonly log: LogSeat;
}

/**
 * Runs jobs on threads of their own: whatever a job does, this thread is free. Each has a part of the partitions of every job, and is a runner of its
 * own; here is kept what is wanted of each job, so that a thread that ended is brought to it again.
 */
export function openJobThreads(options: JobThreadsOptions): JobRunner {
  return new JobThreads(options);
}

interface ThreadedJob {
  job: Job;
  wanted: 'RUNNING' | 'PAUSED' | 'CANCELLED';
  /** Why it stopped in all threads, until it is tried again. */
  failure: string | null;
  /** It was cancelled, and all it knew is gone. */
  isCleared: boolean;
  /** Partitions may go from one thread to another: none may have it now. */
  isMoving: boolean;
  /** How many controls are not answered yet. */
  controls: number;
  /** Controls one after the other. */
  last: Promise<void>;
}

class JobThreads implements JobRunner {
  readonly #options: JobThreadsOptions;
  readonly #jobs = new Map<string, ThreadedJob>();
  readonly #threads: readonly RunningThread[];
  /** What was told to each thread of floors, by place. */
  readonly #told: readonly Map<string, number>[];
  readonly #looking: NodeJS.Timeout;
  /** Of threads that ended. */
  #gone: RunnerTotals = NO_TOTALS;

  constructor(options: JobThreadsOptions) {
    this.#options = options;
    this.#told = Array.from({ length: options.threads }, () => new Map());
    this.#threads = this.#told.map((_, index) => this.#startThread(index));
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#looking.unref();
  }

  async start(job: Job, { paused }: { readonly paused: boolean } = { paused: false }): Promise<void> {
    const id = jobId(job);
    const there = this.#jobs.get(id);
    if (there !== undefined && !there.isCleared) throw isThere(job);
    const threaded: ThreadedJob = {
      job,
      wanted: paused ? 'PAUSED' : 'RUNNING',
      failure: null,
      isCleared: false,
      isMoving: false,
      controls: 0,
      last: Promise.resolve(),
    };
    this.#jobs.set(id, threaded);
    await this.#inTurn(threaded, () => this.#bring(threaded));
  }

  pause(name: JobName): Promise<void> {
    return this.#want(this.#find(name), 'PAUSED');
  }

  resume(name: JobName): Promise<void> {
    return this.#want(this.#find(name), 'RUNNING');
  }

  cancel(name: JobName): Promise<void> {
    const threaded = this.#find(name);
    return this.#inTurn(threaded, async () => {
      if (threaded.isCleared) return;
      threaded.wanted = 'CANCELLED';
      await this.forget(threaded.job);
      threaded.isCleared = true;
    });
  }

  forget(job: Job): Promise<void> {
    return this.#askAll(job, { what: 'clear', job: originOf(job) });
  }

  replace(job: Job): Promise<void> {
    const threaded = this.#find(job);
    return this.#inTurn(threaded, async () => {
      const before = threaded.job;
      if (threaded.wanted === 'CANCELLED') throw wasCancelled(before);
      if (job.stateShape !== before.stateShape) throw notCarried(job, before);
      threaded.isMoving = true;
      try {
        await this.#askAll(before, { what: 'drop', name: { name: before.name, tenant: before.tenant } });
        threaded.job = job;
      } finally {
        threaded.isMoving = false;
      }
      threaded.failure = null;
      await this.#bring(threaded);
    });
  }

  status(name: JobName): JobStatus | null {
    const threaded = this.#jobs.get(jobId(name));
    return threaded === undefined ? null : this.#statusOf(threaded);
  }

  statuses(): readonly JobStatus[] {
    return [...this.#jobs.values()].map((each) => this.#statusOf(each));
  }

  totals(): RunnerTotals {
    return addTotals([this.#gone, ...this.#threads.map((thread) => thread.news()?.totals ?? NO_TOTALS)]);
  }

  async stop(deadlineMs: number): Promise<void> {
    clearInterval(this.#looking);
    await Promise.all(this.#threads.map((thread) => thread.stop(deadlineMs)));
  }

  #startThread(index: number): RunningThread {
    const { threads, openLog, logger, log, schemaDir, jobsDir, makeChangelog, makeTopic } = this.#options;
    const { stateBytesInMemory = STATE_BYTES_IN_MEMORY, stepRecordsMax = null } = this.#options;
    return startThread({
      index,
      logger,
      silentMsMax: this.#options.silentMsMax ?? SILENT_MS_MAX,
      begins: this.#options.begins ?? Promise.resolve(),
      sit: (onStuck) => {
        const { log: seat, ...place } = openLog(index, onStuck);
        return {
          ...place,
          seat: {
            index,
            threads,
            schemaDir,
            jobsDir,
            log: seat,
            topics: log.topics().map(({ topic, partitions }) => ({ topic, partitions })),
            logLevel: logger.level,
            stateBytesInMemory: stateBytesInMemory / threads,
            stepRecordsMax,
          },
        };
      },
      make: (what, topic) => (what === 'topic' ? makeTopic(topic) : makeChangelog(topic)),
      bringUp: (ask) => this.#bringUp(index, ask),
      onNews: () => this.#noteFailures(),
      onEnd: (news) => this.#noteEnd(news),
    });
  }

  async #bringUp(index: number, ask: (ask: ThreadAsk) => Promise<void>): Promise<void> {
    this.#told[index]?.clear();
    const wanted = [...this.#jobs.values()].filter(
      (each) => each.wanted !== 'CANCELLED' && !each.isMoving && index < this.#threadsOf(each.job).length,
    );
    await Promise.all(
      wanted.map((threaded) =>
        ask(runAsk(threaded)).catch((error: unknown) => {
          if (!(error instanceof ThreadGone)) threaded.failure ??= messageOf(error);
        }),
      ),
    );
  }

  #noteEnd(news: ThreadNews | null): void {
    if (news !== null) this.#gone = addTotals([this.#gone, news.totals]);
  }

  #want(threaded: ThreadedJob, wanted: 'RUNNING' | 'PAUSED'): Promise<void> {
    return this.#inTurn(threaded, async () => {
      if (threaded.wanted === 'CANCELLED') throw wasCancelled(threaded.job);
      threaded.wanted = wanted;
      threaded.failure = null;
      await this.#bring(threaded);
    });
  }

  #bring(threaded: ThreadedJob): Promise<void> {
    return this.#askAll(threaded.job, runAsk(threaded));
  }

  /** All threads that have a part of the job. When one of them refuses, the others have answered too. */
  async #askAll(job: Job, ask: ThreadAsk): Promise<void> {
    const answers = await Promise.allSettled(this.#threadsOf(job).map((thread) => thread.ask(ask)));
    const refusal = answers.find((each) => each.status === 'rejected');
    if (refusal !== undefined) throw refusal.reason;
  }

  #threadsOf(job: Job): readonly RunningThread[] {
    const { threads, log } = this.#options;
    return this.#threads.slice(0, threadsOf(job, threads, { log }));
  }

  #inTurn(threaded: ThreadedJob, control: () => Promise<void>): Promise<void> {
    threaded.controls++;
    const done = threaded.last.then(control).finally(() => {
      threaded.controls--;
      this.#noteFailures();
    });
    threaded.last = done.catch(() => {});
    return done;
  }

  #find(name: JobName): ThreadedJob {
    const found = this.#jobs.get(jobId(name));
    if (found === undefined) throw isNotThere(name);
    return found;
  }

  /** What fails in one thread is stopped in all. What threads say while they are being told something else is not looked at. */
  #noteFailures(): void {
    for (const threaded of this.#jobs.values()) {
      if (threaded.controls > 0 || threaded.wanted !== 'RUNNING' || threaded.failure !== null) continue;
      const { status, error } = this.#figuresOf(threaded.job);
      if (status !== 'FAILED') continue;
      threaded.failure = error ?? 'it failed';
      void this.#inTurn(threaded, () => this.#bring(threaded)).catch((thrown: unknown) => {
        this.#options.logger.warn({ err: thrown, job: jobId(threaded.job) }, 'a job that failed could not be stopped');
      });
    }
  }

  #statusOf(threaded: ThreadedJob): JobStatus {
    const { name, tenant, version, mode, builtIn } = threaded.job;
    const known = { id: jobId(threaded.job), name, tenant, version, mode, builtIn };
    if (threaded.isCleared) return { ...known, ...threadsTogether([], this.#options.endOf), status: 'CANCELLED' };
    const figures = this.#figuresOf(threaded.job);
    const { failure } = threaded;
    return failure === null ? { ...known, ...figures } : { ...known, ...figures, status: 'FAILED', error: failure };
  }

  #figuresOf(job: Job): ReturnType<typeof threadsTogether> {
    const id = jobId(job);
    const words = this.#threadsOf(job).map((thread) => ({
      news: thread.news()?.jobs.find(({ status }) => status.id === id && status.version === job.version) ?? null,
      isUp: thread.isUp(),
      trouble: thread.trouble(),
    }));
    return threadsTogether(words, this.#options.endOf);
  }

  #look(): void {
    for (const [index, thread] of this.#threads.entries()) {
      thread.look();
      const floors = thread.isUp() ? this.#newFloors(this.#told[index] ?? new Map()) : [];
      if (floors.length > 0) thread.tellFloors(floors);
    }
  }

  #newFloors(told: Map<string, number>): readonly PlaceFloor[] {
    const { log, floorOf } = this.#options;
    const running = [...this.#jobs.values()].filter(({ wanted }) => wanted === 'RUNNING');
    const topics = new Set(running.flatMap(({ job }) => job.sources.map(({ topic }) => topic)));
    const floors: PlaceFloor[] = [];
    for (const topic of topics) {
      for (let partition = 0; partition < partitionsOf({ log }, topic); partition++) {
        const floor = floorOf(topic, partition);
        const place = `${topic}/${partition}`;
        if (floor === null || floor.floorMs === told.get(place)) continue;
        told.set(place, floor.floorMs);
        floors.push({ topic, partition, ...floor });
      }
    }
    return floors;
  }
}

function runAsk({ job, wanted, failure }: ThreadedJob): ThreadAsk {
  return { what: 'run', job: originOf(job), paused: wanted === 'PAUSED' || failure !== null };
}

function originOf({ origin, name }: Job): JobOrigin {
  invariant(origin !== undefined, `it is known how another thread makes the job ${name}`);
  return origin;
}

const SILENT_MS_MAX = 10_000;

/** As on one thread: all of them together. */
const STATE_BYTES_IN_MEMORY = 256 * 1024 * 1024;
