import { hash } from 'node:crypto';
import type { InputPlace, KeyedState, WorkInput } from '../../log/partition-work.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { Job, JobSource } from '../job.ts';
import { readByKey, type SourceOf } from './by-key-record.ts';
import { ByKeyTask } from './by-key-task.ts';
import type { EventCache } from './event-cache.ts';
import type { JobRunnerOptions } from './job-runner.ts';
import { jobId } from './job-status.ts';
import { type JobInput, JobTask } from './job-task.ts';

/**
 * What a job consists of, each a group of its own that members share:
 *
 *   one kind, its own key    <kind> ─► job
 *   anything else            <kind>, <kind> … ─► by key ─► job.<name>.by-key ─► job
 */
export interface JobStage {
  readonly group: string;
  readonly inputs: readonly WorkInput[];
  /** What it takes in goes to the stage behind it. */
  readonly sends: boolean;
  open(place: InputPlace, state: KeyedState): JobTask | ByKeyTask;
}

export interface StagesOptions extends JobRunnerOptions {
  readonly events: EventCache;
}

/** With the topics that they need. */
export async function openStages(job: Job, options: StagesOptions): Promise<readonly JobStage[]> {
  const stages = isDirect(job, options.events) ? [directStage(job, options)] : await byKeyStages(job, options);
  const { makeChangelog } = options;
  for (const { topic, changelog } of stages.flatMap(({ inputs }) => inputs)) {
    await makeChangelog({ topic: changelog, partitions: partitionsOf(options, topic) });
  }
  return stages;
}

/** Every event of a key is in the partition where it is worked on already. */
function isDirect({ name, sources }: Job, events: EventCache): boolean {
  const [source, another] = sources;
  if (source === undefined) {
    throw new LakegateError({ code: 'BAD_REQUEST', message: `Expected the job ${name} to read a kind, got none.` });
  }
  return another === undefined && events.kind(source.topic).keyField === source.keyField;
}

function directStage(job: Job, options: StagesOptions): JobStage {
  const [source] = job.sources as readonly [JobSource];
  const { events, floorMs } = options;
  return {
    group: groupOf(job),
    inputs: [{ topic: source.topic, changelog: changelogOf(job), keyed: true }],
    sends: false,
    open: ({ topic, partition }, state) =>
      openJob(job, options, {
        partition,
        state,
        where: source.where,
        input: { from: 'direct', eventOf: events.readerOf(topic, partition) },
        floorMs: (next) => floorMs(topic, partition, next),
      }),
  };
}

async function byKeyStages(job: Job, options: StagesOptions): Promise<readonly JobStage[]> {
  const { makeTopic, events } = options;
  const topic = `job.${stateName(job)}.by-key`;
  const partitions = Math.max(...job.sources.map((source) => partitionsOf(options, source.topic)));
  await makeTopic({ topic, partitions, retentionMs: BY_KEY_KEPT_MS });
  const sourcePartitions = job.sources.flatMap((source) =>
    Array.from({ length: partitionsOf(options, source.topic) }, (_, partition) => `${source.topic}/${partition}`),
  );
  const sourceOf: SourceOf = (name, partition) => events.sourceOf(name, partition);
  return [
    sendingStage(job, options, { topic, partitions }),
    {
      group: groupOf(job),
      inputs: [{ topic, changelog: changelogOf(job), keyed: true }],
      sends: false,
      open: ({ partition }, state) =>
        openJob(job, options, {
          partition,
          state,
          // The stage before has done it.
          where: null,
          input: { from: 'by-key', read: (record) => readByKey(record, sourceOf), sourcePartitions },
          // How far event time has come is in the records.
          floorMs: () => null,
        }),
    },
  ];
}

/** Seven days: as long as a job may be paused or broken before what was sent to it is missed, which is counted. */
const BY_KEY_KEPT_MS = 7 * 86_400_000;

function sendingStage(job: Job, options: StagesOptions, target: ByKeyTarget): JobStage {
  const { events, floorMs, clock } = options;
  return {
    group: `${groupOf(job)}-by-key`,
    inputs: job.sources.map(({ topic }) => ({
      topic,
      changelog: `job.${stateName(job)}.${topic}.state`,
      keyed: true,
    })),
    sends: true,
    open: ({ topic, partition }, state) =>
      new ByKeyTask({
        job,
        source: job.sources.find((source) => source.topic === topic) as JobSource,
        partition,
        state,
        eventOf: events.readerOf(topic, partition),
        floorMs: (next) => floorMs(topic, partition, next),
        target,
        clock,
      }),
  };
}

type ByKeyTarget = { readonly topic: string; readonly partitions: number };

function openJob(
  job: Job,
  { clock, stateBytesInMemory = STATE_BYTES_IN_MEMORY }: StagesOptions,
  made: {
    readonly partition: number;
    readonly state: KeyedState;
    readonly where: JobSource['where'];
    readonly input: JobInput;
    readonly floorMs: (next: bigint) => number | null;
  },
): JobTask {
  const { where, ...rest } = made;
  return new JobTask({
    job,
    ...rest,
    source: { where },
    stateBytesInMemory: stateBytesInMemory / STATES_SHARING_MEMORY,
    clock,
  });
}

const STATE_BYTES_IN_MEMORY = 256 * 1024 * 1024;
/** Eight jobs of four partitions; more of them take more. */
const STATES_SHARING_MEMORY = 32;

export function partitionsOf({ log }: Pick<StagesOptions, 'log'>, topic: string): number {
  return log.topics().find((each) => each.topic === topic)?.partitions ?? 0;
}

/** How many threads of a process work on the job: the first ones of it. Each has at least one partition of every input. */
export function threadsOf({ sources, parallelism }: Job, threads: number, log: Pick<StagesOptions, 'log'>): number {
  const partitions = sources.map(({ topic }) => Math.max(1, partitionsOf(log, topic)));
  return Math.min(threads, parallelism ?? threads, ...partitions);
}

function groupOf(job: Job): string {
  return `lakegate-job-${stateName(job)}`;
}

function changelogOf(job: Job): string {
  return `job.${stateName(job)}.state`;
}

/**
 * Of a submitted job, which people cancel and submit anew, the incarnation is part of the name. Jobs that come with the product or from files
 * begin anew where their state has another shape; members that have the old one and the new at the same time do not take each other's state.
 */
function stateName({ name, tenant, incarnation = 1, stateShape }: Job): string {
  const id = jobId({ name, tenant });
  if (tenant === null) return `${id}._${hash('sha256', stateShape, 'hex').slice(0, SHAPE_LENGTH)}`;
  return incarnation === 1 ? id : `${id}.${incarnation}`;
}

/** 48 bits, in digits that no id of a job has alone behind an underscore. */
const SHAPE_LENGTH = 12;
