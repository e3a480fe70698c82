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

/** Events a second, medians of the rounds; the share is the median of the rounds' own. */
export interface Speed {
  readonly product: number;
  readonly flink: number;
  readonly share: number;
}

export interface ProcessFigures extends Circumstances {
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

type Speeds = Pick<ProcessFigures, 'cold' | 'warm' | 'sessions' | 'alerts'>;

/** In rounds that alternate. */
async function measureSpeed(dir: string, events: number, rounds: number): Promise<Speeds> {
  const file = join(dir, 'events.ndjson');
  await writeEvents(file, events);
  const measured: { readonly flink: readonly FlinkRound[]; readonly jobs: JobsFigures }[] = [];
  for (let round = 0; round < rounds; round++) {
    const flink = await runFlink(file, join(dir, `checkpoints-${round}`));
    const log = join(dir, `log-${round}`);
    const jobs = await runJobs(log, 'day', events, JOBS);
    rmSync(log, { recursive: true });
    for (const each of flink) checkSame(each, jobs);
    measured.push({ flink, jobs });
    say(
      `round ${round + 1}: ${jobs.seconds.toFixed(1)} s, warm ${jobs.secondsWarm.toFixed(1)} s; Flink ${flink.map(({ seconds }) => `${seconds.toFixed(1)} s`).join(', warm ')}`,
    );
  }
  const [first] = measured;
  if (first === undefined) throw new Error('expected a round');
  const speed = (pairs: readonly (readonly [product: number, flink: number])[]): Speed => ({
    product: median(pairs.map(([product]) => events / product)),
    flink: median(pairs.map(([, flink]) => events / flink)),
    share: median(pairs.map(([product, flink]) => flink / product)),
  });
  return {
    cold: speed(measured.map(({ jobs, flink }) => [jobs.seconds, flink[0]?.seconds ?? 0])),
    warm: speed(measured.map(({ jobs, flink }) => [jobs.secondsWarm, flink[1]?.seconds ?? 0])),
    sessions: first.jobs.sessions,
    alerts: first.jobs.alerts,
  };
}

interface FlinkRound {
  readonly seconds: number;
  readonly sessions: number;
  readonly alerts: number;
}

/** Twice in one process. */
function runFlink(file: string, checkpoints: string): Promise<readonly FlinkRound[]> {
  return askOtherProcessor<FlinkRound>('FlinkBaseline', [file, checkpoints, '2'], {
    javaOptions: ['-Xms4g', '-Xmx4g'],
  });
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

function linesOf({ cold, warm, sessions, alerts, bytesPerKey, restore, events }: ProcessFigures): string[] {
  const bytes = Object.entries(bytesPerKey).map(([name, each]) => `${name} ${number(each)}`);
  return [
    `sessions and the fraud pattern over ${number(events)} events (${number(sessions)} sessions, ${number(alerts)} alerts): ${speedText(cold)}; warm ${speedText(warm)}`,
    `state a key in bytes: ${bytes.join(', ')}`,
    `two jobs with ${number(restore.keys)} keys go on, from nothing open: ${restore.seconds.toFixed(1)} s (embedded log)`,
  ];
}

function speedText({ product, flink, share }: Speed): string {
  return `${number(product)} events/s, ${share.toFixed(2)} of Flink (${number(flink)})`;
}

function cellsOf({ cold, warm, bytesPerKey, restore }: ProcessFigures): readonly string[] {
  return [
    ...[cold, warm].map(
      ({ share, flink, product }) => `${share.toFixed(2)} of ${number(flink)}/s (${number(product)}/s)`,
    ),
    Object.values(bytesPerKey).map(number).join(', '),
    `${number(restore.keys)} keys in ${restore.seconds.toFixed(1)} s`,
  ];
}
