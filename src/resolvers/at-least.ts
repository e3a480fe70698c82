import { decodeVersion } from '../model/version.ts';
import type { Progress } from '../warehouse/progress.ts';

/** Waits until what the caller names is visible, or fails with NOT_YET_VISIBLE: never an old number. */
export async function waitForAtLeast(
  atLeast: string | null | undefined,
  progress: Progress,
  deadlineMs: number,
): Promise<void> {
  if (atLeast !== null && atLeast !== undefined) await progress.waitFor(decodeVersion(atLeast), deadlineMs);
}
