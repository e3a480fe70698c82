import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openEmbeddedLog } from '../src/log/embedded-log.ts';
import { openEmbeddedWork } from '../src/log/embedded-work.ts';
import type { LogRecord } from '../src/log/log.ts';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import { OUTPUT_TOPICS } from '../src/model/streams/stream-topics.ts';
import { systemClock } from '../src/platform/clock.ts';
import { createLogger } from '../src/platform/telemetry.ts';
import { builtInJobs } from '../src/processor/jobs/index.ts';
import { type JobTopic, openJobRunner } from '../src/processor/runtime/job-runner.ts';
import { openJobThreads } from '../src/processor/threads/job-threads.ts';
import { seatAtLog } from '../src/processor/threads/seat-at-log.ts';
import { until } from '../test/support/until.ts';
import { type BenchEvent, lastEvents, oneOfEachAUser, processEvents } from './process-events.ts';

/**
 * The runtime of jobs in a process of its own, on an embedded log: brings events into the log, then runs jobs over them and says how long that took.
 * Arguments: the directory, which events (`day`, `users`, or `none` for what a process before left), how many events or users, on how many threads (0:
 * the main one), and the jobs.
 */
export interface JobsFigures {
  /** Until every output and every state was durable: in the fresh process, and once more from the first event, when all is compiled. */
  readonly seconds: number;
  readonly secondsWarm: number;
  readonly warm: Run;
  /** From nothing open to every job standing where it stood. */
  readonly openSeconds: number;
  readonly jobs: readonly { readonly name: string; readonly stateKeys: number; readonly stateBytes: number }[];
  /** Sessions that are closed; alerts. */
  readonly sessions: number;
  readonly alerts: number;
}

interface Run {
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  /** How long whoever asks the main thread for something waits before it is looked at: the 99th percentile. */
  readonly mainDelayMs: number;
}

const [dir = '', which = '', count = '', threads = '', ...names] = process.argv.slice(2);
const DAY_MS = 86_400_000;
const PARTITIONS = 4;
const APPENDED_TOGETHER = 10_000;
const RUN_MS_MAX = 3_600_000;

const startedAt = performance.now();
const model = loadDeclarations(SAMPLE_KINDS_DIR);
const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: DAY_MS });
for (const topic of ['transactions', 'activities', ...OUTPUT_TOPICS])
  await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
await append(which === 'day' ? processEvents({ seed: 1, events: Number(count) }) : oneOfEachAUser(Number(count)));
if (which === 'day') await append(lastEvents(PARTITIONS));

const parts = {
  log,
  makeChangelog: async () => {},
  makeTopic: (topic: JobTopic) => log.createTopic({ retentionMs: null, ...topic }),
  logger: createLogger('error'),
};
const runner =
  Number(threads) === 0
    ? openJobRunner({
        ...parts,
        work: openEmbeddedWork({ log }),
        kinds: model.kinds,
        floorMs: () => null,
        clock: systemClock,
      })
    : openJobThreads({
        ...parts,
        threads: Number(threads),
        schemaDir: SAMPLE_KINDS_DIR,
        jobsDir: null,
        openLog: (_, onStuck) => seatAtLog(log, dir, onStuck),
        floorOf: () => null,
        endOf: (topic, partition) => log.steps.end({ topic, partition }),
      });
const jobs = builtInJobs(model).filter(({ name }) => names.includes(name));
// Threads come up beside whatever else is begun: what is measured is how they work.
if (which === 'day') for (const job of jobs) await runner.forget(job);
const cold = await run();
const openSeconds = (performance.now() - startedAt) / 1000;
const stood = runner.statuses().map(({ name, stateKeys, stateBytes }) => ({ name, stateKeys, stateBytes }));
const sessions = await countRecords('sessions', (text) => text.includes('"open":false'));
const alerts = await countRecords('alerts', () => true);
for (const job of which === 'day' ? jobs : []) await runner.cancel(job);
const warm = which === 'day' ? await run() : cold;
const figures: JobsFigures = {
  seconds: cold.seconds,
  secondsWarm: warm.seconds,
  warm,
  openSeconds,
  jobs: stood,
  sessions,
  alerts,
};
await runner.stop(60_000);
await log.close();
process.stdout.write(`${JSON.stringify(figures)}\n`);

async function run(): Promise<Run> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const [runAt, cpu] = [performance.now(), process.cpuUsage()];
  delays.enable();
  for (const job of jobs) await runner.start(job);
  await until(() => runner.statuses().every(({ status, lag }) => status === 'RUNNING' && lag === 0), RUN_MS_MAX);
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds: (performance.now() - runAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    mainDelayMs: delays.percentile(99) / 1e6,
  };
}

async function append(events: Iterable<BenchEvent>): Promise<void> {
  let together: BenchEvent[] = [];
  for (const event of events) {
    together.push(event);
    if (together.length === APPENDED_TOGETHER) {
      await appendAll(together);
      together = [];
    }
  }
  await appendAll(together);
}

async function appendAll(events: readonly BenchEvent[]): Promise<void> {
  for (const topic of ['activities', 'transactions'] as const)
    await log.append(topic, events.filter((event) => event.topic === topic).map(recordOf));
}

function recordOf({ key, timeMs, record }: BenchEvent): LogRecord {
  return { key, timeMs, value: Buffer.from(record) };
}

async function countRecords(topic: string, counts: (text: string) => boolean): Promise<number> {
  let found = 0;
  const options = { signal: new AbortController().signal, follow: false };
  for (const { partition } of await log.ends(topic))
    for await (const chunk of log.read(topic, partition, 0n, options))
      for (const { value } of chunk) if (counts(Buffer.from(value).toString('latin1'))) found++;
  return found;
}
