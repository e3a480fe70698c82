import type {
  InputPlace,
  PartitionTask,
  PartitionWork,
  WorkMember,
  WorkOptions,
  WorkStatus,
} from '../../log/partition-work.ts';
import { placeName } from '../../log/work/share-places.ts';
import type { JobState } from '../../model/jobs/job-report.ts';
import { type PartitionFigures, sumOfPartitions } from '../../model/jobs/partition-figures.ts';
import { LakegateError, messageOf } from '../../platform/errors.ts';
import type { Job } from '../job.ts';
import type { ByKeyTask } from './by-key-task.ts';
import { clearingTask } from './clearing-task.ts';
import { notCarried, wasCancelled } from './job-refusals.ts';
import type { RunnerTotals } from './job-runner.ts';
import { type JobStage, openStages, partitionsOf, type StagesOptions, threadsOf } from './job-stages.ts';
import { type JobStatus, jobId } from './job-status.ts';
import { JobTask } from './job-task.ts';
import { OperatorFailure } from './operator-failure.ts';
import { decodeMeta, META, type PartitionMeta } from './partition-meta.ts';
import { RecentRate } from './recent-rate.ts';
import { US_PER_MS } from './stored-event.ts';

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
  /** With the places they work on. */
  readonly #tasks = new Map<JobTask | ByKeyTask, string>();
  /** As last known, of a job that does not run. */
  #kept: readonly PartitionFigures[] = [];
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
      await this.#look();
    });
  }

  cancel(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'CANCELLED') return;
      await this.#leave(LEAVE_MS);
      await this.#orFailed(async () => {
        for (const stage of await openStages(this.#job, this.#options)) await this.#clear(stage);
      });
      this.#kept = [];
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
    const partitions = this.#members.length === 0 ? this.#kept : this.#partitionsNow(work);
    const { checkpoints, ...sums } = sumOfPartitions(partitions);
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
      ...sums,
      checkpoints: { ...checkpoints, durationMs: this.#checkpointMs },
      error: this.#error ?? failureOf(work),
      partitions,
    };
  }

  taken(): ReadonlyMap<string, bigint> {
    const places = this.#members.flatMap((member) => member.status().partitions);
    return new Map(places.map((place) => [placeName(place), place.inputNext]));
  }

  isIdle(): boolean {
    const work = this.#members.map((member) => member.status());
    return work.length > 0 && work.every(({ partitions, rebalances }) => rebalances > 0 && partitions.length === 0);
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

  #partitionsNow(work: readonly WorkStatus[]): readonly PartitionFigures[] {
    const lags = new Map(work.flatMap(({ partitions }) => partitions).map((each) => [placeName(each), each.lag]));
    return [...this.#tasks].map(([task, place]) => figuresOfTask(task, place, Number(lags.get(place) ?? 0n)));
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
      ...partOf(this.#job, this.#options),
      open: async (place, state) => this.#opened(place, () => stage.open(place, state)),
      stepRecordsMax,
      stepBytesMax: STEP_BYTES_MAX,
      lingerMs: LINGER_MS,
    });
  }

  #opened(place: InputPlace, open: () => JobTask | ByKeyTask): PartitionTask {
    try {
      const task = open();
      this.#tasks.set(task, placeName(place));
      return this.#watched(task, placeName(place));
    } catch (error) {
      // State of another shape, or damaged: to try again changes nothing.
      if (!isPassing(error)) this.#fail(error);
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
          if (error instanceof OperatorFailure && !isPassing(error)) this.#countFailure(place, error);
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
    void this.#inTurn(async () => {
      await this.#leave(LEAVE_MS);
      // What this member knew of its own partitions is kept where nobody answers.
      await this.#look().catch(() => {});
    });
  }

  async #leave(deadlineMs: number): Promise<void> {
    if (this.#members.length > 0) await this.#letGo(deadlineMs);
  }

  async #letGo(deadlineMs: number): Promise<void> {
    // Steps that end meanwhile are in the tasks, which are gone when they have ended.
    const tasks = [...this.#tasks];
    await Promise.all(this.#members.map((member) => member.stop(deadlineMs)));
    this.#totals = this.totals();
    if (this.#members.length > 0) this.#kept = tasks.map(([task, place]) => figuresOfTask(task, place, 0));
    this.#members = [];
    this.#tasks.clear();
    this.#startedAtMs = null;
    for (const { topic } of this.#job.sources) this.#options.events.leave(topic);
  }

  /** What is durable of all partitions, whoever worked on them. */
  async #look(): Promise<void> {
    const stages = await openStages(this.#job, this.#options);
    this.#kept = (await Promise.all(stages.map((stage) => keptOf(stage, this.#options.work)))).flat();
  }

  async #clear(stage: JobStage): Promise<void> {
    const cleared = clearingTask();
    const member = await this.#options.work.join({
      group: stage.group,
      inputs: stage.inputs,
      ...partOf(this.#job, this.#options),
      open: async (place, state) => cleared.open(place, state),
      leavesNothing: true,
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

/** The log could not be read at that moment: that is its own affair, and passes. */
function isPassing(error: unknown): boolean {
  const reason = error instanceof OperatorFailure ? error.cause : error;
  return reason instanceof LakegateError && reason.code === 'READ_ONLY';
}

function partOf(job: Job, { thread, log }: StagesOptions): Pick<WorkOptions, 'part'> {
  if (thread === undefined) return {};
  return { part: { index: thread.index, of: threadsOf(job, thread.threads, { log }) } };
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

function figuresOfTask(task: JobTask | ByKeyTask, place: string, lag: number): PartitionFigures {
  return figuresOf(task.meta, { place, sends: !(task instanceof JobTask), lag });
}

function figuresOf(
  { records, late, commits, lastCommitAtMs, watermarkUs, stateKeys, stateBytes }: PartitionMeta,
  where: Pick<PartitionFigures, 'place' | 'sends' | 'lag'>,
): PartitionFigures {
  const watermarkMs = watermarkUs === null ? null : Math.floor(watermarkUs / US_PER_MS);
  return { ...where, records, late, commits, lastCommitAtMs, watermarkMs, stateKeys, stateBytes };
}

async function keptOf({ group, inputs, sends }: JobStage, work: PartitionWork): Promise<readonly PartitionFigures[]> {
  const kept = inputs.map(async (input) => {
    const metas = (await work.lastPuts({ group, input, key: META })).map(decodeMeta);
    return metas.flatMap((meta, partition) => {
      const place = placeName({ topic: input.topic, partition });
      return meta === null ? [] : [figuresOf(meta, { place, sends, lag: 0 })];
    });
  });
  return (await Promise.all(kept)).flat();
}

function failureOf(work: readonly WorkStatus[]): string | null {
  for (const { partitions } of work) {
    const failing = partitions.find(({ lastError }) => lastError !== null);
    if (failing !== undefined) return failing.lastError;
  }
  return null;
}
