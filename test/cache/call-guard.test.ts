import { expect, test } from 'vitest';
import { CallGuard } from '../../src/cache/call-guard.ts';

const hangs = () => new Promise<never>(() => {});
const fails = async () => {
  throw new Error('refused');
};
const answers = async () => 'answer';

test('what comes in time is given out; what fails or takes too long is not, and is counted', async () => {
  const guard = new CallGuard(5);
  expect(await guard.run(answers)).toEqual({ value: 'answer' });
  expect(guard.problem).toBeNull();
  expect(await guard.run(fails)).toBeNull();
  expect(guard.problem).toBe('refused');
  expect(await guard.run(hangs)).toBeNull();
  expect(guard.problem).toBe('no answer within 5 ms');
  expect(guard.failures).toBe(2);
});

test('after three failures in a row no call is made for a while, then one alone, and after it all or none', async () => {
  let nowMs = 0;
  const guard = new CallGuard(5, () => nowMs);
  for (let call = 0; call < 3; call++) await guard.run(fails);
  let made = 0;
  const counted = async () => {
    made++;
    return 'answer';
  };
  expect(await guard.run(counted)).toBeNull();
  expect(made).toBe(0);
  nowMs = 1000;
  const trying = guard.run(fails);
  expect(await guard.run(counted)).toBeNull();
  await trying;
  expect(await guard.run(counted)).toBeNull();
  expect(made).toBe(0);
  nowMs = 2000;
  expect(await guard.run(counted)).toEqual({ value: 'answer' });
  expect(await Promise.all([guard.run(counted), guard.run(counted)])).toEqual([
    { value: 'answer' },
    { value: 'answer' },
  ]);
  expect(guard.problem).toBeNull();
});
