import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { controlTopics } from '../../src/model/jobs/job-command.ts';
import type { JobSpec } from '../../src/model/jobs/job-spec.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { specFaults } from '../../src/processor/compile-submitted-job.ts';
import { openJobDesk } from '../../src/processor/control/open-job-desk.ts';
import { webhookRules } from '../../src/processor/sinks/webhook-rules.ts';
import { jobMutations } from '../../src/resolvers/jobs/jobs.ts';
import { type JobInput, readJobSpec } from '../../src/resolvers/jobs/read-job-spec.ts';
import { removeDir, temporaryDir } from '../support/lakegate.ts';

const MODEL = loadDeclarations(resolve(import.meta.dirname, '../../schema/events'));
const COUNTED = { transaction: { key: 'USER_ID', measures: ['COUNT'] } };
const WINDOWED: JobInput = {
  name: 'counted',
  source: COUNTED as JobInput['source'],
  window: { tumbling: { size: '1m' } },
  allowedLateness: '10s',
  late: 'CORRECT',
  mode: 'LIVE',
};

/** As a gateway asks. */
async function submitting() {
  const dir = temporaryDir();
  const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
  for (const topic of controlTopics()) await log.createTopic(topic);
  const rules = webhookRules({ hosts: [], secrets: new Map() });
  const check = (spec: JobSpec) => [...specFaults(spec, MODEL), ...rules.faults(spec.sinks.webhook)];
  const logger = createLogger('silent');
  const jobs = await openJobDesk({ log, logger, clock: systemClock, check, builtIn: new Set(['sessions']) });
  onTestFinished(async () => {
    await jobs.close();
    await log.close();
    removeDir(dir);
  });
  const { submitJob } = jobMutations(MODEL, { jobs });
  return async (input: Partial<JobInput>) => {
    const { job, userErrors } = await submitJob(null, { input: { ...WINDOWED, ...input } }, { tenant: 'default' });
    return { isTaken: job !== null, faults: userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`) };
  };
}

function read(input: Partial<JobInput>) {
  return readJobSpec(MODEL, 'default', { ...WINDOWED, ...input });
}

test('a job may wait for no late event at all', () => {
  for (const allowedLateness of ['0s', '0ms', '0d']) {
    expect(read({ allowedLateness })).toMatchObject({ spec: { allowedLatenessMs: 0 } });
  }
});

test('a window of no length is refused by its place, and a pattern that takes no time too', () => {
  const step = { name: 'a', contiguity: 'NEXT', times: 1, orMore: false };
  const pattern = { steps: [step], within: '0s', afterMatch: 'SKIP_PAST_LAST' };
  const refused: readonly (readonly [Partial<JobInput>, string])[] = [
    [{ window: { tumbling: { size: '0s' } } }, 'window.tumbling.size'],
    [{ window: { sliding: { size: '0m', slide: '1s' } } }, 'window.sliding.size'],
    [{ window: { sliding: { size: '1m', slide: '0s' } } }, 'window.sliding.slide'],
    [{ window: { session: { gap: '0h' } } }, 'window.session.gap'],
    [
      { window: null, source: { transaction: { key: 'USER_ID', pattern } } as JobInput['source'] },
      'source.transaction.pattern.within',
    ],
  ];
  for (const [input, place] of refused) {
    const message = expect.stringContaining('a length of more than 0');
    expect(read(input).faults, place).toEqual([{ field: place.split('.'), message }]);
  }
});

test('everything that is wrong with a job is told at once, each by its place, and that its name is taken too', async () => {
  const submit = await submitting();
  expect(await submit({})).toEqual({ isTaken: true, faults: [] });
  expect(await submit({})).toEqual({ isTaken: false, faults: ['NAME_TAKEN input.name'] });
  const wrong: Partial<JobInput> = {
    source: { transaction: { key: 'USER_ID', measures: ['COUNT', 'AMOUNT_P95'] } } as JobInput['source'],
    window: { sliding: { size: '1m', slide: '2m' } },
    allowedLateness: '1mo',
    parallelism: 65,
    sinks: { topic: 'sales', webhook: { url: 'http://10.0.0.1/', secret: 'ours' } },
  };
  const faults = [
    'BAD_JOB input.allowedLateness',
    'BAD_JOB input.parallelism',
    'BAD_JOB input.sinks.topic',
    'BAD_JOB input.window.sliding.slide',
    'BAD_JOB input.source.transaction.measures',
    'BAD_JOB input.sinks.webhook.url',
    'BAD_JOB input.sinks.webhook.secret',
  ];
  expect(await submit(wrong)).toEqual({ isTaken: false, faults: [...faults, 'NAME_TAKEN input.name'] });
  expect((await submit({ ...wrong, name: 'sessions' })).faults).toEqual([...faults, 'NAME_TAKEN input.name']);
  expect((await submit({ ...wrong, name: 'free' })).faults).toEqual(faults);
});

test('what is only wrong because something else could not be read is not told as a second fault', async () => {
  const submit = await submitting();
  const sliding = { size: '1mo', slide: '1m' };
  expect((await submit({ window: { sliding } })).faults).toEqual(['BAD_JOB input.window.sliding.size']);
  expect((await submit({ window: null })).faults).toEqual(['BAD_JOB input.window']);
  const step = { name: 'a', contiguity: 'NEXT', times: 1, orMore: false, where: { amount: { gt: 'much' } } };
  const pattern = { steps: [step], within: '1y', afterMatch: 'SKIP_PAST_LAST' };
  const source = { transaction: { key: 'USER_ID', pattern } } as JobInput['source'];
  expect((await submit({ window: null, source })).faults).toEqual([
    'BAD_JOB input.source.transaction.pattern.steps.0.where',
    'BAD_JOB input.source.transaction.pattern.within',
  ]);
});
