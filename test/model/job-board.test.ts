import { describe, expect, test } from 'vitest';
import { JobBoard } from '../../src/model/jobs/job-board.ts';
import type { JobCommand } from '../../src/model/jobs/job-command.ts';
import { type JobReport, JobReports } from '../../src/model/jobs/job-report.ts';
import type { JobSpec } from '../../src/model/jobs/job-spec.ts';
import { type PartitionFigures, sumOfPartitions } from '../../src/model/jobs/partition-figures.ts';
import { BY_MERCHANT } from '../support/by-merchant.ts';

let commands = 0;
const submit = (jobId: string, spec = BY_MERCHANT): JobCommand => ({ ask: 'submit', spec, ...head(jobId) });
const replace = (jobId: string, spec: JobSpec): JobCommand => ({ ask: 'replace', spec, ...head(jobId) });
const head = (jobId: string) => ({ commandId: String(++commands), tenant: 'default', jobId, atMs: commands });

describe('jobs are what the commands made them, in the order of the log', () => {
  test('of two jobs with one name the first is there, and the second is told so', () => {
    const board = new JobBoard();
    expect(board.apply(submit('a'))).toMatchObject({ accepted: true, job: { version: 1, wanted: 'RUNNING' } });
    expect(board.apply(submit('b'))).toMatchObject({
      accepted: false,
      refusal: { code: 'NAME_TAKEN', field: ['input', 'name'] },
    });
    expect(board.jobs().map(({ id }) => id)).toEqual(['a']);
  });

  test('another tenant may have a job of the same name, and can neither see nor change this one', () => {
    const board = new JobBoard();
    board.apply(submit('a'));
    expect(board.apply({ ...submit('b'), tenant: 'other' })).toMatchObject({ accepted: true });
    expect(board.find('other', 'a')).toBeNull();
    expect(board.apply({ ask: 'cancel', ...head('a'), tenant: 'other' })).toMatchObject({
      refusal: { code: 'NO_SUCH_JOB' },
    });
    expect(board.find('default', 'a')).toMatchObject({ wanted: 'RUNNING' });
  });

  test('a replacement that reads the state of before is taken and counted, with another filter or lateness', () => {
    const board = new JobBoard();
    board.apply(submit('a'));
    const spec = {
      ...BY_MERCHANT,
      allowedLatenessMs: 1,
      source: { ...BY_MERCHANT.source, where: { status: { eq: 'CAPTURED' } } },
    };
    expect(board.apply(replace('a', spec))).toMatchObject({ accepted: true, job: { version: 2, spec } });
  });

  test('a webhook begins when the job got one, and one that takes the place of another goes on where that one stopped', () => {
    const board = new JobBoard();
    const sentTo = (url: string | null): JobSpec => ({
      ...BY_MERCHANT,
      sinks: { topic: null, webhook: url === null ? null : { url, secret: 'shared' } },
    });
    const given = replace('a', sentTo('https://one.example/'));
    board.apply(submit('a'));
    for (const command of [given, replace('a', sentTo('https://other.example/'))]) board.apply(command);
    expect(board.find('default', 'a')).toMatchObject({ webhookSinceMs: given.atMs });
    board.apply(replace('a', sentTo(null)));
    const again = replace('a', sentTo('https://one.example/'));
    board.apply(again);
    expect(board.find('default', 'a')).toMatchObject({ webhookSinceMs: again.atMs });
  });

  test('one that cannot is refused with what differs, and changes nothing', () => {
    const board = new JobBoard();
    board.apply(submit('a'));
    const spec: JobSpec = {
      ...BY_MERCHANT,
      shape: { kind: 'window', window: { kind: 'tumbling', sizeMs: 20_000 }, measures: ['count'] },
    };
    const outcome = board.apply(replace('a', spec));
    expect(outcome).toMatchObject({
      refusal: { code: 'STATE_DOES_NOT_FIT', message: expect.stringContaining('window') },
    });
    expect(board.find('default', 'a')).toMatchObject({ version: 1, spec: BY_MERCHANT });
  });

  test('what was cancelled stays so; its name may be used again and counts its versions on', () => {
    const board = new JobBoard();
    board.apply(submit('a'));
    board.apply({ ask: 'cancel', ...head('a') });
    expect(board.apply({ ask: 'resume', ...head('a') })).toMatchObject({ refusal: { code: 'JOB_CANCELLED' } });
    expect(board.apply(submit('b'))).toMatchObject({ accepted: true, job: { id: 'b', version: 2 } });
  });

  test('pausing and resuming keep the version, and resuming what runs changes nothing', () => {
    const board = new JobBoard();
    board.apply(submit('a'));
    const before = board.find('default', 'a');
    board.apply({ ask: 'resume', ...head('a') });
    expect(board.find('default', 'a')).toEqual(before);
    board.apply({ ask: 'pause', ...head('a') });
    expect(board.find('default', 'a')).toMatchObject({ wanted: 'PAUSED', version: 1 });
  });
});

describe('what members say of a job comes to one figure', () => {
  const partition = (place: string, facts: Partial<PartitionFigures> = {}): PartitionFigures => ({
    place,
    sends: false,
    records: 5,
    late: 1,
    commits: 4,
    lastCommitAtMs: 9,
    watermarkMs: 100,
    stateKeys: 3,
    stateBytes: 30,
    lag: 2,
    ...facts,
  });
  const report = (member: string, facts: Partial<JobReport> = {}): JobReport => {
    const { partitions = [partition(`activities/${member}`)] } = facts;
    const { checkpoints, ...sums } = sumOfPartitions(partitions);
    return {
      member,
      tenant: null,
      job: 'sessions',
      jobVersion: 1,
      atMs: 0,
      status: 'RUNNING',
      uptimeMs: 10,
      recordsPerSecond: 1.5,
      ...sums,
      checkpoints: { ...checkpoints, durationMs: 2 },
      error: null,
      partitions,
      ...facts,
    };
  };

  test('counts add up over members, and the watermark is the least', () => {
    const reports = new JobReports();
    reports.take(report('0'));
    const other = partition('activities/1', { watermarkMs: 50, commits: 1, lastCommitAtMs: 11 });
    reports.take(report('1', { partitions: [other], checkpoints: { count: 1, lastAtMs: 11, durationMs: 7 } }));
    expect(reports.of(null, 'sessions', 1)).toMatchObject({
      recordsProcessed: 10,
      recordsPerSecond: 3,
      lag: 4,
      watermarkMs: 50,
      checkpoints: { count: 5, lastAtMs: 11, durationMs: 7 },
    });
  });

  test('a partition that two speak of counts once, as the one knows it that saw more commits', () => {
    const reports = new JobReports();
    const killed = report('killed', { uptimeMs: 90_000, partitions: [partition('a/0'), partition('a/1')] });
    const next = partition('a/0', { commits: 5, records: 8 });
    reports.take(report('next', { atMs: 3_000, partitions: [next, partition('a/1')] }));
    reports.take({ ...killed, atMs: 2_000 });
    expect(reports.of(null, 'sessions', 3_001)).toMatchObject({
      recordsProcessed: 13,
      recordsPerSecond: 1.5,
      uptimeMs: 10,
      checkpoints: { count: 9 },
    });
  });

  test('what a cancelled job of the same name did is not counted for the one that came after it', () => {
    const reports = new JobReports();
    reports.take(report('a', { partitions: [partition('a/0', { commits: 50, records: 500 })] }));
    reports.take(report('b', { jobVersion: 2, partitions: [partition('a/0', { commits: 1, records: 2 })] }));
    expect(reports.of(null, 'sessions', 1)?.recordsProcessed).toBe(2);
    expect(reports.of(null, 'sessions', 1, 2)?.recordsProcessed).toBe(2);
    expect(reports.of(null, 'sessions', 1, 3)).toBeNull();
  });

  test('a later word of a member replaces its last, and a member that has ended is not counted', () => {
    const reports = new JobReports();
    reports.take(report('gone', { partitions: [partition('a/0')] }));
    reports.take(report('a', { atMs: 20_000, partitions: [partition('a/1', { commits: 9 })] }));
    reports.take(report('a', { atMs: 20_001, partitions: [partition('a/1', { records: 7 })] }));
    expect(reports.of(null, 'sessions', 20_500)?.recordsProcessed).toBe(7);
    expect(reports.of(null, 'sessions', 60_000)).toBeNull();
  });

  test('one member that fails is the trouble of the job', () => {
    const reports = new JobReports();
    reports.take(report('a'));
    reports.take(report('b', { status: 'FAILED', error: 'transactions/3 at 17: out of range' }));
    expect(reports.of(null, 'sessions', 1)).toMatchObject({ status: 'FAILED', error: expect.stringContaining('17') });
  });
});
