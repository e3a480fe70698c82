import { READ_DEADLINE_MS } from '../../analytics/read-through.ts';

/**
 * When a live question is to be evaluated: as soon as its answer may be another one, and not before its throttle is over. It rests for as long as
 * it worked, too, so that what is slow is asked less often; and what failed rests longer each time.
 */
export class DueTime {
  readonly #throttleMs: number;
  /** Something may have changed since the last evaluation began. */
  #isBehind = true;
  #movesAtMs: number | null = null;
  #beganAtMs = NEVER_MS;
  #endedAtMs = NEVER_MS;
  #restsUntilMs = NEVER_MS;
  #recheckAtMs = NEVER_MS;
  #failures = 0;

  constructor(throttleMs: number) {
    this.#throttleMs = throttleMs;
  }

  /** A clock that was set back ends every rest: it would last until the clock is there again. */
  atMs(nowMs: number): number {
    if (nowMs < this.#endedAtMs) return NEVER_MS;
    const changesAtMs = this.#isBehind ? NEVER_MS : Math.min(this.#movesAtMs ?? this.#recheckAtMs, this.#recheckAtMs);
    return Math.max(changesAtMs, this.#restsUntilMs);
  }

  /** Something was written that may be part of it. */
  behind(): void {
    this.#isBehind = true;
  }

  /** Whether it was evaluated so lately that it is not to be again. */
  rests(nowMs: number): boolean {
    return this.#endedAtMs <= nowMs && nowMs < this.#restsUntilMs;
  }

  /** Nothing is to be waited for: what it failed for is over. */
  atOnce(): void {
    this.#isBehind = true;
    this.#restsUntilMs = NEVER_MS;
  }

  /** `movesAtMs`: when its range will be another one. */
  began(nowMs: number, movesAtMs: number | null): void {
    this.#isBehind = false;
    this.#beganAtMs = nowMs;
    this.#movesAtMs = movesAtMs;
  }

  succeeded(nowMs: number): void {
    this.#failures = 0;
    this.#rest(nowMs, this.#throttleMs);
  }

  failed(nowMs: number): void {
    this.#isBehind = true;
    this.#rest(nowMs, Math.max(this.#throttleMs, Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** this.#failures++)));
  }

  #rest(nowMs: number, leastMs: number): void {
    const tookMs = Math.min(nowMs - this.#beganAtMs, TOOK_MS_MAX);
    this.#endedAtMs = nowMs;
    this.#restsUntilMs = nowMs + Math.max(leastMs, tookMs);
    this.#recheckAtMs = nowMs + RECHECK_MS;
  }
}

/** Long ago: what was never evaluated is due. */
const NEVER_MS = 0;

/** What is changed beside the log (mended, set as a rate) is seen by looking again, so soon. */
const RECHECK_MS = 5000;

const AGAIN_MS = 250;
const AGAIN_MS_MAX = 5000;

/** No answer takes longer; a clock that is set may say so. */
const TOOK_MS_MAX = READ_DEADLINE_MS;
