import type { InputPlace, PartitionTask, WorkMember, WorkStatus } from '../../log/partition-work.ts';
import type { JobState } from '../../model/jobs/job-report.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Job } from '../job.ts';
import type { ByKeyTask } from './by-key-task.ts';
import { clearingTask } from './clearing-task.ts';
import type { RunnerTotals } from './job-runner.ts';
import { type JobStage, openStages, partitionsOf, type StagesOptions } from './job-stages.ts';
import { type JobStatus, jobId } from './job-status.ts';
import { JobTask } from './job-task.ts';
import { OperatorFailure } from './operator-failure.ts';
import type { PartitionMeta } from './partition-meta.ts';
import { RecentRate } from './recent-rate.ts';

/**
 * One job in this process, as a member of the group of all that run it.
 *
 *   STARTING ─► RUNNING ◄─resume─ PAUSED          an operator that throws again and again, or state it cannot read: FAILED
 *                  └──────pause──────┘            cancel: CANCELLED, from every state
 */
export class RunningJob {
  readonly #options: StagesOptions;
  #job: Job;
  #state: JobState = 'PAUSED';
  /** Of each stage, in order. Empty while it does not run. */
  #members: readonly WorkMember[] = [];
  /** Controls one after the other. */
  #last: Promise<void> = Promise.resolve();
  #startedAtMs: number | null = null;
  #error: string | null = null;
  /** Of each partition, one after the other: what others commit in between says nothing about it. */
  readonly #failures = new Map<string, number>();
  readonly #tasks = new Set<JobTask | ByKeyTask>();
  /** As last known, of a job that does not run. */
  #figures: Figures = NO_FIGURES;
  #checkpointMs: number | null = null;
  readonly #rate: RecentRate;
  #totals: RunnerTotals = { records: 0, commits: 0, fenced: 0, skipped: 0 };

  constructor(job: Job, options: StagesOptions) {
    this.#job = job;
    this.#options = options;
    this.#rate = new RecentRate(options.clock);
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#members.length > 0) return;
      if (this.#state === 'CANCELLED') throw wasCancelled(this.#job);
      await this.#orFailed(() => this.#join(this.#job));
    });
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'CANCELLED') throw wasCancelled(this.#job);
      await this.#leave(LEAVE_MS);
      this.#state = 'PAUSED';
      this.#error = null;
    });
  }

  cancel(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'CANCELLED') return;
      await this.#leave(LEAVE_MS);
      await this.#orFailed(async () => {
        for (const stage of await openStages(this.#job, this.#options)) await this.#clear(stage);
      });
      this.#figures = NO_FIGURES;
      this.#error = null;
      this.#state = 'CANCELLED';
    });
  }

  replace(job: Job): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#job;
      if (this.#state === 'CANCELLED') throw wasCancelled(before);
      if (job.stateShape !== before.stateShape) throw notCarried(job, before);
      const paused = this.#state === 'PAUSED';
      await this.#leave(LEAVE_MS);
      this.#job = job;
      if (!paused) await this.#orFailed(() => this.#join(job));
    });
  }

  /** What it was doing before is what it does after the next start. */
  stop(deadlineMs: number): Promise<void> {
    return this.#inTurn(() => this.#leave(deadlineMs));
  }

  status(): JobStatus {
    const { name, tenant, version, mode, builtIn } = this.#job;
    const work = this.#members.map((member) => member.status());
    const figures = this.#members.length === 0 ? this.#figures : figuresOf(this.#tasks);
    const { watermarkUs, lastCommitAtMs, commits, ...counts } = figures;
    return {
      id: jobId(this.#job),
      name,
      tenant,
      version,
      mode,
      builtIn,
      status: this.#stateNow(work),
      uptimeMs: this.#startedAtMs === null ? 0 : this.#options.clock.nowMs() - this.#startedAtMs,
      recordsPerSecond: this.#rate.perSecond(),
      lag: lagOf(work),
      watermarkMs: watermarkUs === null ? null : Math.floor(watermarkUs / 1000),
      ...counts,
      checkpoints: { count: commits, lastAtMs: lastCommitAtMs, durationMs: this.#checkpointMs },
      error: this.#error ?? failureOf(work),
    };
  }

  totals(): RunnerTotals {
    let { records, commits, fenced, skipped } = this.#totals;
    for (const member of this.#members) {
      const work = member.status();
      commits += work.commits;
      fenced += work.fenced;
      skipped += work.skipped;
    }
    return { records, commits, fenced, skipped };
  }

  #stateNow(work: readonly WorkStatus[]): JobState {
    if (this.#state !== 'STARTING' || work.length === 0) return this.#state;
    const isUp = work.every(
      ({ partitions }) => partitions.length > 0 && partitions.every(({ phase }) => phase !== 'restoring'),
    );
    return isUp ? 'RUNNING' : 'STARTING';
  }

  #inTurn(control: () => Promise<void>): Promise<void> {
    const done = this.#last.then(control);
    this.#last = done.catch(() => {});
    return done;
  }

  /** What did not come about is said until it is tried again. */
  async #orFailed(change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      this.#state = 'FAILED';
      this.#error = messageOf(error);
      throw error;
    }
  }

  /** All of its stages, or none. */
  async #join(job: Job): Promise<void> {
    const { events, clock } = this.#options;
    this.#state = 'STARTING';
    this.#error = null;
    this.#failures.clear();
    const stages = await this.#openStages(job);
    for (const { topic } of job.sources) events.join(topic);
    try {
      for (const stage of stages) this.#members = [...this.#members, await this.#joinStage(stage)];
    } catch (error) {
      await this.#letGo(LEAVE_MS);
      throw error;
    }
    this.#startedAtMs = clock.nowMs();
  }

  async #openStages(job: Job): Promise<readonly JobStage[]> {
    const stages = await openStages(job, this.#options);
    if (typeof job.alsoTo === 'string') {
      const [source] = job.sources;
      const partitions = partitionsOf(this.#options, source?.topic ?? '');
      await this.#options.makeTopic({ topic: job.alsoTo, partitions });
    }
    return stages;
  }

  #joinStage(stage: JobStage): Promise<WorkMember> {
    const { work, stepRecordsMax = STEP_RECORDS_MAX } = this.#options;
    return work.join({
      group: stage.group,
      inputs: stage.inputs,
      open: async (place, state) => this.#opened(place, () => stage.open(place, state)),
      stepRecordsMax,
      stepBytesMax: STEP_BYTES_MAX,
      lingerMs: LINGER_MS,
    });
  }

  #opened(place: InputPlace, open: () => JobTask | ByKeyTask): PartitionTask {
    try {
      const task = open();
      this.#tasks.add(task);
      return this.#watched(task, `${place.topic}/${place.partition}`);
    } catch (error) {
      // State of another shape, or damaged: to try again changes nothing.
      this.#fail(error);
      throw error;
    }
  }

  /** The task, and who looks at what becomes of it. */
  #watched(task: JobTask | ByKeyTask, place: string): PartitionTask {
    return {
      restoreFrom: () => task.restoreFrom(),
      restore: () => task.restore(),
      inputFrom: () => task.inputFrom(),
      wantsStep: () => task.wantsStep(),
      step: async (records, transaction) => {
        try {
          await task.step(records, transaction);
        } catch (error) {
          if (error instanceof OperatorFailure) this.#countFailure(place, error);
          throw error;
        }
      },
      committed: () => {
        const before = task.meta.records;
        task.committed();
        this.#failures.delete(place);
        if (task instanceof JobTask) this.#count(task.meta.records - before, task.checkpointMs);
      },
      rolledBack: () => task.rolledBack(),
      close: async () => {
        await task.close();
        this.#tasks.delete(task);
      },
    };
  }

  #countFailure(place: string, failure: OperatorFailure): void {
    const failures = 1 + (this.#failures.get(place) ?? 0);
    this.#failures.set(place, failures);
    if (failures >= FAILURES_MAX) this.#fail(failure);
  }

  #count(records: number, checkpointMs: number | null): void {
    this.#rate.add(records);
    this.#totals = { ...this.#totals, records: this.#totals.records + records };
    this.#checkpointMs = checkpointMs;
  }

  #fail(error: unknown): void {
    if (this.#state === 'FAILED') return;
    this.#state = 'FAILED';
    this.#error = messageOf(error);
    this.#options.logger.warn({ job: jobId(this.#job), err: error }, 'a job failed and was stopped');
    void this.#inTurn(() => this.#leave(LEAVE_MS));
  }

  async #leave(deadlineMs: number): Promise<void> {
    if (this.#members.length > 0) await this.#letGo(deadlineMs);
  }

  async #letGo(deadlineMs: number): Promise<void> {
    // Steps that end meanwhile are in the tasks, which are gone when they have ended.
    const tasks = [...this.#tasks];
    await Promise.all(this.#members.map((member) => member.stop(deadlineMs)));
    this.#totals = this.totals();
    if (this.#members.length > 0) this.#figures = figuresOf(tasks);
    this.#members = [];
    this.#tasks.clear();
    this.#startedAtMs = null;
    for (const { topic } of this.#job.sources) this.#options.events.leave(topic);
  }

  async #clear(stage: JobStage): Promise<void> {
    const cleared = clearingTask();
    const member = await this.#options.work.join({
      group: stage.group,
      inputs: stage.inputs,
      open: async (place, state) => cleared.open(place, state),
      stepRecordsMax: CLEARED_RECORDS_MAX,
      stepBytesMax: STEP_BYTES_MAX,
      lingerMs: 0,
    });
    try {
      await cleared.done(member);
    } finally {
      await member.stop(LEAVE_MS);
    }
  }
}

/** Operators are told nothing that could change between two tries; the second and third are for what was wrong around them. */
const FAILURES_MAX = 3;
const LEAVE_MS = 10_000;

/** As many as the cache of events holds of a partition: what jobs of one topic share. */
const STEP_RECORDS_MAX = 8_192;
/** 8 MiB: 8,192 events of a kilobyte. */
const STEP_BYTES_MAX = 8 * 1024 * 1024;
/** Nobody sees 20 ms of an alert; on a stream of a hundred events a second they make one commit of several. */
const LINGER_MS = 20;
/** One is enough for a step; nothing is done with it. */
const CLEARED_RECORDS_MAX = 1;

interface Figures
  extends Pick<JobStatus, 'recordsProcessed' | 'late' | 'stateKeys' | 'stateBytes'>,
    Pick<PartitionMeta, 'watermarkUs' | 'lastCommitAtMs' | 'commits'> {}

const NO_FIGURES: Figures = {
  recordsProcessed: 0,
  late: 0,
  stateKeys: 0,
  stateBytes: 0,
  watermarkUs: null,
  lastCommitAtMs: null,
  commits: 0,
};

/** What was read is known where it comes in; the rest where it is worked on. */
function figuresOf(tasks: Iterable<JobTask | ByKeyTask>): Figures {
  const all = [...tasks];
  const working = all.filter((task) => task instanceof JobTask).map(({ meta }) => meta);
  const sending = all.filter((task) => !(task instanceof JobTask)).map(({ meta }) => meta);
  const commits = working.map(({ lastCommitAtMs }) => lastCommitAtMs).filter((each) => each !== null);
  const watermarks = working.map(({ watermarkUs }) => watermarkUs).filter((each) => each !== null);
  return {
    recordsProcessed: sum(sending.length > 0 ? sending : working, ({ records }) => records),
    late: sum(working, ({ late }) => late),
    stateKeys: sum(working, ({ stateKeys }) => stateKeys),
    stateBytes: sum(working, ({ stateBytes }) => stateBytes),
    watermarkUs: watermarks.length === 0 ? null : Math.min(...watermarks),
    lastCommitAtMs: commits.length === 0 ? null : Math.max(...commits),
    commits: sum(working, (meta) => meta.commits),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lagOf(work: readonly WorkStatus[]): number {
  return work.reduce((total, { partitions }) => total + partitions.reduce((sum, { lag }) => sum + Number(lag), 0), 0);
}

function failureOf(work: readonly WorkStatus[]): string | null {
  for (const { partitions } of work) {
    const failing = partitions.find(({ lastError }) => lastError !== null);
    if (failing !== undefined) return failing.lastError;
  }
  return null;
}

function sum(metas: readonly PartitionMeta[], of: (meta: PartitionMeta) => number): number {
  return metas.reduce((total, meta) => total + of(meta), 0);
}

function refused(job: Job, message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message, facts: { job: jobId(job) } });
}

function wasCancelled(job: Job): LakegateError {
  return refused(job, `The job ${job.name} cannot do that: it was cancelled.`);
}

function notCarried(job: Job, before: Job): LakegateError {
  return refused(
    job,
    `The state of ${before.name} (version ${before.version}) cannot be carried over: its operator, window, pattern or key is another one in version ${job.version}. Cancel it and submit it anew to begin again from the first record.`,
  );
}
