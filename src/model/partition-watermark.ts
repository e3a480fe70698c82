import type { FloorRecord } from './topics.ts';
import { DISORDER_MS, IDLE_MS } from './watermark.ts';

/**
 * The watermark of one partition, as its owner keeps it where partitions have owners in several processes.
 *
 * It is a floor: every later record of the partition meets at least that. It rises with the events, and while the partition is idle with
 * the rest of the kind (`idleFloorMs`). It never goes back, whoever owns the partition, because its state is durable with the records it was
 * stamped on.
 */
export class PartitionWatermark {
  #newestTimeMs: number;
  #raisedMs: number;

  constructor(state: PartitionWatermarkState) {
    this.#newestTimeMs = state.newestTimeMs ?? Number.NEGATIVE_INFINITY;
    this.#raisedMs = state.raisedMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Null before the first event. */
  get floorMs(): number | null {
    return finite(Math.max(this.#newestTimeMs - DISORDER_MS, this.#raisedMs));
  }

  get state(): PartitionWatermarkState {
    return { newestTimeMs: finite(this.#newestTimeMs), raisedMs: finite(this.#raisedMs) };
  }

  /** The watermark that the next record meets; then takes its time into account. Call in offset order. */
  judge(timeMs: number): number | null {
    const metMs = this.floorMs;
    if (timeMs > this.#newestTimeMs) this.#newestTimeMs = timeMs;
    return metMs;
  }

  raise(floorMs: number): void {
    if (floorMs > this.#raisedMs) this.#raisedMs = floorMs;
  }
}

export interface PartitionWatermarkState {
  readonly newestTimeMs: number | null;
  readonly raisedMs: number | null;
}

export const NO_WATERMARK: PartitionWatermarkState = { newestTimeMs: null, raisedMs: null };

/**
 * How far the floor of an idle partition may rise: to the least floor of the partitions that are not idle, so that it does not hold the kind
 * back; with the wall clock when all are idle, so that a window on a quiet stream closes. Null while the kind has no event.
 */
export function idleFloorMs(
  ownFloorMs: number | null,
  others: readonly Pick<FloorRecord, 'floorMs' | 'idle'>[],
  nowMs: number,
): number | null {
  if (ownFloorMs === null && others.length === 0) return null;
  const active = others.filter(({ idle }) => !idle);
  if (active.length === 0) return nowMs - IDLE_MS - DISORDER_MS;
  return Math.min(...active.map(({ floorMs }) => floorMs));
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
