import { parseDurationMs } from '../../platform/duration.ts';
import { LakegateError } from '../../platform/errors.ts';

/** The least time between two patches, as the `throttle` argument says it. */
export function readThrottle(text: string): number {
  const throttleMs = parseDurationMs(text);
  if (throttleMs !== null && throttleMs >= THROTTLE_MS_MIN && throttleMs <= THROTTLE_MS_MAX) return throttleMs;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `throttle: expected a duration from 50ms to 1m, got ${JSON.stringify(text)}`,
  });
}

/** A picture is drawn again 20 times a second at most: what comes faster than that, nobody sees. */
const THROTTLE_MS_MIN = 50;
/** What a new reader gets first may be as old as that, if others read the same. */
const THROTTLE_MS_MAX = 60_000;
