import { describe, expect, onTestFinished, test } from 'vitest';
import { openEmbeddedWork } from '../../src/log/embedded-work.ts';
import type { PartitionWork } from '../../src/log/partition-work.ts';
import type { SubmittedJob } from '../../src/model/jobs/job-board.ts';
import { controlTopics } from '../../src/model/jobs/job-command.ts';
import type { JobSpec } from '../../src/model/jobs/job-spec.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { compileSubmittedJob } from '../../src/processor/compile-submitted-job.ts';
import { type OpenJobDesk, openJobDesk } from '../../src/processor/control/open-job-desk.ts';
import { runJobs } from '../../src/processor/control/run-jobs.ts';
import type { Job } from '../../src/processor/job.ts';
import { openJobRunner } from '../../src/processor/runtime/job-runner.ts';
import { openWebhooks } from '../../src/processor/sinks/open-webhooks.ts';
import { webhookRules } from '../../src/processor/sinks/webhook-rules.ts';
import { gapOperator, testJob } from '../support/gap-operator.ts';
import { type JobsHere, type JobsOptions, openJobs, sampleModel } from '../support/running-jobs.ts';
import type { GivenEvent } from '../support/stamped-events.ts';
import { until } from '../support/until.ts';
import { hurried, openReceiver, resultOf } from './webhook-receiver.ts';

const T0 = Date.UTC(2026, 2, 1);
const NAME = { name: 'gaps', tenant: null };
const SUBMITTED = { name: 'gaps', tenant: 'default' };

async function open(options: JobsOptions = {}): Promise<JobsHere> {
  const jobs = await openJobs(options);
  onTestFinished(() => jobs.stop());
  return jobs;
}

function events(count: number, from = 0): readonly GivenEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `t-${from + i}`;
    return { key: `user-${from + i}`, id, timeMs: T0 + from + i };
  });
}

describe('a cancelled job', () => {
  function statesOf(jobs: JobsHere) {
    return [0, 1].flatMap((partition) =>
      jobs.log.steps.state('lakegate-job-default.gaps', { topic: 'transactions', partition }).range('', '~', 10_000),
    );
  }

  test('leaves no state behind', async () => {
    const jobs = await open();
    await jobs.append(events(500));
    await jobs.runner.start(testJob(SUBMITTED));
    await jobs.caughtUp();
    expect(statesOf(jobs).length).toBeGreaterThan(500);
    await jobs.runner.cancel(SUBMITTED);
    expect(jobs.runner.status(SUBMITTED)).toMatchObject({ status: 'CANCELLED', stateKeys: 0 });
    expect(statesOf(jobs)).toEqual([]);
  });

  test('leaves none behind either where two members, and one without a partition, share what there is to clear', async () => {
    let shared: PartitionWork | null = null;
    const jobs = await open({
      around: (work) => {
        shared = work;
        return work;
      },
    });
    const runners = [jobs.runner, another(jobs, shared), another(jobs, shared)];
    await jobs.append(events(9_000));
    for (const runner of runners) await runner.start(testJob(SUBMITTED));
    await until(() => statesOf(jobs).length > 9_000);
    for (const runner of runners) await runner.pause(SUBMITTED);
    await Promise.all(runners.map((runner) => runner.cancel(SUBMITTED)));
    expect(runners.map((runner) => runner.status(SUBMITTED)?.status)).toEqual(Array(3).fill('CANCELLED'));
    expect(statesOf(jobs)).toEqual([]);
  });
});

describe('a paused job', () => {
  const byMerchant = { sources: [{ topic: 'transactions', keyField: 'merchant', where: null }] };

  test.each([
    ['of the key of its kind', {}],
    ['with a key of its own', byMerchant],
  ])('%s has the figures it had when its process starts again, and goes on from them', async (_, change) => {
    let jobs = await open();
    const merchants = events(60).map((event, i) => ({ ...event, members: { merchant: `m-${i % 7}` } }));
    await jobs.append(merchants.slice(0, 50));
    await jobs.runner.start(testJob(change));
    await until(() => jobs.runner.status(NAME)?.recordsProcessed === 50);
    await jobs.caughtUp();
    await jobs.runner.pause(NAME);
    const before = jobs.runner.status(NAME);
    expect(before?.stateKeys).toBeGreaterThan(0);
    jobs = await jobs.restart();
    await jobs.runner.start(testJob(change), { paused: true });
    const { checkpoints, ...after } = jobs.runner.status(NAME) ?? {};
    expect(after).toEqual({ ...before, checkpoints: undefined, recordsPerSecond: 0 });
    expect(checkpoints).toEqual({ ...before?.checkpoints, durationMs: null });
    await jobs.append(merchants.slice(50));
    await jobs.runner.resume(NAME);
    await until(() => jobs.runner.status(NAME)?.recordsProcessed === 60);
  });
});

describe('a job that is not submitted', () => {
  test('begins anew with the first record where its state has another shape, and goes on where it went back', async () => {
    let jobs = await open();
    await jobs.append(events(30));
    const startAgain = async (job: Partial<Job>) => {
      jobs = await jobs.restart();
      await jobs.runner.start(testJob(job));
      await jobs.caughtUp();
      return jobs.runner.status(NAME);
    };
    expect(await startAgain({})).toMatchObject({ recordsProcessed: 30 });
    const anew = await startAgain({ version: 2, stateShape: 'gaps/2' });
    expect(anew).toMatchObject({ recordsProcessed: 30, stateKeys: 30, checkpoints: { count: 2 } });
    await jobs.append(events(1, 30));
    expect(await startAgain({})).toMatchObject({ recordsProcessed: 31, stateKeys: 31 });
  });
});

describe('what fails', () => {
  test('an operator that fails in one partition is stopped after three tries, however much goes well in others', async () => {
    const jobs = await open({ partitions: 4 });
    let tries = 0;
    const operator = {
      ...gapOperator(60_000),
      onEvent: ({ key }: { readonly key: string }) => {
        if (key === 'user-0' && ++tries > 0) throw new Error('cannot take this');
        return null;
      },
    };
    await jobs.runner.start(testJob({ operator }));
    await jobs.append(events(1));
    let count = 1;
    await until(async () => {
      await jobs.append(events(8, count));
      count += 8;
      return jobs.runner.status(NAME)?.status === 'FAILED';
    });
    expect(tries).toBe(3);
  });

  test('a second stage that cannot begin takes the first one with it, and the job says why until it is resumed', async () => {
    const joined: string[] = [];
    let refuses = true;
    const jobs = await open({
      around: (work) => ({
        ...work,
        join: async (options) => {
          if (refuses && joined.length === 1) throw new Error('nobody answers');
          const member = await work.join(options);
          joined.push(options.group);
          return {
            ...member,
            stop: async (deadlineMs) => {
              await member.stop(deadlineMs);
              joined.splice(joined.indexOf(options.group), 1);
            },
          };
        },
      }),
    });
    const byMerchant = testJob({ sources: [{ topic: 'transactions', keyField: 'merchant', where: null }] });
    await expect(jobs.runner.start(byMerchant)).rejects.toThrow('nobody answers');
    expect(joined).toEqual([]);
    expect(jobs.runner.status(NAME)).toMatchObject({ status: 'FAILED', error: 'nobody answers' });
    refuses = false;
    await jobs.runner.resume(NAME);
    expect(joined).toHaveLength(2);
    await until(() => jobs.runner.status(NAME)?.status === 'RUNNING');
    expect(jobs.runner.status(NAME)?.error).toBeNull();
  });
});

describe('what is wanted of submitted jobs', () => {
  const spec = (name: string, sinks: Partial<JobSpec['sinks']> = {}): JobSpec => ({
    name,
    tenant: 'default',
    source: { topic: 'transactions', where: null, keyField: 'userId' },
    shape: { kind: 'window', window: { kind: 'tumbling', sizeMs: 1_000 }, measures: ['count'] },
    allowedLatenessMs: 0,
    late: 'SIDE_OUTPUT',
    mode: 'LIVE',
    sinks: { topic: null, webhook: null, ...sinks },
  });

  async function control(jobs: JobsHere, hosts: readonly string[] = [], webhookClock: Clock = systemClock) {
    for (const topic of controlTopics()) await jobs.log.createTopic(topic);
    const logger = createLogger('silent');
    const from = { log: jobs.log, logger, clock: systemClock };
    const desk = await openJobDesk({ ...from, check: () => [], builtIn: new Set() });
    const { partitions } = jobs;
    const rules = webhookRules({ hosts, secrets: new Map([['shared', 'between us']]) });
    const work = openEmbeddedWork(from);
    const sending = { rules, retryForMs: 60_000, clock: webhookClock };
    const webhooks = openWebhooks({ ...from, ...sending, work, makeChangelog: async () => {}, partitions });
    const compile = (submitted: SubmittedJob) => compileSubmittedJob(submitted, sampleModel());
    const running = await runJobs({ ...from, runner: jobs.runner, desk, webhooks, compile, member: 'here' });
    const close = async () => {
      await running.close();
      await desk.close();
    };
    onTestFinished(close);
    const totals = async (name: string) => (await desk.list('default')).find((each) => each.name === name)?.totals;
    return { desk, totals, close };
  }

  async function submit(desk: OpenJobDesk, asked: JobSpec): Promise<string> {
    const outcome = await desk.submit('default', asked);
    if (!outcome.accepted) throw new Error(outcome.refusal.message);
    return outcome.job.id;
  }

  test('what a cancelled job had done is still told, after a restart and when its name is used again too', async () => {
    let jobs = await open();
    const before = await control(jobs);
    await jobs.append(events(50));
    const id = await submit(before.desk, spec('over'));
    await until(async () => (await before.totals('over'))?.recordsProcessed === 50);
    const { watermarkMs, late, checkpoints } = (await before.totals('over')) ?? {};
    await before.desk.cancel('default', id);
    const done = { status: 'CANCELLED', recordsProcessed: 50, watermarkMs, late, stateKeys: 0, lag: 0, partitions: [] };
    const told = async (desk: OpenJobDesk) => (await desk.find('default', id))?.totals;
    expect(await told(before.desk)).toMatchObject(done);
    expect((await told(before.desk))?.checkpoints.count).toBeGreaterThanOrEqual(checkpoints?.count ?? 1);
    await submit(before.desk, spec('over'));
    await before.close();
    jobs = await jobs.restart();
    const after = await control(jobs);
    expect(await told(after.desk)).toMatchObject(done);
  });

  test('what could not be done is said, holds up no other job, and is tried until it is done', async () => {
    let refuses = true;
    const makeChangelog = async ({ topic }: { readonly topic: string }) => {
      if (refuses && topic.includes('refused')) throw new Error('nobody answers');
    };
    const { desk, totals } = await control(await open({ runner: { makeChangelog } }));
    await submit(desk, spec('refused'));
    await submit(desk, spec('other'));
    await until(async () => (await totals('other'))?.status === 'RUNNING');
    await until(async () => (await totals('refused'))?.status === 'FAILED');
    expect((await totals('refused'))?.error).toBe('nobody answers');
    refuses = false;
    await until(async () => (await totals('refused'))?.status === 'RUNNING');
    expect((await totals('refused'))?.error).toBeNull();
  });

  test('what a cancelled job left where its process ended at that moment is gone after the next start', async () => {
    let jobs = await open();
    const before = await control(jobs);
    await jobs.append(events(50));
    const id = await submit(before.desk, spec('large'));
    await until(() => jobs.runner.status({ name: 'large', tenant: 'default' })?.recordsProcessed === 50);
    await before.close();
    jobs = await jobs.restart();
    const asking = await openJobDesk({
      log: jobs.log,
      logger: createLogger('silent'),
      clock: systemClock,
      check: () => [],
      builtIn: new Set(),
    });
    await asking.cancel('default', id);
    await asking.close();
    const left = () =>
      [0, 1].flatMap((partition) =>
        jobs.log.steps.state('lakegate-job-default.large', { topic: 'transactions', partition }).range('', '~', 100),
      );
    expect(left().length).toBeGreaterThan(50);
    await control(jobs);
    await until(() => left().length === 0);
  });

  test('nothing is sent to a host that was taken back since, and the job says so', async () => {
    const { desk, totals } = await control(await open(), []);
    await submit(desk, spec('sent', { webhook: { url: 'http://127.0.0.1:9/', secret: 'shared' } }));
    await until(async () => (await totals('sent'))?.error?.includes('LAKEGATE_WEBHOOK_HOSTS') ?? false);
    expect((await totals('sent'))?.status).not.toBe('FAILED');
  });

  test('what a receiver refuses for good holds up nothing for ever, is told of with the job, and is still told when a paused job starts again', async () => {
    let jobs = await open();
    const receiver = await openReceiver((body) => (body.includes('poison') ? 422 : 204));
    const { desk, totals, close } = await control(jobs, ['127.0.0.1'], hurried());
    const id = await submit(desk, spec('sent', { webhook: { url: receiver.url, secret: 'shared' } }));
    for (const key of ['poison', 'ada', 'bob']) await jobs.log.append('results', [resultOf('sent', key)]);
    await until(async () => (await totals('sent'))?.webhook.delivered === 2);
    const refused = { key: 'poison', alert: null, attempts: 5, reason: expect.stringContaining('422') };
    const told = { delivered: 2, givenUp: 1, lastGivenUp: [expect.objectContaining(refused)] };
    expect((await totals('sent'))?.webhook).toEqual(told);
    expect(new Set(receiver.taken)).toEqual(new Set(['ada', 'bob']));
    await desk.pause('default', id);
    await close();
    jobs = await jobs.restart();
    const again = await control(jobs, ['127.0.0.1'], hurried());
    await until(async () => (await again.totals('sent'))?.webhook.delivered === 2);
    expect((await again.totals('sent'))?.webhook).toEqual(told);
  });
});

/** A member in the same groups. */
function another({ log }: JobsHere, work: PartitionWork | null) {
  if (work === null) throw new Error('expected the work that is shared');
  const runner = openJobRunner({
    log,
    work,
    kinds: sampleModel().kinds,
    makeChangelog: async () => {},
    makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
    floorMs: () => null,
    clock: systemClock,
    logger: createLogger('silent'),
  });
  onTestFinished(() => runner.stop(10_000));
  return runner;
}
