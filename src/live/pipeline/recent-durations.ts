import type { Clock } from '../../platform/clock.ts';

/** The last durations of something, for percentiles of what happens now and not of all that ever was. */
export class RecentDurations {
  readonly #clock: Clock;
  readonly #kept: { readonly atMs: number; readonly ms: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(ms: number): void {
    if (this.#kept.length === KEPT_MAX) this.#kept.shift();
    this.#kept.push({ atMs: this.#clock.nowMs(), ms });
  }

  /** Of those of the last five minutes, the one that a share of them does not exceed. Null where there are none. */
  percentile(share: number): number | null {
    const since = this.#clock.nowMs() - KEPT_MS;
    const sorted = this.#kept
      .filter(({ atMs }) => atMs >= since)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  }
}

const KEPT_MS = 5 * 60_000;
/** Two a second for each of a handful of kinds, at most. */
const KEPT_MAX = 2_000;
