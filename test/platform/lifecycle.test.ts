import { expect, test } from 'vitest';
import { Lifecycle } from '../../src/platform/lifecycle.ts';

test('parts are stopped in the reverse of the order they were started in', async () => {
  const steps: string[] = [];
  const lifecycle = new Lifecycle();
  for (const name of ['log', 'warehouse', 'gateway']) {
    await lifecycle.start(
      name,
      () => steps.push(`start ${name}`),
      () => steps.push(`stop ${name}`),
    );
  }
  expect(await lifecycle.stop(1000)).toEqual({ left: [] });
  expect(steps).toEqual([
    'start log',
    'start warehouse',
    'start gateway',
    'stop gateway',
    'stop warehouse',
    'stop log',
  ]);
});

test('a part that cannot stop is named, and the parts below it are stopped all the same', async () => {
  const stopped: string[] = [];
  const lifecycle = new Lifecycle();
  await lifecycle.start(
    'log',
    () => 'log',
    (name) => stopped.push(name),
  );
  await lifecycle.start(
    'broken',
    () => null,
    () => Promise.reject(new Error('no')),
  );
  await lifecycle.start(
    'endless',
    () => null,
    () => new Promise<void>(() => {}),
  );
  expect(await lifecycle.stop(50)).toEqual({
    left: [
      { name: 'endless', reason: 'not done at the deadline' },
      { name: 'broken', reason: 'Error: no' },
    ],
  });
  expect(stopped).toEqual(['log']);
});

test('stopping twice stops once', async () => {
  let stops = 0;
  const lifecycle = new Lifecycle();
  await lifecycle.start(
    'part',
    () => null,
    () => stops++,
  );
  await Promise.all([lifecycle.stop(1000), lifecycle.stop(1000)]);
  expect(stops).toBe(1);
});
