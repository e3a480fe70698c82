import { expect, test } from 'vitest';
import { Turns } from '../../src/platform/turns.ts';

test('no more than so much is under way at once, and what waits begins in the order it came', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) =>
    turns.take(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 1) throw new Error('failed');
      return number;
    });
  const results = [0, 1, 2, 3].map(work);
  results[1]?.catch(() => {});
  expect(begun).toEqual([0, 1]);
  // Work that fails gives its place back too.
  ends[1]?.();
  await expect(results[1]).rejects.toThrow('failed');
  expect(begun).toEqual([0, 1, 2]);
  for (let ended = 0; ended < 4; ended++) {
    ends[ended]?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([begun, await results[3]]).toEqual([[0, 1, 2, 3], 3]);
});

test('who gives up while waiting never begins, and keeps nobody behind him waiting', async () => {
  const turns = new Turns(1);
  let end = () => {};
  const first = turns.take(() => new Promise<void>((resolve) => (end = resolve)));
  const giveUp = new AbortController();
  let begun = false;
  const second = turns.take(async () => {
    begun = true;
  }, giveUp.signal);
  const third = turns.take(async () => 'third');
  giveUp.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  end();
  await first;
  expect([await third, begun]).toEqual(['third', false]);
  await expect(turns.take(async () => 'never', giveUp.signal)).rejects.toThrow('gone');
});
