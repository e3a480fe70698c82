import { expect, test } from 'vitest';
import { Runs } from '../../src/platform/runs.ts';
import { until } from '../support/until.ts';

let nowMs = 0;
const runsOf = () =>
  new Runs({ nowMs: () => ++nowMs }, (error) => (error instanceof Error ? error.message : 'unknown'));

test('runs of a type are carried out one after another, and tell how far they are', async () => {
  const runs = runsOf();
  const order: string[] = [];
  let release = () => {};
  const first = runs.start('t', 'a', async (tell) => {
    order.push('first begins');
    tell({ progress: 0.5, read: 10 });
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    order.push('first ends');
  });
  const second = runs.start('t', 'a', async () => {
    order.push('second');
  });
  await until(() => order.length === 1);
  expect(runs.get('t', first?.id ?? '')).toMatchObject({
    status: 'RUNNING',
    progress: 0.5,
    read: 10,
    finishedAtMs: null,
  });
  expect(runs.get('t', second?.id ?? '')).toMatchObject({ status: 'QUEUED', startedAtMs: null });
  release();
  await until(() => runs.list('t', 'SUCCEEDED').length === 2);
  expect(order).toEqual(['first begins', 'first ends', 'second']);
  expect(runs.list('t', null).map(({ type, progress }) => [type, progress])).toEqual([
    ['a', 1],
    ['a', 1],
  ]);
});

test('one does not wait behind those of another type', async () => {
  const runs = runsOf();
  let release = () => {};
  runs.start('t', 'backtest', () => new Promise<void>((resolve) => (release = resolve)));
  runs.start('t', 'refresh', async () => {});
  await until(() => runs.list('t', 'SUCCEEDED').length === 1);
  expect(runs.list('t', 'RUNNING').map(({ type }) => type)).toEqual(['backtest']);
  release();
  await until(() => runs.list('t', 'SUCCEEDED').length === 2);
});

test('one that fails says why, and the next is carried out', async () => {
  const runs = runsOf();
  const failing = runs.start('t', 'fails', async () => {
    throw new Error('no room');
  });
  runs.start('t', 'next', async () => {});
  await until(() => runs.list('t', 'SUCCEEDED').length === 1);
  expect(runs.get('t', failing?.id ?? '')).toMatchObject({ status: 'FAILED', error: 'no room' });
});

test('one that is cancelled is told so and stays cancelled; one that has not begun never begins', async () => {
  const runs = runsOf();
  let begun = 0;
  const work = async (_tell: unknown, signal: AbortSignal) => {
    begun++;
    await until(() => signal.aborted);
  };
  const [running, waiting] = [runs.start('t', 'a', work), runs.start('t', 'a', work)];
  await until(() => begun === 1);
  for (const run of [waiting, running]) expect(runs.cancel('t', run?.id ?? '')?.status).toBe('CANCELLED');
  await runs.stop();
  expect(begun).toBe(1);
  expect(runs.list('t', null).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
});

test('the run of another tenant is not to be seen nor to be cancelled', async () => {
  const runs = runsOf();
  const run = runs.start('t', 'a', async () => {});
  expect([runs.get('u', run?.id ?? ''), runs.cancel('u', run?.id ?? ''), runs.list('u', null)]).toEqual([
    null,
    null,
    [],
  ]);
});

test('the last that ended are remembered; while too many wait, no more are taken', async () => {
  const runs = runsOf();
  for (let run = 0; run < 200; run++) runs.start('t', 'quick', async () => {});
  expect(runs.start('t', 'one too many', async () => {})).toBeNull();
  await until(() => runs.list('t', 'SUCCEEDED').length === 200);
  expect(runs.start('t', 'again', async () => {})).not.toBeNull();
  expect(runs.list('t', null)).toHaveLength(200);
});
