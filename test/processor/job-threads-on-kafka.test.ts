import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openKafkaLog } from '../../src/log/kafka-log.ts';
import type { Log } from '../../src/log/log.ts';
import { OUTPUT_TOPICS } from '../../src/model/streams/stream-topics.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import type { JobRunner } from '../../src/processor/runtime/job-runner.ts';
import { openJobThreads } from '../../src/processor/threads/job-threads.ts';
import { seatOnKafka } from '../../src/processor/threads/seat-on-kafka.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { MIXED_FROM_MS, mixedEvents } from '../support/mixed-events.ts';
import { readTopic } from '../support/read-all.ts';
import { openJobs, sampleModel } from '../support/running-jobs.ts';
import { EventStamper } from '../support/stamped-events.ts';
import { until } from '../support/until.ts';

const PARTITIONS = 4;
const COUNT = 600;
const OVER_MS = MIXED_FROM_MS + COUNT * 2_000 + 86_400_000;
const DEADLINE_MS = 120_000;
/** A pattern, which waits for late events, and sessions, which end on a quiet stream. */
const JOBS = builtInJobs(sampleModel()).filter(({ name }) => ['sessions', 'many-payments'].includes(name));

describeWithKafka('jobs on threads, on a real broker', () => {
  let kafka: KafkaHere;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.stop());

  test(
    'members with threads that come and go write what one thread on the embedded log writes, on a quiet stream too',
    async () => {
      const { transactions, activities } = mixedEvents(COUNT, 8);
      const wanted = await expected();
      const connection = { brokers: kafka.brokers.split(','), clientId: 'threads', prefix: 'threads.' };
      const log = await openKafkaLog(connection);
      const dir = await mkdtemp(join(tmpdir(), 'lakegate-kafka-threads-'));
      for (const topic of ['transactions', 'activities', ...OUTPUT_TOPICS])
        await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
      const ends = new Map<string, readonly bigint[]>();
      let isOver = false;
      const runners: JobRunner[] = [];
      onTestFinished(async () => {
        await Promise.all(runners.map((runner) => runner.stop(10_000)));
        await log.close();
        await rm(dir, { recursive: true });
      });
      const member = async (threads: number) => {
        const home = join(dir, `member-${runners.length}`);
        const runner = openJobThreads({
          threads,
          log,
          makeChangelog: (topic) =>
            log.createTopic({ ...topic, retentionMs: null, cleanup: 'compact', timestamps: 'create' }),
          makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
          logger: createLogger('silent'),
          schemaDir: resolve(import.meta.dirname, '../../schema/events'),
          jobsDir: null,
          openLog: (thread) => seatOnKafka(log, connection, { dir: home, thread }),
          floorOf: (topic, partition) =>
            isOver ? { floorMs: OVER_MS, next: ends.get(topic)?.[partition] ?? 2n ** 60n } : null,
          endOf: () => null,
          stepRecordsMax: 50,
        });
        runners.push(runner);
        await Promise.all(JOBS.map((job) => runner.start(job)));
        return runner;
      };
      const stampers = { transactions: new EventStamper(PARTITIONS), activities: new EventStamper(PARTITIONS) };
      const append = async (from: number, to: number) => {
        for (const [topic, events] of [
          ['transactions', transactions],
          ['activities', activities],
        ] as const)
          await log.append(
            topic,
            events.slice(from, to).map((event) => stampers[topic].record(event)),
          );
      };
      const isUp = (runner: JobRunner) => runner.statuses().every(({ status }) => status === 'RUNNING');
      await append(0, COUNT / 2);
      const first = await member(2);
      await until(() => first.totals().records > 100, DEADLINE_MS);
      const second = await member(2);
      await until(() => isUp(second), DEADLINE_MS);
      await append(COUNT / 2, COUNT);
      await first.stop(10_000);
      for (const topic of ['transactions', 'activities'])
        ends.set(
          topic,
          (await log.ends(topic)).map(({ next }) => next),
        );
      isOver = true;
      await until(async () => JSON.stringify(await written(log)) === JSON.stringify(wanted), DEADLINE_MS).catch(
        () => {},
      );
      expect(await written(log)).toEqual(wanted);
      expect(second.statuses()).toMatchObject(
        JOBS.map(() => ({ status: 'RUNNING', recordsProcessed: COUNT, error: null })),
      );

      async function expected() {
        const jobs = await openJobs({ partitions: PARTITIONS });
        await jobs.append(transactions);
        await jobs.append(activities, 'activities');
        for (const job of JOBS) await jobs.runner.start(job);
        await jobs.caughtUp();
        jobs.publish(OVER_MS);
        let last = { commits: -1, atMs: 0 };
        await until(() => {
          const { commits } = jobs.runner.totals();
          if (commits !== last.commits) last = { commits, atMs: performance.now() };
          return performance.now() - last.atMs > 1_500;
        });
        const found = await written(jobs.log);
        await jobs.stop();
        return found;
      }
    },
    3 * DEADLINE_MS,
  );
});

/** By stream, partition and job, in order. */
async function written(log: Log): Promise<readonly string[]> {
  const found: string[] = [];
  for (const stream of OUTPUT_TOPICS)
    for (const { partition, value } of await readTopic(log, stream))
      found.push(`${stream}/${partition} ${Buffer.from(value).toString()}`);
  return JOBS.flatMap(({ name }) => found.filter((line) => line.includes(`"${name}"`)));
}
