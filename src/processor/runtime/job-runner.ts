import type { Log } from '../../log/log.ts';
import type { PartitionWork } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { Job } from '../job.ts';
import { EventCache } from './event-cache.ts';
import { isNotThere, isThere } from './job-refusals.ts';
import { type JobName, type JobStatus, jobId } from './job-status.ts';
import { RunningJob } from './running-job.ts';

/** Runs jobs, each by itself: one that fails, waits or reads from far behind holds up no other. */
export interface JobRunner {
  /**
   * Goes on where the job of this name stopped, whenever that was; a new one begins with the first record that is kept. BAD_REQUEST where one
   * of that name is there already. One that is paused waits for `resume`.
   */
  start(job: Job, options?: { readonly paused: boolean }): Promise<void>;
  /** Ends after the step that runs. What it knows stays. */
  pause(name: JobName): Promise<void>;
  resume(name: JobName): Promise<void>;
  /** Forgets everything it knew. What it wrote stays. */
  cancel(name: JobName): Promise<void>;
  /** Clears what a cancelled job may have left because its process ended before all was cleared. */
  forget(job: Job): Promise<void>;
  /** Another job under the same name goes on with the state of the one there. BAD_REQUEST, with the reason, where it could not read it. */
  replace(job: Job): Promise<void>;
  /** Null where there is none of this name. */
  status(name: JobName): JobStatus | null;
  statuses(): readonly JobStatus[];
  /** Figures of all jobs of this process since it started. */
  totals(): RunnerTotals;
  stop(deadlineMs: number): Promise<void>;
}

/** What a thread asks of its own runner besides. */
export interface LocalJobRunner extends JobRunner {
  /** Ends after the step that runs, and is not there any more. What it knows stays. */
  drop(name: JobName): Promise<void>;
  /** How far each partition was taken that is worked on here, by its name. */
  taken(name: JobName): ReadonlyMap<string, bigint>;
  /** It takes part, and others have all the partitions there are. */
  isIdle(name: JobName): boolean;
}

export interface RunnerTotals {
  readonly records: number;
  readonly commits: number;
  readonly fenced: number;
  readonly skipped: number;
}

export interface JobRunnerOptions {
  readonly log: Pick<Log, 'topics'>;
  readonly work: PartitionWork;
  readonly kinds: readonly KindModel[];
  /** Makes the changelog of a job's state, where the log needs one. */
  readonly makeChangelog: (changelog: JobTopic) => Promise<void>;
  /** Makes the topic through which events come to the partition of another key. */
  readonly makeTopic: (topic: JobTopic) => Promise<void>;
  /** Every record of the partition from `next` on meets at least this. Asked while everything before was taken. Null: nobody knows. */
  readonly floorMs: (topic: string, partition: number, next: bigint) => number | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For decoded states, all jobs together. Default 256 MiB. */
  readonly stateBytesInMemory?: number;
  /** At most this many records in one step. */
  readonly stepRecordsMax?: number;
  /** Which of the threads of this process it is; each has a part of the partitions. Default the only one. */
  readonly thread?: ThreadNumber;
}

export interface ThreadNumber {
  readonly index: number;
  readonly threads: number;
}

export interface JobTopic {
  readonly topic: string;
  readonly partitions: number;
  /** Default for ever. */
  readonly retentionMs?: number;
}

export function openJobRunner(options: JobRunnerOptions): LocalJobRunner {
  const runner: Runner = { ...options, jobs: new Map(), events: new EventCache(options.kinds), gone: NO_TOTALS };
  return {
    start: (job, how) => start(runner, job, how?.paused ?? false),
    pause: (name) => find(runner, name).pause(),
    resume: (name) => find(runner, name).resume(),
    cancel: (name) => find(runner, name).cancel(),
    forget: (job) => new RunningJob(job, runner).cancel(),
    replace: (job) => find(runner, job).replace(job),
    status: (name) => runner.jobs.get(jobId(name))?.status() ?? null,
    statuses: () => [...runner.jobs.values()].map((each) => each.status()),
    totals: () => totalsOf(runner),
    drop: (name) => drop(runner, name),
    taken: (name) => runner.jobs.get(jobId(name))?.taken() ?? new Map(),
    isIdle: (name) => runner.jobs.get(jobId(name))?.isIdle() ?? false,
    stop: async (deadlineMs) => {
      await Promise.all([...runner.jobs.values()].map((each) => each.stop(deadlineMs)));
    },
  };
}

interface Runner extends JobRunnerOptions {
  readonly jobs: Map<string, RunningJob>;
  /** What several jobs read is read once. */
  readonly events: EventCache;
  /** Figures of jobs that are not there any more. */
  gone: RunnerTotals;
}

async function start(runner: Runner, job: Job, paused: boolean): Promise<void> {
  const id = jobId(job);
  const there = runner.jobs.get(id);
  if (there !== undefined && there.status().status !== 'CANCELLED') {
    throw isThere(job);
  }
  if (there !== undefined) runner.gone = addTotals([runner.gone, there.totals()]);
  const running = new RunningJob(job, runner);
  runner.jobs.set(id, running);
  await (paused ? running.pause() : running.resume());
}

function find({ jobs }: Runner, name: JobName): RunningJob {
  const found = jobs.get(jobId(name));
  if (found !== undefined) return found;
  throw isNotThere(name);
}

async function drop(runner: Runner, name: JobName): Promise<void> {
  const there = runner.jobs.get(jobId(name));
  if (there === undefined) return;
  await there.stop(TIMER_MS_MAX);
  runner.jobs.delete(jobId(name));
  runner.gone = addTotals([runner.gone, there.totals()]);
}

/** However long it takes: the next one may be on another thread, where nobody else would make it wait. The longest time a timer takes, 25 days. */
const TIMER_MS_MAX = 2 ** 31 - 1;

function totalsOf({ jobs, gone }: Runner): RunnerTotals {
  return addTotals([gone, ...[...jobs.values()].map((job) => job.totals())]);
}

export function addTotals(all: readonly RunnerTotals[]): RunnerTotals {
  const totals = { ...NO_TOTALS };
  for (const { records, commits, fenced, skipped } of all) {
    totals.records += records;
    totals.commits += commits;
    totals.fenced += fenced;
    totals.skipped += skipped;
  }
  return totals;
}

export const NO_TOTALS: RunnerTotals = { records: 0, commits: 0, fenced: 0, skipped: 0 };
