import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition instead of a time. The deadline is only there to end a test that has failed. */
export async function until(holds: () => boolean | Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`expected ${holds} to hold within ${deadlineMs} ms`);
    await pause(5);
  }
}
