import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { KafkaLog } from '../../src/log/kafka-log.ts';
import { openKafkaLog } from '../../src/log/kafka-log.ts';
import { openKafkaWork } from '../../src/log/kafka-work.ts';
import { OUTPUT_TOPICS } from '../../src/model/streams/stream-topics.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import type { Job } from '../../src/processor/job.ts';
import type { Operator } from '../../src/processor/operator.ts';
import { type JobRunner, openJobRunner } from '../../src/processor/runtime/job-runner.ts';
import { STATE_BYTES_MAX } from '../../src/processor/runtime/key-states.ts';
import { testJob } from '../support/gap-operator.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { randomFrom } from '../support/random.ts';
import { readTopic } from '../support/read-all.ts';
import { openJobs, sampleModel } from '../support/running-jobs.ts';
import { EventStamper, type GivenEvent } from '../support/stamped-events.ts';
import { until } from '../support/until.ts';

const T0 = Date.UTC(2026, 2, 1);
const PARTITIONS = 4;
const name = { name: 'gaps', tenant: null };

describeWithKafka('jobs on a real broker', () => {
  let kafka: KafkaHere;
  let tests = 0;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.stop());

  interface Place {
    readonly log: KafkaLog;
    readonly dir: string;
    append(events: readonly GivenEvent[]): Promise<void>;
    /** A member with a folder of its own, or of the one that is named. */
    member(folder?: string, job?: Job): Promise<JobRunner>;
    written(): Promise<readonly string[]>;
  }

  async function openPlace(): Promise<Place> {
    const prefix = `jobs-${++tests}.`;
    const connection = { brokers: kafka.brokers.split(','), clientId: 'jobs', prefix };
    const log = await openKafkaLog(connection);
    const dir = await mkdtemp(join(tmpdir(), 'lakegate-jobs-'));
    const runners: JobRunner[] = [];
    onTestFinished(async () => {
      await Promise.all(runners.map((runner) => runner.stop(5_000)));
      await log.close();
      await rm(dir, { recursive: true });
    });
    for (const topic of ['transactions', ...OUTPUT_TOPICS]) {
      await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
    }
    const stamper = new EventStamper(PARTITIONS);
    return {
      log,
      dir,
      append: async (events) => {
        await log.append(
          'transactions',
          events.map((event) => stamper.record(event)),
        );
      },
      member: async (folder = `member-${runners.length}`, job = testJob()) => {
        const runner = openJobRunner({
          log,
          work: await openKafkaWork({ ...connection, stateDir: join(dir, folder) }),
          kinds: sampleModel().kinds,
          makeChangelog: (topic) =>
            log.createTopic({ ...topic, retentionMs: null, cleanup: 'compact', timestamps: 'create' }),
          makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
          floorMs: () => null,
          clock: systemClock,
          logger: createLogger('silent'),
          stepRecordsMax: 60,
        });
        runners.push(runner);
        await runner.start(job);
        return runner;
      },
      written: async () => await bytesByPartition(log),
    };
  }

  /** What the embedded log's jobs write for the same events. */
  async function expected(events: readonly GivenEvent[]): Promise<readonly string[]> {
    const jobs = await openJobs({ partitions: PARTITIONS });
    await jobs.append(events);
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    const written = await bytesByPartition(jobs.log);
    await jobs.stop();
    expect(written.length).toBeGreaterThan(50);
    return written;
  }

  test('members that come and go, one of which is cut off in mid-step, write what one undisturbed one on the embedded log writes', async () => {
    const events = stream(4_000);
    const wanted = await expected(events);
    const place = await openPlace();
    await place.append(events.slice(0, 1_500));
    const first = await place.member();
    await until(() => (first.status(name)?.recordsProcessed ?? 0) > 200);
    const [second, third] = [await place.member(), await place.member()];
    await place.append(events.slice(1_500, 3_000));
    await until(() => [second, third].every((each) => each.status(name)?.status === 'RUNNING'), 60_000);
    await second.stop(0);
    await place.append(events.slice(3_000));
    await until(async () => (await place.written()).length >= wanted.length, 60_000);
    expect(await place.written()).toEqual(wanted);
  }, 120_000);

  test('state is read again where its copy is lost, stale, or of a changelog that is gone', async () => {
    const events = stream(3_000, 23);
    const wanted = await expected(events);
    const place = await openPlace();
    const stages: readonly (readonly [string, number])[] = [
      ['a', 800],
      // Knows nothing.
      ['b', 1_600],
      // Knows what was before b.
      ['a', 2_400],
      // Lost its copy.
      ['b', 3_000],
    ];
    let from = 0;
    for (const [folder, to] of stages) {
      if (to === 3_000) await rm(join(place.dir, folder), { recursive: true });
      await place.append(events.slice(from, to));
      from = to;
      const runner = await place.member(folder);
      await until(() => runner.status(name)?.recordsProcessed === to, 60_000);
      await runner.stop(5_000);
    }
    expect(await place.written()).toEqual(wanted);
    // The same folder, and another cluster's changelog of the same name.
    const other = await openPlace();
    await other.append(events);
    await rm(join(other.dir, 'member-0'), { recursive: true, force: true });
    const moved = await other.member(join('..', place.dir.split('/').at(-1) ?? '', 'a'));
    await until(() => moved.status(name)?.recordsProcessed === 3_000, 60_000);
    await until(async () => (await other.written()).length >= wanted.length, 60_000);
    expect(await other.written()).toEqual(wanted);
    await moved.stop(5_000);
  }, 120_000);

  test('a state of as many bytes as are allowed is kept and read again, and one of more stops its job', async () => {
    const around = 100;
    const events = [0, 0, around].map((more, i) => ({ key: 'a', id: `${i}`, timeMs: T0, members: { more } }));
    // Nothing that could be made smaller.
    const state = randomBytes(STATE_BYTES_MAX);
    const operator: Operator<Uint8Array> = {
      onEvent: ({ members }, before) => {
        if (before !== null) expect(state.subarray(0, before.byteLength).equals(before)).toBe(true);
        return state.subarray(0, STATE_BYTES_MAX - around + Number(members.more));
      },
      onWake: (bytes) => bytes,
      wakeAtUs: () => null,
      encode: (bytes) => bytes,
      decode: (bytes) => Buffer.from(bytes),
    };
    const job = testJob({ operator: operator as Operator<unknown> });
    const place = await openPlace();
    for (const [number, event] of events.entries()) {
      await place.append([event]);
      const runner = await place.member(`alone-${number}`, job);
      const status = () => runner.status(name);
      if (number < 2) await until(() => status()?.recordsProcessed === number + 1, 60_000);
      else await until(() => status()?.status === 'FAILED', 60_000);
      if (number === 2) expect(status()?.error).toContain('expected at most 7340032');
      await runner.stop(5_000);
    }
  }, 120_000);
});

function stream(count: number, seed = 29): readonly GivenEvent[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, i) => ({
    key: `user-${random(60)}`,
    id: `t-${i}`,
    timeMs: T0 + i * 1000 - random(15_000),
  }));
}

async function bytesByPartition(log: Parameters<typeof readTopic>[0]): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const stream of ['results', 'late']) {
    for (const { partition, value } of await readTopic(log, stream)) {
      // Where offsets have holes the late event's own is another one.
      const text = Buffer.from(value)
        .toString()
        .replace(/"offset":"\d+"/, '');
      lines.push(`${stream}/${partition} ${text}`);
    }
  }
  return lines;
}
