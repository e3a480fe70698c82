import { describe, expect, test } from 'vitest';
import { allAborted, SharedFlight } from '../../src/platform/shared-flight.ts';

describe('a run that several wait for', () => {
  test('is told to end when the last of them has left, and who left is told so at once', async () => {
    const readers = [new AbortController(), new AbortController()];
    let told: AbortSignal | undefined;
    const flight = new SharedFlight((signal) => {
      told = signal;
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const waiting = readers.map(({ signal }) => flight.join(signal));
    readers[0]?.abort(new Error('gone'));
    await expect(waiting[0]).rejects.toThrow('gone');
    expect([told?.aborted, flight.isAbandoned]).toEqual([false, false]);
    readers[1]?.abort(new Error('gone too'));
    await expect(waiting[1]).rejects.toThrow('gone too');
    expect([told?.aborted, flight.isAbandoned]).toEqual([true, true]);
  });

  test('goes on for who stays to the end', async () => {
    let finish: (value: string) => void = () => {};
    const flight = new SharedFlight(() => new Promise<string>((resolve) => (finish = resolve)));
    const staying = flight.join();
    const leaving = new AbortController();
    const left = flight.join(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    finish('found');
    expect(await staying).toBe('found');
  });

  test('is left by nobody who has his result', async () => {
    let told: AbortSignal | undefined;
    const reader = new AbortController();
    const flight = new SharedFlight(async (signal) => {
      told = signal;
      return 'found';
    });
    expect(await flight.join(reader.signal)).toBe('found');
    await new Promise(setImmediate);
    reader.abort();
    expect(told?.aborted).toBe(false);
  });
});

test('work for many ends when all of them have left', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  first.abort();
  const all = allAborted([first.signal, second.signal]);
  expect(all.aborted).toBe(false);
  second.abort();
  expect(all.aborted).toBe(true);
});
