import { expect, test } from 'vitest';
import { shareRuns } from '../../src/platform/share-runs.ts';

test('callers share a run, but never one that began before they called', async () => {
  let begun = 0;
  const ends: (() => void)[] = [];
  const call = shareRuns(async () => {
    const run = ++begun;
    await new Promise<void>((resolve) => ends.push(resolve));
    return run;
  });
  const first = call();
  await new Promise(setImmediate);
  const late = [call(), call(), call()];
  expect(begun).toBe(1);
  ends[0]?.();
  expect(await first).toBe(1);
  await new Promise(setImmediate);
  ends[1]?.();
  expect(await Promise.all(late)).toEqual([2, 2, 2]);
});

test('a run that fails fails for those who share it, and the next one runs', async () => {
  let runs = 0;
  const call = shareRuns(async () => {
    if (++runs === 1) throw new Error('the first');
    return runs;
  });
  const both = await Promise.allSettled([call(), call()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await call()).toBe(2);
});
