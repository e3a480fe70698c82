import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { askOtherProcessor } from '../test/processor/jvm/other-processors.ts';
import type { JobsFigures } from './jobs-process.ts';
import { processEvents } from './process-events.ts';
import { type Circumstances, circumstances, keep, machine, number, say } from './report.ts';
import { median } from './statistics.ts';

export interface ProcessFigures extends Circumstances {
  readonly events: number;
  /** Events a second; Flink's is the best round of each of its runs, and the median of these. */
  readonly product: number;
  readonly flink: number;
  readonly share: number;
  readonly sessions: number;
  readonly alerts: number;
  /** State of a user with one session of one page, and with one large payment, as it is durable. */
  readonly bytesPerKey: Readonly<Record<string, number>>;
  /** From nothing open to both jobs standing where they stood, on the embedded log. */
  readonly restore: { readonly keys: number; readonly seconds: number };
}

const JOBS = ['sessions', 'two-large-payments'];

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
    const figures: ProcessFigures = { ...circumstances(), events: size.events, ...speed, ...state };
    for (const line of linesOf(figures)) say(line);
    if (!brief) keep('process', figures, cellsOf(figures));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type Speed = Pick<ProcessFigures, 'product' | 'flink' | 'share' | 'sessions' | 'alerts'>;

/** In rounds that alternate; the share is the median of the rounds' own. */
async function measureSpeed(dir: string, events: number, rounds: number): Promise<Speed> {
  const file = join(dir, 'events.ndjson');
  await writeEvents(file, events);
  const measured: { readonly product: number; readonly flink: number; readonly jobs: JobsFigures }[] = [];
  for (let round = 0; round < rounds; round++) {
    const flink = await runFlink(file, join(dir, `checkpoints-${round}`));
    const log = join(dir, `log-${round}`);
    const jobs = await runJobs(log, 'day', events, JOBS);
    rmSync(log, { recursive: true });
    checkSame(flink, jobs);
    const product = events / jobs.seconds;
    measured.push({ product, flink: flink.eventsPerSecond, jobs });
    say(`round ${round + 1}: ${number(product)} events/s, Flink ${number(flink.eventsPerSecond)}`);
  }
  const [first] = measured;
  if (first === undefined) throw new Error('expected a round');
  return {
    product: median(measured.map(({ product }) => product)),
    flink: median(measured.map(({ flink }) => flink)),
    share: median(measured.map(({ product, flink }) => product / flink)),
    sessions: first.jobs.sessions,
    alerts: first.jobs.alerts,
  };
}

interface FlinkRound {
  readonly eventsPerSecond: number;
  readonly sessions: number;
  readonly alerts: number;
}

/** The second of two in one process, when everything is compiled, or the first if that was quicker. */
async function runFlink(file: string, checkpoints: string): Promise<FlinkRound> {
  const javaOptions = ['-Xms4g', '-Xmx4g'];
  const rounds = await askOtherProcessor<FlinkRound>('FlinkBaseline', [file, checkpoints, '2'], { javaOptions });
  return rounds.reduce((best, round) => (round.eventsPerSecond > best.eventsPerSecond ? round : best));
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

async function writeEvents(file: string, events: number): Promise<void> {
  const lines = createWriteStream(file);
  for (const { topic, record } of processEvents({ seed: 1, events }))
    if (!lines.write(`{"_topic":"${topic}",${record.slice(1)}\n`)) await once(lines, 'drain');
  lines.end();
  await once(lines, 'close');
}

function linesOf({ product, flink, share, sessions, alerts, bytesPerKey, restore, events }: ProcessFigures): string[] {
  const bytes = Object.entries(bytesPerKey).map(([name, each]) => `${name} ${number(each)}`);
  return [
    `sessions and the fraud pattern over ${number(events)} events (${number(sessions)} sessions, ${number(alerts)} alerts): ${number(product)} events/s, ${share.toFixed(2)} of Flink (${number(flink)})`,
    `state a key in bytes: ${bytes.join(', ')}`,
    `two jobs with ${number(restore.keys)} keys go on, from nothing open: ${restore.seconds.toFixed(1)} s (embedded log)`,
  ];
}

function cellsOf({ product, flink, share, bytesPerKey, restore }: ProcessFigures): readonly string[] {
  return [
    `${share.toFixed(2)} of ${number(flink)}/s (${number(product)}/s)`,
    Object.values(bytesPerKey).map(number).join(', '),
    `${number(restore.keys)} keys in ${restore.seconds.toFixed(1)} s`,
  ];
}
