import type { Clock } from '../../platform/clock.ts';

/** How many a second there were over the last minute. */
export class RecentRate {
  readonly #clock: Clock;
  readonly #perSlot = new Float64Array(SLOTS);
  #slot: number;
  readonly #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.nowMs();
    this.#slot = slotOf(this.#sinceMs);
  }

  add(count: number): void {
    this.#turn();
    this.#perSlot[this.#slot % SLOTS] = (this.#perSlot[this.#slot % SLOTS] ?? 0) + count;
  }

  perSecond(): number {
    this.#turn();
    const nowMs = this.#clock.nowMs();
    const coveredMs = Math.min(nowMs - this.#sinceMs, (SLOTS - 1) * SLOT_MS + (nowMs % SLOT_MS));
    const count = this.#perSlot.reduce((total, each) => total + each, 0);
    return coveredMs < SLOT_MS ? 0 : count / (coveredMs / 1000);
  }

  #turn(): void {
    const now = slotOf(this.#clock.nowMs());
    for (let slot = Math.max(this.#slot + 1, now - SLOTS + 1); slot <= now; slot++) this.#perSlot[slot % SLOTS] = 0;
    this.#slot = Math.max(this.#slot, now);
  }
}

/** A minute in seconds, and the one that is under way. */
const SLOTS = 61;
const SLOT_MS = 1000;

function slotOf(ms: number): number {
  return Math.floor(ms / SLOT_MS);
}
