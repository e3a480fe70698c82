import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { openEmbeddedWork } from '../../src/log/embedded-work.ts';
import type { PartitionWork } from '../../src/log/partition-work.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { EventModel } from '../../src/model/event-model.ts';
import { OUTPUT_TOPICS } from '../../src/model/streams/stream-topics.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { type JobRunner, type JobRunnerOptions, openJobRunner } from '../../src/processor/runtime/job-runner.ts';
import { readTopic } from './read-all.ts';
import { EventStamper, type GivenEvent } from './stamped-events.ts';
import { until } from './until.ts';

/** Jobs on an embedded log of the test's own, whose events are appended as admission would. */
export interface JobsHere {
  readonly log: EmbeddedLog;
  readonly runner: JobRunner;
  readonly partitions: number;
  append(events: readonly GivenEvent[], topic?: string): Promise<void>;
  /** From now on a quiet stream stands here. */
  publish(watermarkMs: number): void;
  /** Everything that jobs wrote to a stream, as text, by partition and offset. */
  written(stream: string): Promise<readonly string[]>;
  /** All input is taken. */
  caughtUp(): Promise<void>;
  /** Another runner on the same log, after the one there was stopped. */
  restart(options?: Partial<JobRunnerOptions>): Promise<JobsHere>;
  stop(): Promise<void>;
}

export interface JobsOptions {
  readonly partitions?: number;
  readonly dir?: string;
  readonly clock?: Clock;
  readonly model?: EventModel;
  readonly runner?: Partial<JobRunnerOptions>;
  /** Stands between the jobs and the log. */
  readonly around?: (work: PartitionWork) => PartitionWork;
}

export function sampleModel(): EventModel {
  return loadDeclarations(resolve(import.meta.dirname, '../../schema/events'));
}

export async function openJobs(options: JobsOptions = {}): Promise<JobsHere> {
  const { partitions = 2, clock = systemClock, model = sampleModel() } = options;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'lakegate-jobs-')));
  const log = await openEmbeddedLog({ dir, clock, claimsKeptMs: 3_600_000 });
  const topics = [...model.kinds.map((kind) => kind.plural), ...OUTPUT_TOPICS];
  for (const topic of topics) await log.createTopic({ topic, partitions, retentionMs: null });
  const stampers = new Map(
    model.kinds.map(({ plural, keyField, idFields: [idField = 'id'] }) => [
      plural,
      new EventStamper(partitions, { keyField, idField }),
    ]),
  );
  let publishedMs: number | null = null;
  const open = (changed: Partial<JobRunnerOptions> = {}): JobRunner => {
    const work = openEmbeddedWork({ log });
    return openJobRunner({
      log,
      work: options.around?.(work) ?? work,
      kinds: model.kinds,
      makeChangelog: async () => {},
      makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
      floorMs: () => publishedMs,
      clock,
      logger: createLogger('silent'),
      ...options.runner,
      ...changed,
    });
  };
  const here = (runner: JobRunner): JobsHere => ({
    log,
    runner,
    partitions,
    append: async (events, topic = 'transactions') => {
      const stamper = stampers.get(topic);
      if (stamper === undefined) throw new Error(`${topic} is the topic of a kind`);
      await log.append(
        topic,
        events.map((event) => stamper.record(event)),
      );
    },
    publish: (watermarkMs) => {
      publishedMs = watermarkMs;
    },
    written: async (stream) =>
      (await readTopic(log, stream)).map(
        ({ partition, offset, value }) => `${partition}/${offset} ${Buffer.from(value).toString()}`,
      ),
    caughtUp: () =>
      until(() => {
        const statuses = runner.statuses().filter(({ status }) => status !== 'CANCELLED');
        return statuses.every(({ status, lag }) => status === 'RUNNING' && lag === 0);
      }),
    restart: async (changed) => {
      await runner.stop(10_000);
      return here(open(changed));
    },
    stop: async () => {
      await runner.stop(10_000);
      await log.close();
      if (options.dir === undefined) await rm(dir, { recursive: true });
    },
  });
  return here(open());
}
