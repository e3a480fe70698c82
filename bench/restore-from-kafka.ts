import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KafkaLog, openKafkaLog } from '../src/log/kafka-log.ts';
import { openKafkaWork } from '../src/log/kafka-work.ts';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import { OUTPUT_TOPICS } from '../src/model/streams/stream-topics.ts';
import { systemClock } from '../src/platform/clock.ts';
import { createLogger } from '../src/platform/telemetry.ts';
import { builtInJobs } from '../src/processor/jobs/index.ts';
import { openJobRunner } from '../src/processor/runtime/job-runner.ts';
import { until } from '../test/support/until.ts';
import { type BenchEvent, oneOfEachAUser } from './process-events.ts';
import { number } from './report.ts';
import { median } from './statistics.ts';

/** State of both jobs, written anew on a member that has nothing, from the changelogs on Kafka. */
export interface RestoreFromKafka {
  readonly keys: number;
  /** From nothing open, the copies on disk empty, to both jobs standing where they stood. Medians, as all here. */
  readonly seconds: number;
  /** Only reading the same changelogs through, all partitions at once. */
  readonly readSeconds: number;
  /** Of the rounds' own. */
  readonly share: number;
  /** From nothing open where the copies on disk are there. */
  readonly secondsWithCopies: number;
}

interface RestoreOptions {
  readonly brokers: readonly string[];
  readonly jobs: readonly string[];
  readonly users: number;
  readonly rounds: number;
}

const PARTITIONS = 4;
const APPENDED_TOGETHER = 10_000;
const WORK_MS_MAX = 3_600_000;

/** In rounds that alternate: restore, read, go on with the copies. */
export async function measureRestoreFromKafka(options: RestoreOptions): Promise<RestoreFromKafka> {
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-restore-'));
  const connection = { brokers: options.brokers, clientId: 'bench', prefix: 'restore.' };
  const log = await openKafkaLog(connection);
  try {
    for (const topic of ['transactions', 'activities', ...OUTPUT_TOPICS])
      await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
    await append(log, options.users);
    // One of each user for each job.
    const keys = options.users * options.jobs.length;
    const stand = (member: string) => standing(log, { ...options, keys, connection, stateDir: join(dir, member) });
    await stand('first');
    const rounds = [];
    for (let round = 0; round < options.rounds; round++) {
      const seconds = await stand(`round-${round}`);
      const readSeconds = await readThrough(log);
      const secondsWithCopies = await stand(`round-${round}`);
      rounds.push({ seconds, readSeconds, secondsWithCopies, share: seconds / readSeconds });
    }
    return {
      keys,
      seconds: median(rounds.map((each) => each.seconds)),
      readSeconds: median(rounds.map((each) => each.readSeconds)),
      share: median(rounds.map(({ share }) => share)),
      secondsWithCopies: median(rounds.map((each) => each.secondsWithCopies)),
    };
  } finally {
    await log.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Standing {
  readonly jobs: readonly string[];
  readonly keys: number;
  readonly connection: { readonly brokers: readonly string[]; readonly clientId: string; readonly prefix: string };
  readonly stateDir: string;
}

/** Until all keys are there, and all input is taken: how long that took, in seconds. */
async function standing(log: KafkaLog, { jobs: names, keys, connection, stateDir }: Standing): Promise<number> {
  const startedAt = performance.now();
  const model = loadDeclarations(SAMPLE_KINDS_DIR);
  const runner = openJobRunner({
    log,
    work: await openKafkaWork({ ...connection, stateDir }),
    kinds: model.kinds,
    makeChangelog: (topic) =>
      log.createTopic({ ...topic, retentionMs: null, cleanup: 'compact', timestamps: 'create' }),
    makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
    floorMs: () => null,
    clock: systemClock,
    logger: createLogger('error'),
  });
  const jobs = builtInJobs(model).filter(({ name }) => names.includes(name));
  await Promise.all(jobs.map((job) => runner.start(job)));
  await until(() => {
    const statuses = runner.statuses();
    const found = statuses.reduce((sum, { stateKeys }) => sum + stateKeys, 0);
    return found === keys && statuses.every(({ status, lag }) => status === 'RUNNING' && lag === 0);
  }, WORK_MS_MAX);
  const seconds = (performance.now() - startedAt) / 1000;
  await runner.stop(60_000);
  return seconds;
}

async function readThrough(log: KafkaLog): Promise<number> {
  const startedAt = performance.now();
  const changelogs = log.topics().filter(({ topic }) => topic.endsWith('.state'));
  const reads = changelogs.flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, async (_, partition) => {
      const options = { signal: new AbortController().signal, follow: false };
      const [end] = (await log.ends(topic)).filter((each) => each.partition === partition);
      for await (const _chunk of log.read(topic, partition, end?.first ?? 0n, options));
    }),
  );
  await Promise.all(reads);
  return (performance.now() - startedAt) / 1000;
}

async function append(log: KafkaLog, users: number): Promise<void> {
  let together: BenchEvent[] = [];
  for (const event of oneOfEachAUser(users)) {
    together.push(event);
    if (together.length < APPENDED_TOGETHER) continue;
    await appendAll(log, together);
    together = [];
  }
  await appendAll(log, together);
}

async function appendAll(log: KafkaLog, events: readonly BenchEvent[]): Promise<void> {
  for (const topic of ['activities', 'transactions'] as const) {
    const records = events.filter((event) => event.topic === topic);
    await log.append(
      topic,
      records.map(({ key, timeMs, record }) => ({ key, timeMs, value: Buffer.from(record) })),
    );
  }
}

export function restoreText({ keys, seconds, share, readSeconds, secondsWithCopies }: RestoreFromKafka): string {
  const read = `${share.toFixed(1)} times what reading them takes (${readSeconds.toFixed(1)} s)`;
  return `${number(keys)} keys from changelogs on Kafka in ${seconds.toFixed(1)} s, ${read}; with copies in ${secondsWithCopies.toFixed(1)} s`;
}
