import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../../src/log/log.ts';
import { loadDeclarations } from '../../../src/model/declare/load-declarations.ts';
import type { EventModel } from '../../../src/model/event-model.ts';
import type { JobSpec } from '../../../src/model/jobs/job-spec.ts';
import { OUTPUT_TOPICS } from '../../../src/model/streams/stream-topics.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createLogger } from '../../../src/platform/telemetry.ts';
import { compileSubmittedJob } from '../../../src/processor/compile-submitted-job.ts';
import type { Job } from '../../../src/processor/job.ts';
import { builtInJobs } from '../../../src/processor/jobs/index.ts';
import { type JobRunner, type JobTopic, openJobRunner } from '../../../src/processor/runtime/job-runner.ts';
import type { JobName } from '../../../src/processor/runtime/job-status.ts';
import { openJobThreads } from '../../../src/processor/threads/job-threads.ts';
import type { Floor } from '../../../src/processor/threads/thread-talk.ts';
import { readTopic } from '../../support/read-all.ts';
import { until } from '../../support/until.ts';
import { type LogAt, type LogPlace, openLogAt } from './log-at.ts';
import { patiently } from './patiently.ts';
import { PARTITIONS, type Recorded, type RecordedRecord, TOPICS } from './recording.ts';

export interface ProcessingOptions {
  readonly place: LogPlace;
  readonly recorded: readonly Recorded[];
  /** Specifications, and names of jobs that are built in. */
  readonly jobs: readonly (JobSpec | string)[];
  /** Small steps have more moments between them in which something can happen. */
  readonly stepRecordsMax?: number;
  /** How many of its own each member works on. Default 0: on the main thread. */
  readonly threads?: number;
}

/** Jobs over a recording that comes into the log bit by bit. Opened again on the same log, it goes on where that stands. */
export interface Processing {
  /** Appends what is not there yet, up to this line of the recording; `moment` passes between two appends. */
  feed(upTo: number, moment?: () => Promise<void>): Promise<void>;
  /** One more that shares the work, on as many threads as all, or on as many as it says. */
  join(threads?: number): Promise<Member>;
  /** Everything is fed, taken, and no key is left that wants to be woken by the last watermark. */
  finished(): Promise<void>;
  written(): Promise<readonly WrittenRecord[]>;
  close(): Promise<void>;
}

export interface Member {
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface WrittenRecord {
  readonly stream: (typeof OUTPUT_TOPICS)[number];
  readonly partition: number;
  readonly value: Uint8Array;
}

export async function openProcessing(options: ProcessingOptions): Promise<Processing> {
  const model = loadDeclarations(SCHEMA);
  const place = await openLogAt(options.place);
  const { log } = place;
  for (const topic of [...TOPICS, ...OUTPUT_TOPICS])
    await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
  const feeding = new Feeding(log, options.recorded, await countsOf(log));
  const jobs = options.jobs.map((job) => compiledJob(job, model));
  const members = new Set<JobRunner>();
  const areThreads = (options.threads ?? 0) > 0;
  const isQuiet = () =>
    areThreads ? areThreadsQuiet(place, jobs, [...members]) : isQuietHere(feeding, jobs, [...members]);
  return {
    feed: (upTo, moment) => feeding.feed(upTo, moment),
    join: async (threads = options.threads ?? 0) => {
      const runner = await openMember({ place, model, feeding, threads, stepRecordsMax: options.stepRecordsMax });
      members.add(runner);
      for (const job of jobs) await startPatiently(runner, job);
      return {
        pause: () => eachJob(runner, (job) => runner.pause(job)),
        resume: () => eachJob(runner, (job) => runner.resume(job)),
        stop: async () => {
          members.delete(runner);
          await runner.stop(STOP_MS);
        },
      };
    },
    finished: () => until(async () => feeding.isOver && (await isQuiet()), FINISHED_DEADLINE_MS),
    written: async () => {
      const written: WrittenRecord[] = [];
      for (const stream of OUTPUT_TOPICS)
        for (const { partition, value } of await patiently(() => readTopic(log, stream)))
          written.push({ stream, partition, value });
      return written;
    },
    close: async () => {
      for (const runner of members) await runner.stop(STOP_MS);
      await log.close();
    },
  };
}

interface MemberOptions {
  readonly place: LogAt;
  readonly model: EventModel;
  readonly feeding: Feeding;
  readonly threads: number;
  readonly stepRecordsMax: number | undefined;
}

async function openMember({ place, model, feeding, threads, stepRecordsMax }: MemberOptions): Promise<JobRunner> {
  const { log, makeChangelog, openWork, seats, endOf } = place;
  const common = {
    log,
    makeChangelog,
    makeTopic: (topic: JobTopic) => log.createTopic({ ...topic, retentionMs: null }),
    logger: createLogger('silent'),
    ...(stepRecordsMax === undefined ? {} : { stepRecordsMax }),
  };
  if (threads > 0) {
    const floorOf = (topic: string, partition: number) => feeding.floorOf(topic, partition);
    return openJobThreads({ ...common, threads, schemaDir: SCHEMA, jobsDir: null, openLog: seats(), floorOf, endOf });
  }
  const floorMs = (topic: string, partition: number, next: bigint) => feeding.floorMs(topic, partition, next);
  return openJobRunner({ ...common, work: await openWork(), kinds: model.kinds, floorMs, clock: systemClock });
}

const SCHEMA = resolve(import.meta.dirname, '../../../schema/events');
const STOP_MS = 30_000;
const FINISHED_DEADLINE_MS = 180_000;
/** A scenario has some sixty times as many. */
const LINES_TOGETHER = 100;

/** One that could not begin is there, and is told to go on. */
async function startPatiently(runner: JobRunner, job: Job): Promise<void> {
  await patiently(() => (runner.status(job) === null ? runner.start(job) : runner.resume(job)));
}

async function eachJob(runner: JobRunner, act: (job: JobName) => Promise<void>): Promise<void> {
  for (const job of runner.statuses()) await patiently(() => act(job));
}

function compiledJob(job: JobSpec | string, model: EventModel): Job {
  if (typeof job !== 'string') return compileSubmittedJob({ spec: job, version: 1, incarnation: 1 }, model);
  const found = builtInJobs(model).find(({ name }) => name === job);
  if (found === undefined) throw new Error(`expected a built-in job, got ${job}`);
  return found;
}

/** By topic, then partition. */
type Counts = ReadonlyMap<string, number[]>;

async function countsOf(log: Log): Promise<Counts> {
  const counts = new Map<string, number[]>();
  for (const topic of TOPICS) counts.set(topic, await patiently(() => endsOf(log, topic)));
  return counts;
}

async function endsOf(log: Log, topic: string): Promise<number[]> {
  return (await log.ends(topic)).map(({ next }) => Number(next));
}

/** Brings a recording into a log, and says what the watermark of a quiet stream is meanwhile. */
class Feeding {
  readonly #log: Log;
  readonly #recorded: readonly Recorded[];
  /** What the log held when it was opened. */
  readonly #there: Counts;
  #next = 0;
  readonly #fed: Counts = new Map(TOPICS.map((topic) => [topic, Array(PARTITIONS).fill(0)]));
  readonly #watermarksMs = new Map<string, number>();
  /** How often each partition was looked at since the last commit, and found taken. */
  readonly asked = new Map<string, number>();

  constructor(log: Log, recorded: readonly Recorded[], there: Counts) {
    this.#log = log;
    this.#recorded = recorded;
    this.#there = there;
  }

  get isOver(): boolean {
    return this.#next === this.#recorded.length;
  }

  /** Null where something was fed that the partition has not taken. */
  floorMs(topic: string, partition: number, next: bigint): number | null {
    if (Number(next) < (this.#fed.get(topic)?.[partition] ?? 0)) return null;
    const place = `${topic}/${partition}`;
    this.asked.set(place, (this.asked.get(place) ?? 0) + 1);
    return this.#watermarksMs.get(topic) ?? null;
  }

  /** The same for whoever asks without saying how far it is. Null before there is a watermark. */
  floorOf(topic: string, partition: number): Floor | null {
    const floorMs = this.#watermarksMs.get(topic);
    return floorMs === undefined ? null : { floorMs, next: BigInt(this.#fed.get(topic)?.[partition] ?? 0) };
  }

  /** Lines come in by the hundred, those of one topic together: every record carries what it met already. */
  async feed(upTo: number, moment: () => Promise<void> = async () => {}): Promise<void> {
    const end = Math.min(upTo, this.#recorded.length);
    while (this.#next < end) {
      const lines = this.#recorded.slice(this.#next, Math.min(this.#next + LINES_TOGETHER, end));
      for (const topic of TOPICS) await this.#append(topic, lines);
      for (const line of lines) if (line.type === 'watermark') this.#watermarksMs.set(line.topic, line.watermarkMs);
      this.#next += lines.length;
      await moment();
    }
  }

  async #append(topic: string, lines: readonly Recorded[]): Promise<void> {
    const records = lines.filter((line) => line.type === 'record').filter((record) => record.topic === topic);
    let there = this.#there.get(topic) ?? [];
    await patiently(
      () => this.#appendMissing(topic, records, there),
      // Some of it may have come in.
      async () => {
        there = await endsOf(this.#log, topic);
      },
    );
    const fed = this.#fed.get(topic) ?? [];
    for (const { partition } of records) fed[partition] = (fed[partition] ?? 0) + 1;
  }

  async #appendMissing(topic: string, records: readonly RecordedRecord[], there: readonly number[]): Promise<void> {
    const missing = records.filter(({ partition, offset }) => offset >= (there[partition] ?? 0));
    const positions = await this.#log.append(
      topic,
      missing.map(({ key, timeMs, record }) => ({ key, timeMs, value: Buffer.from(record) })),
    );
    missing.forEach(({ partition, offset }, at) => {
      const position = positions[at];
      if (position?.partition !== partition || Number(position.offset) !== offset)
        throw new Error(
          `expected the record at ${topic} ${partition} ${offset}, got ${position?.partition} ${position?.offset}`,
        );
    });
  }
}

/** Every job looked at every partition several times since anything was committed, and wanted nothing. */
function isQuietHere(feeding: Feeding, jobs: readonly Job[], members: readonly JobRunner[]): boolean {
  throwFailures(members);
  // What a first stage has sent is taken by the second.
  if (members.some((member) => member.statuses().some(({ lag }) => lag > 0))) return false;
  const commits = commitsOf(members);
  if (commits !== lastCommits.get(feeding)) {
    lastCommits.set(feeding, commits);
    feeding.asked.clear();
    return false;
  }
  const topics = jobs.flatMap(({ sources }) => sources.map(({ topic }) => topic));
  return [...new Set(topics)].every((topic) => {
    const asks = LOOKS * topics.filter((each) => each === topic).length;
    return Array.from({ length: PARTITIONS }, (_, p) => feeding.asked.get(`${topic}/${p}`) ?? 0).every(
      (asked) => asked >= asks,
    );
  });
}

const lastCommits = new WeakMap<Feeding, number>();
const LOOKS = 3;

/**
 * Threads do not tell how often they looked. Every partition is worked on, everything was taken, and for as long as it takes to look several times
 * nothing was committed, nor on its way to the disk.
 */
async function areThreadsQuiet(place: LogAt, jobs: readonly Job[], members: readonly JobRunner[]): Promise<boolean> {
  const commits = commitsOf(members);
  for (let moment = 0; moment < QUIET_MOMENTS; moment++) {
    throwFailures(members);
    if (!jobs.every((job) => isTaken(job, members)) || commitsOf(members) !== commits) return false;
    await pause(MOMENT_MS);
    await place.settled();
  }
  return true;
}

/** A partition that goes from one member to another is nobody's in between. */
function isTaken(job: Job, members: readonly JobRunner[]): boolean {
  const partitions = members.flatMap((member) => member.status(job)?.partitions ?? []);
  const places = new Set(partitions.map(({ place }) => place));
  const isWhole = job.sources.every(({ topic }) =>
    Array.from({ length: PARTITIONS }, (_, partition) => `${topic}/${partition}`).every((name) => places.has(name)),
  );
  return isWhole && partitions.every(({ lag }) => lag === 0);
}

/** Every quarter of a second on the embedded log, every second on Kafka; a thread tells what it did a tenth of a second later. */
const MOMENT_MS = 300;
const QUIET_MOMENTS = 5;

function commitsOf(members: readonly JobRunner[]): number {
  return members.reduce((sum, member) => sum + member.totals().commits, 0);
}

function throwFailures(members: readonly JobRunner[]): void {
  const failed = members.flatMap((member) => member.statuses()).find(({ status }) => status === 'FAILED');
  if (failed !== undefined) throw new Error(`${failed.name} failed: ${failed.error}`);
}
