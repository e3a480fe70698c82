import type { Log } from '../../log/log.ts';
import type { PartitionWork } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { Job } from '../job.ts';
import { EventCache } from './event-cache.ts';
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

export interface RunnerTotals {
  readonly records: number;
  readonly commits: number;
  readonly fenced: number;
  readonly skipped: number;
}

export interface JobRunnerOptions {
  readonly log: Log;
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
}

export interface JobTopic {
  readonly topic: string;
  readonly partitions: number;
  /** Default for ever. */
  readonly retentionMs?: number;
}

export function openJobRunner(options: JobRunnerOptions): JobRunner {
  const runner: Runner = { ...options, jobs: new Map(), events: new EventCache(options.kinds) };
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
    stop: async (deadlineMs) => {
      await Promise.all([...runner.jobs.values()].map((each) => each.stop(deadlineMs)));
    },
  };
}

interface Runner extends JobRunnerOptions {
  readonly jobs: Map<string, RunningJob>;
  /** What several jobs read is read once. */
  readonly events: EventCache;
}

async function start(runner: Runner, job: Job, paused: boolean): Promise<void> {
  const id = jobId(job);
  const there = runner.jobs.get(id);
  if (there !== undefined && there.status().status !== 'CANCELLED') {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: `There is a job named ${job.name} already. Replace it, or cancel it first.`,
      facts: { job: id },
    });
  }
  const running = new RunningJob(job, runner);
  runner.jobs.set(id, running);
  await (paused ? running.pause() : running.resume());
}

function find({ jobs }: Runner, name: JobName): RunningJob {
  const found = jobs.get(jobId(name));
  if (found !== undefined) return found;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `There is no job named ${name.name}.`,
    facts: { job: jobId(name) },
  });
}

function totalsOf({ jobs }: Runner): RunnerTotals {
  const totals = { records: 0, commits: 0, fenced: 0, skipped: 0 };
  for (const job of jobs.values()) {
    const of = job.totals();
    totals.records += of.records;
    totals.commits += of.commits;
    totals.fenced += of.fenced;
    totals.skipped += of.skipped;
  }
  return totals;
}
