import type { InputPlace, KeyedState, PartitionTask, WorkMember, WorkStatus } from '../../log/partition-work.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Job, JobSource } from '../job.ts';
import { clearingTask } from './clearing-task.ts';
import type { EventCache } from './event-cache.ts';
import type { JobRunnerOptions, RunnerTotals } from './job-runner.ts';
import { type JobState, type JobStatus, jobId } from './job-status.ts';
import { JobTask } from './job-task.ts';
import { OperatorFailure } from './operator-failure.ts';
import type { PartitionMeta } from './partition-meta.ts';
import { RecentRate } from './recent-rate.ts';

export interface RunningJobOptions extends JobRunnerOptions {
  readonly events: EventCache;
}

/**
 * One job in this process, as a member of the group of all that run it.
 *
 *   STARTING ─► RUNNING ◄─resume─ PAUSED          an operator that throws again and again, or state it cannot read: FAILED
 *                  └──────pause──────┘            cancel: CANCELLED, from every state
 */
export class RunningJob {
  readonly #options: RunningJobOptions;
  #job: Job;
  #state: JobState = 'PAUSED';
  #member: WorkMember | null = null;
  /** Controls one after the other. */
  #last: Promise<void> = Promise.resolve();
  #startedAtMs: number | null = null;
  #error: string | null = null;
  #failures = 0;
  /** By partition; those of a partition that went to another member are dropped. */
  readonly #tasks = new Map<number, JobTask>();
  /** As last known, of a job that does not run. */
  #figures: readonly PartitionMeta[] = [];
  #checkpointMs: number | null = null;
  readonly #rate: RecentRate;
  #totals: RunnerTotals = { records: 0, commits: 0, fenced: 0, skipped: 0 };

  constructor(job: Job, options: RunningJobOptions) {
    this.#job = job;
    this.#options = options;
    this.#rate = new RecentRate(options.clock);
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#member !== null) return;
      if (this.#state === 'CANCELLED') throw notRunning(this.#job, 'it was cancelled');
      await this.#join(this.#job);
    });
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'CANCELLED') throw notRunning(this.#job, 'it was cancelled');
      await this.#leave(LEAVE_MS);
      this.#state = 'PAUSED';
      this.#error = null;
    });
  }

  cancel(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'CANCELLED') return;
      await this.#leave(LEAVE_MS);
      await this.#clear();
      this.#state = 'CANCELLED';
    });
  }

  replace(job: Job): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#job;
      if (this.#state === 'CANCELLED') throw notRunning(before, 'it was cancelled');
      if (job.stateShape !== before.stateShape) throw notCarried(job, before);
      const paused = this.#state === 'PAUSED';
      await this.#leave(LEAVE_MS);
      this.#job = job;
      if (!paused) await this.#join(job);
    });
  }

  /** What it was doing before is what it does after the next start. */
  stop(deadlineMs: number): Promise<void> {
    return this.#inTurn(() => this.#leave(deadlineMs));
  }

  status(): JobStatus {
    const { name, tenant, version, mode, builtIn } = this.#job;
    const metas = this.#metas();
    const work = this.#member?.status() ?? null;
    const watermarks = metas.map(({ watermarkUs }) => watermarkUs);
    const commits = metas.flatMap(({ lastCommitAtMs }) => (lastCommitAtMs === null ? [] : [lastCommitAtMs]));
    const known = watermarks.filter((each) => each !== null);
    return {
      id: jobId(this.#job),
      name,
      tenant,
      version,
      mode,
      builtIn,
      status: this.#stateNow(work),
      uptimeMs: this.#startedAtMs === null ? 0 : this.#options.clock.nowMs() - this.#startedAtMs,
      recordsProcessed: sum(metas, ({ records }) => records),
      recordsPerSecond: this.#rate.perSecond(),
      lag: work === null ? 0 : work.partitions.reduce((total, { lag }) => total + Number(lag), 0),
      watermarkMs: known.length === 0 ? null : Math.floor(Math.min(...known) / 1000),
      late: sum(metas, ({ late }) => late),
      stateKeys: sum(metas, ({ stateKeys }) => stateKeys),
      stateBytes: sum(metas, ({ stateBytes }) => stateBytes),
      checkpoints: {
        count: sum(metas, ({ commits: count }) => count),
        lastAtMs: commits.length === 0 ? null : Math.max(...commits),
        durationMs: this.#checkpointMs,
      },
      error: this.#error ?? work?.partitions.find(({ lastError }) => lastError !== null)?.lastError ?? null,
    };
  }

  totals(): RunnerTotals {
    const work = this.#member?.status();
    if (work === undefined) return this.#totals;
    const { records, commits, fenced, skipped } = this.#totals;
    return {
      records,
      commits: commits + work.commits,
      fenced: fenced + work.fenced,
      skipped: skipped + work.skipped,
    };
  }

  #stateNow(work: WorkStatus | null): JobState {
    if (this.#state !== 'STARTING' || work === null) return this.#state;
    const isUp = work.partitions.length > 0 && work.partitions.every(({ phase }) => phase !== 'restoring');
    return isUp ? 'RUNNING' : 'STARTING';
  }

  #metas(): readonly PartitionMeta[] {
    return this.#member === null ? this.#figures : [...this.#tasks.values()].map(({ meta }) => meta);
  }

  #inTurn(control: () => Promise<void>): Promise<void> {
    const done = this.#last.then(control);
    this.#last = done.catch(() => {});
    return done;
  }

  async #join(job: Job): Promise<void> {
    const { work, log, makeChangelog, makeTopic, events, clock } = this.#options;
    const source = onlySource(job, events);
    this.#state = 'STARTING';
    this.#error = null;
    this.#failures = 0;
    const partitions = log.topics().find(({ topic }) => topic === source.topic)?.partitions ?? 0;
    const changelog = changelogOf(job);
    await makeChangelog({ topic: changelog, partitions });
    if (typeof job.alsoTo === 'string') await makeTopic({ topic: job.alsoTo, partitions });
    events.join(source.topic);
    this.#member = await work.join({
      group: groupOf(job),
      inputs: [{ topic: source.topic, changelog, keyed: true }],
      open: async (place, state) => this.#open(job, source, place, state),
      stepRecordsMax: this.#options.stepRecordsMax ?? STEP_RECORDS_MAX,
      stepBytesMax: STEP_BYTES_MAX,
      lingerMs: LINGER_MS,
    });
    this.#startedAtMs = clock.nowMs();
  }

  #open(job: Job, source: JobSource, { topic, partition }: InputPlace, state: KeyedState): PartitionTask {
    const { events, floorMs, clock, stateBytesInMemory = STATE_BYTES_IN_MEMORY } = this.#options;
    try {
      const task = new JobTask({
        job,
        source,
        partition,
        state,
        eventOf: events.readerOf(topic, partition),
        floorMs: (next) => floorMs(topic, partition, next),
        stateBytesInMemory: stateBytesInMemory / STATES_SHARING_MEMORY,
        clock,
      });
      this.#tasks.set(partition, task);
      return this.#watched(task, partition);
    } catch (error) {
      // State of another shape, or damaged: to try again changes nothing.
      void this.#fail(error);
      throw error;
    }
  }

  /** The task, and who looks at what becomes of it. */
  #watched(task: JobTask, partition: number): PartitionTask {
    return {
      restoreFrom: () => task.restoreFrom(),
      restore: () => task.restore(),
      inputFrom: () => task.inputFrom(),
      wantsStep: () => task.wantsStep(),
      step: async (records, transaction) => {
        try {
          await task.step(records, transaction);
        } catch (error) {
          if (error instanceof OperatorFailure && ++this.#failures >= FAILURES_MAX) void this.#fail(error);
          throw error;
        }
      },
      committed: () => {
        const before = task.meta.records;
        task.committed();
        this.#failures = 0;
        this.#rate.add(task.meta.records - before);
        this.#totals = { ...this.#totals, records: this.#totals.records + task.meta.records - before };
        this.#checkpointMs = task.checkpointMs;
      },
      rolledBack: () => task.rolledBack(),
      close: async () => {
        await task.close();
        if (this.#state !== 'FAILED' && this.#tasks.get(partition) === task && !this.#leaving) {
          this.#tasks.delete(partition);
        }
      },
    };
  }

  #leaving = false;

  #fail(error: unknown): Promise<void> {
    if (this.#state === 'FAILED') return this.#last;
    this.#state = 'FAILED';
    this.#error = error instanceof Error ? error.message : String(error);
    this.#options.logger.warn({ job: jobId(this.#job), err: error }, 'a job failed and was stopped');
    return this.#inTurn(() => this.#leave(LEAVE_MS));
  }

  async #leave(deadlineMs: number): Promise<void> {
    const member = this.#member;
    if (member === null) return;
    this.#leaving = true;
    await member.stop(deadlineMs);
    this.#totals = this.totals();
    this.#figures = this.#metas();
    this.#member = null;
    this.#tasks.clear();
    this.#leaving = false;
    this.#startedAtMs = null;
    for (const { topic } of this.#job.sources) this.#options.events.leave(topic);
  }

  async #clear(): Promise<void> {
    const { work } = this.#options;
    const source = onlySource(this.#job, this.#options.events);
    const cleared = clearingTask();
    const member = await work.join({
      group: groupOf(this.#job),
      inputs: [{ topic: source.topic, changelog: changelogOf(this.#job), keyed: true }],
      open: async ({ partition }, state) => cleared.open(partition, state),
      stepRecordsMax: 1,
      stepBytesMax: 1,
      lingerMs: 0,
    });
    try {
      await cleared.done(this.#options.log.topics().find(({ topic }) => topic === source.topic)?.partitions ?? 0);
    } finally {
      await member.stop(LEAVE_MS);
    }
    this.#figures = [];
  }
}

/** Operators are told nothing that could change between two tries; the second and third are for what was wrong around them. */
const FAILURES_MAX = 3;
const LEAVE_MS = 10_000;

/** As many as the cache of events holds of a partition: what jobs of one topic share. */
const STEP_RECORDS_MAX = 8_192;
/** 8 MiB: 8,192 events of a kilobyte. */
const STEP_BYTES_MAX = 8 * 1024 * 1024;
/** A commit takes some milliseconds: to wait as long again is not seen, and halves their number on a slow stream. */
const LINGER_MS = 5;

const STATE_BYTES_IN_MEMORY = 256 * 1024 * 1024;
/** Eight jobs of four partitions; more of them take more. */
const STATES_SHARING_MEMORY = 32;

function groupOf(job: Job): string {
  return `lakegate-job-${stateName(job)}`;
}

function changelogOf(job: Job): string {
  return `job.${stateName(job)}.state`;
}

function stateName(job: Job): string {
  const { incarnation = 1 } = job;
  return incarnation === 1 ? jobId(job) : `${jobId(job)}.${incarnation}`;
}

function onlySource(job: Job, events: EventCache): JobSource {
  const [source, another] = job.sources;
  if (source === undefined || another !== undefined) {
    throw refused(job, `Expected the job ${job.name} to read one kind, got ${job.sources.length}.`);
  }
  const { keyField } = events.kind(source.topic);
  if (source.keyField === keyField) return source;
  throw refused(job, `Expected the job ${job.name} to be keyed by ${keyField}, got ${source.keyField}.`);
}

function refused(job: Job, message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message, facts: { job: jobId(job) } });
}

function notRunning(job: Job, why: string): LakegateError {
  return refused(job, `The job ${job.name} cannot do that: ${why}.`);
}

function notCarried(job: Job, before: Job): LakegateError {
  return refused(
    job,
    `The state of ${before.name} (version ${before.version}) cannot be carried over: its operator, window, pattern or key is another one in version ${job.version}. Cancel it and submit it anew to begin again from the first record.`,
  );
}

function sum(metas: readonly PartitionMeta[], of: (meta: PartitionMeta) => number): number {
  return metas.reduce((total, meta) => total + of(meta), 0);
}
