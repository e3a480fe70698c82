import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Job } from '../../src/processor/job.ts';
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import { jobsByOrigin } from '../../src/processor/jobs-by-origin.ts';
import type { JobRunner } from '../../src/processor/runtime/job-runner.ts';
import type { JobThreadsOptions } from '../../src/processor/threads/job-threads.ts';
import { paymentCounts } from '../support/count-job.ts';
import { openThreads } from '../support/job-threads.ts';
import { MIXED_FROM_MS, mixedEvents } from '../support/mixed-events.ts';
import { type JobsHere, openJobs, sampleModel } from '../support/running-jobs.ts';
import { compileSharedLibrary } from '../support/shared-library.ts';
import type { GivenEvent } from '../support/stamped-events.ts';
import { nodeArgs } from '../support/start-compiled.ts';
import { until } from '../support/until.ts';

const PARTITIONS = 4;
const COUNT = 900;
/** All that happens in these events is over by then. */
const OVER_MS = MIXED_FROM_MS + COUNT * 2_000 + 86_400_000;
const STREAMS = ['sessions', 'alerts', 'results', 'late'];
const MODEL = sampleModel();
const DEADLINE_MS = 120_000;

/** A log with events, on which jobs run on threads, or on this one. */
async function open(threads: number, options: Partial<JobThreadsOptions> = {}): Promise<Here> {
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-job-threads-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const jobs = await openJobs({ dir, partitions: PARTITIONS });
  const published: { ms: number | null } = { ms: null };
  const runner =
    threads === 0 ? jobs.runner : openThreads(jobs.log, dir, { threads, publishedMs: () => published.ms, ...options });
  onTestFinished(async () => {
    await runner.stop(10_000);
    await jobs.stop();
  });
  return {
    jobs,
    runner,
    publish: (ms) => {
      published.ms = ms;
      jobs.publish(ms);
    },
    written: async () => writtenBy(jobs),
  };
}

interface Here {
  readonly jobs: JobsHere;
  readonly runner: JobRunner;
  publish(ms: number): void;
  written(): Promise<Readonly<Record<string, readonly string[]>>>;
}

/** What each job wrote to each stream and partition, in order. What jobs write to one partition between each other's words is as it comes. */
async function writtenBy(jobs: JobsHere): Promise<Readonly<Record<string, readonly string[]>>> {
  const written: Record<string, string[]> = {};
  for (const stream of STREAMS) {
    for (const line of await jobs.written(stream)) {
      const [place = '', text = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
      const name = `${stream}/${place.split('/')[0]} ${JSON.parse(text)._job ?? JSON.parse(text).job}`;
      written[name] = [...(written[name] ?? []), text];
    }
  }
  return written;
}

async function startAll(runner: JobRunner, jobs: readonly Job[]): Promise<void> {
  await Promise.all(jobs.map((job) => runner.start(job)));
}

async function caughtUp(runner: JobRunner): Promise<void> {
  await until(() => {
    const statuses = runner.statuses().filter(({ status }) => status !== 'CANCELLED');
    return statuses.every(({ status, lag }) => status === 'RUNNING' && lag === 0);
  }, DEADLINE_MS);
}

/** All jobs have come to the end of all time, and nothing was committed for longer than it takes to notice that time has gone on. */
async function quiet(runner: JobRunner): Promise<void> {
  let last = { commits: -1, atMs: 0 };
  await until(() => {
    const running = runner.statuses().filter(({ status }) => status === 'RUNNING');
    if (!running.every(({ watermarkMs }) => watermarkMs !== null && watermarkMs >= OVER_MS)) return false;
    const { commits } = runner.totals();
    if (commits !== last.commits) last = { commits, atMs: performance.now() };
    return performance.now() - last.atMs > QUIET_MS;
  }, DEADLINE_MS);
}

/** It is looked for every quarter of a second. */
const QUIET_MS = 1_500;

test(
  'on two threads or three jobs write what they write on the main thread, byte for byte, on a quiet stream too',
  async () => {
    const { transactions, activities } = mixedEvents(COUNT, 3);
    const byThreads: Awaited<ReturnType<Here['written']>>[] = [];
    for (const threads of [0, 2, 3]) {
      const here = await open(threads);
      await startAll(here.runner, builtInJobs(MODEL));
      for (let at = 0; at < COUNT; at += 300) {
        await here.jobs.append(transactions.slice(at, at + 300));
        await here.jobs.append(activities.slice(at, at + 300), 'activities');
      }
      await caughtUp(here.runner);
      here.publish(OVER_MS);
      await quiet(here.runner);
      const [first] = here.runner.statuses();
      expect(first).toMatchObject({ recordsProcessed: COUNT, error: null });
      byThreads.push(await here.written());
      await here.runner.stop(10_000);
    }
    const [onMain, ...onThreads] = byThreads;
    const names = Object.keys(onMain ?? {}).map((name) => name.split(' ')[1]);
    const silent = ['player-ratings'];
    expect([...new Set(names), ...silent].sort()).toEqual(
      builtInJobs(MODEL)
        .map(({ name }) => name)
        .sort(),
    );
    for (const written of onThreads) expect(written).toEqual(onMain);
  },
  DEADLINE_MS,
);

test(
  'a job is paused, resumed, replaced by one on more threads and cancelled, and counts everything once',
  async () => {
    const { transactions } = mixedEvents(COUNT, 4);
    const here = await open(2);
    const { runner, jobs } = here;
    const count = paymentCounts(MODEL, { version: 1, parallelism: 1 });
    await runner.start(count);
    await expect(runner.start(count)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await jobs.append(transactions.slice(0, 300));
    await caughtUp(runner);
    await runner.pause(count);
    expect(runner.status(count)).toMatchObject({ status: 'PAUSED', recordsProcessed: 300, error: null });
    await jobs.append(transactions.slice(300, 600));
    await runner.replace(paymentCounts(MODEL, { version: 2, parallelism: 2 }));
    expect(runner.status(count)).toMatchObject({ status: 'PAUSED', version: 2, recordsProcessed: 300 });
    await runner.resume(count);
    await caughtUp(runner);
    await jobs.append(transactions.slice(600));
    await runner.replace(paymentCounts(MODEL, { version: 3, parallelism: 1 }));
    await caughtUp(runner);
    here.publish(OVER_MS);
    await until(() => runner.status(count)?.stateKeys === 0, DEADLINE_MS);
    expect(runner.status(count)).toMatchObject({ status: 'RUNNING', version: 3, recordsProcessed: COUNT });
    const counted = (await jobs.written('results')).map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)));
    const late = await jobs.written('late');
    expect(counted.reduce((sum, { values }) => sum + values.count, 0)).toBe(COUNT - late.length);
    await runner.cancel(count);
    expect(runner.status(count)).toMatchObject({ status: 'CANCELLED', recordsProcessed: 0, partitions: [] });
    await expect(runner.resume(count)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    // What it knew is gone: it begins with the first event.
    await runner.start({ ...count, incarnation: 1 });
    await until(() => runner.status(count)?.recordsProcessed === COUNT, DEADLINE_MS);
  },
  DEADLINE_MS,
);

test(
  'what a cancelled job may have left is cleared away while the next one of its name runs, and that one goes on',
  async () => {
    const { transactions } = mixedEvents(COUNT, 7);
    const here = await open(2);
    const { runner, jobs } = here;
    const cancelled = paymentCounts(MODEL, { version: 1, parallelism: null });
    const next = paymentCounts(MODEL, { version: 2, parallelism: null, incarnation: 2 });
    await runner.start(next);
    await jobs.append(transactions.slice(0, 300));
    await caughtUp(runner);
    await runner.forget(cancelled);
    await jobs.append(transactions.slice(300));
    await until(() => runner.status(next)?.recordsProcessed === COUNT, DEADLINE_MS);
    expect(runner.status(next)).toMatchObject({ status: 'RUNNING', version: 2 });
  },
  DEADLINE_MS,
);

test(
  'a thread that ends is started again, and its partitions go on from the last commit: nothing is lost or written twice',
  async () => {
    const { transactions } = mixedEvents(COUNT, 5);
    const marks = await mkdtemp(join(tmpdir(), 'lakegate-thread-ends-'));
    onTestFinished(() => rm(marks, { recursive: true }));
    const [ends] = (await ownJobs('ends-its-thread')) as readonly [Job];
    const deadly = (at: number): GivenEvent => ({
      ...(transactions[at] as GivenEvent),
      members: { ...transactions[at]?.members, merchant: join(marks, `${at}`) },
    });
    const events = transactions.map((event, at) => (at % 300 === 100 ? deadly(at) : event));
    const [undisturbed, disturbed] = [await open(0), await open(2, { jobsDir: OWN_JOBS, stepRecordsMax: 50 })];
    for (const here of [undisturbed, disturbed]) {
      await here.jobs.append(events);
      await startAll(here.runner, [...builtInJobs(MODEL), ...(here === disturbed ? [ends] : [])]).catch(() => {});
      await until(() => isDone(here.runner), DEADLINE_MS);
      here.publish(OVER_MS);
      await quiet(here.runner);
    }
    expect([100, 400, 700].map((at) => existsSync(join(marks, `${at}`)))).toEqual([true, true, true]);
    const { records } = disturbed.runner.totals();
    expect(records).toBeGreaterThan(COUNT);
    const written = Object.entries(await disturbed.written()).filter(([name]) => !name.endsWith(ends.name));
    expect(Object.fromEntries(written)).toEqual(await undisturbed.written());
  },
  DEADLINE_MS,
);

test(
  'a job that never comes back blocks nobody but its own thread, is seen, and is ended by cancelling it',
  async () => {
    const { transactions } = mixedEvents(500, 6);
    const here = await open(2, { jobsDir: OWN_JOBS, silentMsMax: 3_000 });
    const { runner, jobs } = here;
    const [loops] = (await ownJobs('never-comes-back')) as readonly [Job];
    const count = paymentCounts(MODEL, { version: 1, parallelism: null });
    await startAll(runner, [loops, count]);
    await jobs.append([{ ...(transactions[0] as GivenEvent), id: 'for ever', members: { category: 'for-ever' } }]);
    // Time goes on, and with it what it waits for.
    await jobs.append(transactions);
    await until(() => runner.status(loops)?.error?.includes('has not answered') ?? false, DEADLINE_MS);
    expect(runner.status(loops)).toMatchObject({ lag: expect.any(Number) });
    await runner.cancel(loops).catch(() => runner.cancel(loops));
    await until(
      () => runner.status(count)?.recordsProcessed === 501 && runner.status(count)?.error === null,
      DEADLINE_MS,
    );
    expect(runner.status(loops)?.status).toBe('CANCELLED');
  },
  DEADLINE_MS,
);

const failingDisk = compileSharedLibrary('failing-disk.c');
if (failingDisk === null)
  console.log('SKIPPED BY NAME: "threads on a disk that fails" needs a C compiler and LD_PRELOAD.');

test.skipIf(failingDisk === null)(
  'where the disk fails, threads let go of the files until they are opened anew, and go on: nothing is lost or written twice',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lakegate-threads-disk-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const [log, control] = [join(dir, 'log'), join(dir, 'control')];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...nodeArgs('test/support/threads-on-failing-disk.ts'), log, control, 'sync 5'],
      { env: { ...process.env, LD_PRELOAD: failingDisk ?? '', FAILING_DISK: control }, timeout: DEADLINE_MS },
    );
    expect(JSON.parse(stdout)).toMatchObject({ failures: 2, taken: expect.arrayContaining([COUNT]) });
    expect(await whatIsWritten(log)).toEqual(await undisturbed(mixedEvents(COUNT, 9).transactions));
  },
  DEADLINE_MS,
);

test(
  'killed with its threads while they commit, a process goes on where they stood: nothing is lost or written twice',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lakegate-threads-killed-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const { transactions } = mixedEvents(COUNT, 10);
    const before = await openJobs({ dir, partitions: PARTITIONS });
    await before.append(transactions);
    await before.stop();
    for (const killAfter of ['5', '12', '20']) {
      const child = promisify(execFile)(process.execPath, [
        ...nodeArgs('test/support/threads-process.ts'),
        dir,
        killAfter,
      ]);
      await expect(child).rejects.toMatchObject({ signal: 'SIGKILL' });
    }
    expect(await whatIsWritten(dir)).toEqual(await undisturbed(transactions));
  },
  DEADLINE_MS,
);

/** What is there once the jobs have taken everything. */
async function whatIsWritten(dir: string): ReturnType<Here['written']> {
  const jobs = await openJobs({ dir, partitions: PARTITIONS });
  onTestFinished(() => jobs.stop());
  await startAll(jobs.runner, builtInJobs(MODEL));
  await caughtUp(jobs.runner);
  return await writtenBy(jobs);
}

async function undisturbed(events: readonly GivenEvent[]): ReturnType<Here['written']> {
  const { jobs, runner, written } = await open(0);
  await jobs.append(events);
  await startAll(runner, builtInJobs(MODEL));
  await caughtUp(runner);
  return await written();
}

const OWN_JOBS = resolve(import.meta.dirname, '../support/thread-jobs');

async function ownJobs(...names: readonly string[]): Promise<readonly Job[]> {
  const find = await jobsByOrigin(MODEL, OWN_JOBS);
  return names.map((name) => find({ from: 'file', name }));
}

function isDone(runner: JobRunner): boolean {
  return runner.statuses().every(({ status, lag, error }) => status === 'RUNNING' && lag === 0 && error === null);
}
