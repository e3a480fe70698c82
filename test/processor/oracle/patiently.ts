import { setTimeout as pause } from 'node:timers/promises';
import { LakegateError } from '../../../src/platform/errors.ts';

/**
 * Does it again for as long as the log cannot be reached: a broker that gets no time from a machine that has too much to do is away for a while, and
 * whoever asks something of it is told so, and waits. `before` comes before another try.
 */
export async function patiently<Result>(
  act: () => Promise<Result>,
  before: () => Promise<void> = async () => {},
): Promise<Result> {
  const end = performance.now() + PATIENCE_MS;
  let isAgain = false;
  for (;;) {
    try {
      if (isAgain) await before();
      return await act();
    } catch (error) {
      if (!(error instanceof LakegateError) || error.code !== 'READ_ONLY' || performance.now() > end) throw error;
      isAgain = true;
      await pause(error.retryAfterMs ?? AGAIN_MS);
    }
  }
}

const PATIENCE_MS = 180_000;
const AGAIN_MS = 1_000;
