import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { threadsOf } from '../src/cli/start/start-processor.ts';
import { askOtherProcessor } from '../test/processor/jvm/other-processors.ts';
import { startKafka } from '../test/support/kafka/start-kafka.ts';
import type { JobsFigures } from './jobs-process.ts';
import { processEvents } from './process-events.ts';
import { type Circumstances, circumstances, keep, machine, number, say } from './report.ts';
import { measureRestoreFromKafka, type RestoreFromKafka, restoreText } from './restore-from-kafka.ts';
import { median } from './statistics.ts';

/** Events a second, medians of the rounds; the shares are the medians of the rounds' own. */
interface Speed {
  readonly product: number;
  readonly flink: Readonly<Record<FlinkForm, FlinkSpeed>>;
}

interface FlinkSpeed {
  readonly perSecond: number;
  /** What the product does of it. */
  readonly share: number;
}

/**
 * `same-promise`: bytes in, parsed by the job; open sessions are published as they change; outputs in files, each exactly once. `in-memory`: parsed
 * beforehand, outputs thrown away. State is on the heap in both, with a checkpoint to disk every 10 s.
 */
type FlinkForm = (typeof FLINK_FORMS)[number];
const FLINK_FORMS = ['same-promise', 'in-memory'] as const;

interface ProcessFigures extends Circumstances {
  readonly events: number;
  /** In fresh processes, from the first event on. */
  readonly cold: Speed;
  /** The same once more in the same processes. */
  readonly warm: Speed;
  readonly sessions: number;
  readonly alerts: number;
  /** State of a user with one session of one page, and with one large payment, as it is durable. */
  readonly bytesPerKey: Readonly<Record<string, number>>;
  /** From nothing open to both jobs standing where they stood, on the embedded log. */
  readonly restore: { readonly keys: number; readonly seconds: number };
  readonly restoreFromKafka: RestoreFromKafka;
}

const JOBS = ['sessions', 'two-large-payments'];

/** As npm start has it. */
const THREADS = threadsOf({ processorThreads: 'auto', partitions: 4 });

/** Sessions and the fraud pattern together over the same events, here and in Apache Flink's local cluster. Needs a JDK and Maven. */
export async function benchProcess({ brief }: { readonly brief: boolean }): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));
  try {
    say(machine());
    const size = brief
      ? { events: 50_000, rounds: 1, users: 10_000 }
      : { events: 1_000_000, rounds: 3, users: 500_000 };
    const speed = await measureSpeed(dir, size.events, size.rounds);
    const state = await measureState(dir, size.users);
    const restoreFromKafka = await measureKafka(size.users, size.rounds);
    const measured = { ...speed, ...state, restoreFromKafka };
    const figures: ProcessFigures = { ...circumstances(), events: size.events, ...measured };
    for (const line of linesOf(figures)) say(line);
    if (!brief) keep('process', figures, cellsOf(figures));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type Speeds = Pick<ProcessFigures, 'cold' | 'warm' | 'sessions' | 'alerts'>;

/** In rounds that alternate. */
async function measureSpeed(dir: string, events: number, rounds: number): Promise<Speeds> {
  const file = join(dir, 'events.ndjson');
  await writeEvents(file, events);
  const measured: Round[] = [];
  for (let number = 0; number < rounds; number++) {
    const round = await measureRound(dir, file, events);
    measured.push(round);
    say(`round ${number + 1}: ${roundText(round)}`);
  }
  const [first] = measured;
  if (first === undefined) throw new Error('expected a round');
  return {
    cold: speedOf(
      measured.map(({ jobs, flink }) => [jobs.seconds, timesOf(flink, 0)]),
      events,
    ),
    warm: speedOf(
      measured.map(({ jobs, flink }) => [jobs.secondsWarm, timesOf(flink, 1)]),
      events,
    ),
    sessions: first.jobs.sessions,
    alerts: first.jobs.alerts,
  };
}

interface Round {
  readonly jobs: JobsFigures;
  readonly flink: Readonly<Record<FlinkForm, readonly FlinkRound[]>>;
}

async function measureRound(dir: string, file: string, events: number): Promise<Round> {
  const log = join(dir, 'log');
  const jobs = await runJobs(log, 'day', events, JOBS);
  rmSync(log, { recursive: true });
  const inMemory = await runFlink(file, join(dir, 'flink'), 'in-memory');
  const samePromise = await runFlink(file, join(dir, 'flink'), 'same-promise');
  for (const each of [...inMemory, ...samePromise]) checkSame(each, jobs);
  return { jobs, flink: { 'same-promise': samePromise, 'in-memory': inMemory } };
}

type Times = Readonly<Record<FlinkForm, number>>;

function timesOf(flink: Round['flink'], time: number): Times {
  const secondsOf = (form: FlinkForm) => flink[form][time]?.seconds ?? 0;
  return { 'same-promise': secondsOf('same-promise'), 'in-memory': secondsOf('in-memory') };
}

function speedOf(rounds: readonly (readonly [product: number, flink: Times])[], events: number): Speed {
  const flinkOf = (form: FlinkForm): FlinkSpeed => ({
    perSecond: median(rounds.map(([, flink]) => events / flink[form])),
    share: median(rounds.map(([product, flink]) => flink[form] / product)),
  });
  return {
    product: median(rounds.map(([product]) => events / product)),
    flink: { 'same-promise': flinkOf('same-promise'), 'in-memory': flinkOf('in-memory') },
  };
}

function roundText({ jobs, flink }: Round): string {
  const texts = FLINK_FORMS.map(
    (form) => `Flink ${form} ${flink[form].map(({ seconds }) => `${seconds.toFixed(1)} s`).join(', warm ')}`,
  );
  const { cpuSeconds, mainDelayMs } = jobs.warm;
  const cost = `${cpuSeconds.toFixed(1)} s of processor, the main thread late by ${mainDelayMs.toFixed(0)} ms (p99)`;
  return [
    `${jobs.seconds.toFixed(1)} s, warm ${jobs.secondsWarm.toFixed(1)} s on ${THREADS} threads (${cost})`,
    ...texts,
  ].join('; ');
}

interface FlinkRound {
  readonly seconds: number;
  readonly sessions: number;
  readonly alerts: number;
}

/** Twice in one process. */
async function runFlink(file: string, dir: string, form: FlinkForm): Promise<readonly FlinkRound[]> {
  const rounds = await askOtherProcessor<FlinkRound>('FlinkBaseline', [file, dir, '2', form], {
    javaOptions: ['-Xms4g', '-Xmx4g'],
  });
  rmSync(dir, { recursive: true, force: true });
  return rounds;
}

async function runJobs(
  dir: string,
  which: 'day' | 'users' | 'none',
  count: number,
  jobs: readonly string[],
): Promise<JobsFigures> {
  const script = join(import.meta.dirname, 'jobs-process.ts');
  // As npm start has it.
  const flags = ['--min-semi-space-size=64', '--max-semi-space-size=128', '--import', 'tsx'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    script,
    dir,
    which,
    String(count),
    String(THREADS),
    ...jobs,
  ]);
  return JSON.parse(stdout);
}

/** Who counts something else was measured doing something else. */
function checkSame(flink: FlinkRound, jobs: JobsFigures): void {
  if (flink.sessions === jobs.sessions && flink.alerts === jobs.alerts) return;
  throw new Error(
    `expected the same from both, got ${jobs.sessions} sessions and ${jobs.alerts} alerts, of Flink ${flink.sessions} and ${flink.alerts}`,
  );
}

async function measureState(dir: string, users: number): Promise<Pick<ProcessFigures, 'bytesPerKey' | 'restore'>> {
  const log = join(dir, 'restored');
  await runJobs(log, 'users', users, JOBS);
  const { openSeconds, jobs } = await runJobs(log, 'none', 0, JOBS);
  return {
    bytesPerKey: Object.fromEntries(jobs.map(({ name, stateKeys, stateBytes }) => [name, stateBytes / stateKeys])),
    restore: { keys: jobs.reduce((sum, { stateKeys }) => sum + stateKeys, 0), seconds: openSeconds },
  };
}

async function measureKafka(users: number, rounds: number): Promise<RestoreFromKafka> {
  const kafka = await startKafka();
  try {
    return await measureRestoreFromKafka({ brokers: kafka.brokers.split(','), jobs: JOBS, users, rounds });
  } finally {
    await kafka.stop();
  }
}

async function writeEvents(file: string, events: number): Promise<void> {
  const lines = createWriteStream(file);
  for (const { topic, record } of processEvents({ seed: 1, events }))
    if (!lines.write(`{"_topic":"${topic}",${record.slice(1)}\n`)) await once(lines, 'drain');
  lines.end();
  await once(lines, 'close');
}

function linesOf(figures: ProcessFigures): string[] {
  const { cold, warm, sessions, alerts, bytesPerKey, restore, restoreFromKafka, events } = figures;
  const bytes = Object.entries(bytesPerKey).map(([name, each]) => `${name} ${number(each)}`);
  return [
    `sessions and the fraud pattern over ${number(events)} events (${number(sessions)} sessions, ${number(alerts)} alerts): ${speedText(cold)}; warm ${speedText(warm)}`,
    `state a key in bytes: ${bytes.join(', ')}`,
    `two jobs with ${number(restore.keys)} keys go on, from nothing open: ${restore.seconds.toFixed(1)} s (embedded log)`,
    restoreText(restoreFromKafka),
  ];
}

function speedText({ product, flink }: Speed): string {
  const shares = FLINK_FORMS.map(
    (form) => `${flink[form].share.toFixed(2)} of Flink ${form} (${number(flink[form].perSecond)})`,
  );
  return `${number(product)} events/s, ${shares.join(', ')}`;
}

function cellsOf({ cold, warm, bytesPerKey, restore, restoreFromKafka }: ProcessFigures): readonly string[] {
  return [
    ...FLINK_FORMS.flatMap((form) => [cold, warm].map((speed) => shareText(speed, form))),
    Object.values(bytesPerKey).map(number).join(', '),
    `${number(restore.keys)} keys in ${restore.seconds.toFixed(1)} s; ${restoreText(restoreFromKafka)}`,
  ];
}

function shareText({ product, flink }: Speed, form: FlinkForm): string {
  const { share, perSecond } = flink[form];
  return `${share.toFixed(2)} of ${number(perSecond)}/s (${number(product)}/s)`;
}
