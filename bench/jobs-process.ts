import { openEmbeddedLog } from '../src/log/embedded-log.ts';
import { openEmbeddedWork } from '../src/log/embedded-work.ts';
import type { LogRecord } from '../src/log/log.ts';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import { OUTPUT_TOPICS } from '../src/model/streams/stream-topics.ts';
import { systemClock } from '../src/platform/clock.ts';
import { createLogger } from '../src/platform/telemetry.ts';
import { builtInJobs } from '../src/processor/jobs/index.ts';
import { openJobRunner } from '../src/processor/runtime/job-runner.ts';
import { until } from '../test/support/until.ts';
import { type BenchEvent, lastEvents, oneOfEachAUser, processEvents } from './process-events.ts';

/**
 * The runtime of jobs in a process of its own, on an embedded log: brings events into the log, then runs jobs over them and says how long that took.
 * Arguments: the directory, which events (`day`, `users`, or `none` for what a process before left), how many events or users, and the jobs.
 */
export interface JobsFigures {
  /** Until every output and every state was durable: in the fresh process, and once more from the first event, when all is compiled. */
  readonly seconds: number;
  readonly secondsWarm: number;
  /** From nothing open to every job standing where it stood. */
  readonly openSeconds: number;
  readonly jobs: readonly { readonly name: string; readonly stateKeys: number; readonly stateBytes: number }[];
  /** Sessions that are closed; alerts. */
  readonly sessions: number;
  readonly alerts: number;
}

const [dir = '', which = '', count = '', ...names] = process.argv.slice(2);
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

const runner = openJobRunner({
  log,
  work: openEmbeddedWork({ log }),
  kinds: model.kinds,
  makeChangelog: async () => {},
  makeTopic: (topic) => log.createTopic({ ...topic, retentionMs: null }),
  floorMs: () => null,
  clock: systemClock,
  logger: createLogger('error'),
});
const jobs = builtInJobs(model).filter(({ name }) => names.includes(name));
const seconds = await run();
const openSeconds = (performance.now() - startedAt) / 1000;
const stood = runner.statuses().map(({ name, stateKeys, stateBytes }) => ({ name, stateKeys, stateBytes }));
const sessions = await countRecords('sessions', (text) => text.includes('"open":false'));
const alerts = await countRecords('alerts', () => true);
for (const job of which === 'day' ? jobs : []) await runner.cancel(job);
const secondsWarm = which === 'day' ? await run() : seconds;
const figures: JobsFigures = { seconds, secondsWarm, openSeconds, jobs: stood, sessions, alerts };
await runner.stop(60_000);
await log.close();
process.stdout.write(`${JSON.stringify(figures)}\n`);

async function run(): Promise<number> {
  const runAt = performance.now();
  for (const job of jobs) await runner.start(job);
  await until(() => runner.statuses().every(({ status, lag }) => status === 'RUNNING' && lag === 0), RUN_MS_MAX);
  return (performance.now() - runAt) / 1000;
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
