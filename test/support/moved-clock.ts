import type { Clock } from '../../src/platform/clock.ts';

/** A clock that goes only when it is told to. */
export interface MovedClock extends Clock {
  advance(ms: number): void;
}

export function movedClock(startMs = 1_700_000_000_000): MovedClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
