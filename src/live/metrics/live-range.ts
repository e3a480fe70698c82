import { rangeMeans, rangeMoves, type SaidRange } from '../../analytics/standing/operation-stamp.ts';
import { resolveRange } from '../../analytics/time/resolve-range.ts';

/**
 * What a live question takes for now. A range that ends now and has no windows would be another one every millisecond: it moves in steps of about a
 * hundredth of its length, and ends at the next step, so that the newest events are in it. Everything else moves at borders of its own.
 */
export function liveNowMs(said: SaidRange, nowMs: number): number {
  const endsNow = said.every === null && said.range.to == null && (said.range.last ?? said.range.from) != null;
  if (!endsNow) return nowMs;
  const { fromUs, toUs } = resolveRange({ ...said, nowMs });
  const wantedMs = (toUs - fromUs) / 1000 / STEPS_OF_RANGE;
  const stepMs = STEPS_MS.findLast((each) => each <= wantedMs) ?? STEP_MS_MIN;
  return Math.ceil(nowMs / stepMs) * stepMs;
}

/** What the range means to a live question now. */
export function liveMeaning(said: SaidRange, nowMs: number): string {
  return rangeMeans(said, liveNowMs(said, nowMs));
}

/**
 * When it will mean something else, to the millisecond; or, where it will not for a while, when to ask again. Null: it never will. Neither end of a
 * range ever goes back, so that the moment is found by halving.
 */
export function nextMoveMs(said: SaidRange, nowMs: number): number | null {
  const meant = liveMeaning(said, nowMs);
  if (!rangeMoves(said, meant, nowMs)) return null;
  let [same, other] = [nowMs, nowMs + LOOK_AHEAD_MS];
  if (liveMeaning(said, other) === meant) return other;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (liveMeaning(said, middle) === meant) same = middle;
    else other = middle;
  }
  return other;
}

const STEPS_OF_RANGE = 100;
const STEP_MS_MIN = 1000;
/** Each divides the next, so that a range that grows into longer steps does not end earlier than before. */
const STEPS_MS: readonly number[] = [STEP_MS_MIN, 3000, 6000, 30_000, 60_000];

const LOOK_AHEAD_MS = 60_000;
