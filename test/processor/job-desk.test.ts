import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { controlTopics } from '../../src/model/jobs/job-command.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { type OpenJobDesk, openJobDesk } from '../../src/processor/control/open-job-desk.ts';
import { BY_MERCHANT } from '../support/by-merchant.ts';
import { removeDir, temporaryDir } from '../support/lakegate.ts';

describe('jobs are asked for through the log', () => {
  let dir: string;
  let log: EmbeddedLog;
  const desks: OpenJobDesk[] = [];

  const openLog = () => openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
  const openDesk = async () => {
    const desk = await openJobDesk({
      log,
      logger: createLogger('silent'),
      clock: systemClock,
      check: () => [],
      builtIn: new Set(['sessions']),
    });
    desks.push(desk);
    return desk;
  };
  const closeDesks = () => Promise.all(desks.splice(0).map((desk) => desk.close()));

  beforeEach(async () => {
    dir = temporaryDir();
    log = await openLog();
    for (const topic of controlTopics()) await log.createTopic(topic);
  });
  afterEach(async () => {
    await closeDesks();
    await log.close();
    removeDir(dir);
  });

  test('two gateways that submit one name at the same moment get one job, and both tell the same of it', async () => {
    const [one, other] = [await openDesk(), await openDesk()];
    const outcomes = await Promise.all([one.submit('default', BY_MERCHANT), other.submit('default', BY_MERCHANT)]);
    expect(outcomes.filter(({ accepted }) => accepted)).toHaveLength(1);
    const [refused] = outcomes.filter(({ accepted }) => !accepted);
    expect(refused).toMatchObject({ refusal: { code: 'NAME_TAKEN' } });
    expect(await one.list('default')).toEqual(await other.list('default'));
  });

  test('what is no command is passed over, by a start too, and jobs go on', async () => {
    const desk = await openDesk();
    const garbage = [
      '{not json',
      '3',
      'null',
      '{"ask":"dance","commandId":"1","tenant":"default","jobId":"1","atMs":1}',
    ];
    await log.append(
      'lakegate.jobs',
      garbage.map((text) => ({ key: 'x', timeMs: 1, value: Buffer.from(text) })),
    );
    await log.append('lakegate.job-reports', [{ key: 'x', timeMs: 1, value: Buffer.from('{}') }]);
    expect(await desk.submit('default', BY_MERCHANT)).toMatchObject({ accepted: true });
    expect(await (await openDesk()).list('default')).toHaveLength(1);
  });

  test('a name of a job that runs for everybody is taken', async () => {
    const outcome = await (await openDesk()).submit('default', { ...BY_MERCHANT, name: 'sessions' });
    expect(outcome).toMatchObject({ accepted: false, refusal: { code: 'NAME_TAKEN' } });
  });

  test('what was submitted, paused and cancelled is so again after a restart', async () => {
    const desk = await openDesk();
    const kept = await desk.submit('default', BY_MERCHANT);
    const cancelled = await desk.submit('default', { ...BY_MERCHANT, name: 'other' });
    if (!kept.accepted || !cancelled.accepted) throw new Error('expected both to be accepted');
    await desk.pause('default', kept.job.id);
    await desk.cancel('default', cancelled.job.id);
    const before = await desk.list('default');
    await closeDesks();
    await log.close();
    log = await openLog();
    expect(await (await openDesk()).list('default')).toEqual(before);
    expect(before.map(({ name, submitted }) => [name, submitted?.wanted])).toEqual([
      ['by-merchant', 'PAUSED'],
      ['other', 'CANCELLED'],
    ]);
  });

  test('whoever runs jobs is told of every change, and of what was there before it listened', async () => {
    const desk = await openDesk();
    await desk.submit('default', BY_MERCHANT);
    const told: string[] = [];
    (await openDesk()).onJobs((jobs) => told.push(jobs.map(({ spec, wanted }) => `${spec.name} ${wanted}`).join()));
    expect(told).toEqual(['by-merchant RUNNING']);
    const [entry] = await desk.list('default');
    await desk.pause('default', entry?.id ?? '');
    await expect.poll(() => told.at(-1)).toBe('by-merchant PAUSED');
  });

  test('the jobs of a tenant are nowhere in what another is told', async () => {
    const desk = await openDesk();
    const outcome = await desk.submit('default', BY_MERCHANT);
    if (!outcome.accepted) throw new Error('expected it to be accepted');
    expect(await desk.list('other')).toEqual([]);
    expect(await desk.find('other', outcome.job.id)).toBeNull();
    expect(await desk.cancel('other', outcome.job.id)).toMatchObject({ refusal: { code: 'NO_SUCH_JOB' } });
  });
});
