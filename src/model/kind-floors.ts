import type { FloorRecord } from './topics.ts';

/**
 * The watermark of a kind, for whoever reads what several owners of partitions wrote: the least of their floors, of each the newest one that
 * what is loaded has reached.
 *
 * A floor says that from offset `next` on every record meets at least `floorMs`. So once everything before `next` is loaded, whatever comes
 * later to be seen meets that; and once that holds for every partition, the least of them is a watermark of the kind. An idle partition's owner raises
 * its floor with the others, so idle ones are not left out here: leaving one out would promise what its next record might not keep.
 */
export class KindFloors {
  readonly #partitions: readonly PartitionFloors[];
  #watermarkMs: number | null = null;

  constructor(partitionCount: number) {
    this.#partitions = Array.from({ length: partitionCount }, () => ({ reachedMs: null, waiting: [] }));
  }

  /** In the order in which the topic has them. */
  declare({ partition, next, floorMs }: FloorRecord): void {
    const floors = this.#partitions[partition];
    if (floors === undefined) throw new Error(`partition ${partition} of ${this.#partitions.length}`);
    const offset = BigInt(next);
    const last = floors.waiting.at(-1);
    if (last?.next === offset) last.floorMs = Math.max(last.floorMs, floorMs);
    else floors.waiting.push({ next: offset, floorMs });
    if (floors.waiting.length > WAITING_MAX) floors.waiting = everyOther(floors.waiting);
  }

  /**
   * `loadedNext` has for each partition the offset before which everything is loaded; a partition that is absent has nothing loaded. Null
   * until every partition has a floor. Never goes back.
   */
  watermarkMs(loadedNext: ReadonlyMap<number, bigint>): number | null {
    let leastMs = Number.POSITIVE_INFINITY;
    for (const [partition, floors] of this.#partitions.entries()) {
      reach(floors, loadedNext.get(partition) ?? 0n);
      leastMs = Math.min(leastMs, floors.reachedMs ?? Number.NEGATIVE_INFINITY);
    }
    if (Number.isFinite(leastMs) && leastMs > (this.#watermarkMs ?? Number.NEGATIVE_INFINITY)) {
      this.#watermarkMs = leastMs;
    }
    return this.#watermarkMs;
  }
}

interface PartitionFloors {
  reachedMs: number | null;
  /** Not reached yet, in the order of their offsets. */
  waiting: WaitingFloor[];
}

interface WaitingFloor {
  readonly next: bigint;
  floorMs: number;
}

/** Four a second of 17 minutes in which nothing is loaded. Then every other one is forgotten: the watermark goes in larger steps. */
const WAITING_MAX = 4096;

function everyOther(floors: readonly WaitingFloor[]): WaitingFloor[] {
  return floors.filter((_, index) => index % 2 === 1 || index === floors.length - 1);
}

function reach(floors: PartitionFloors, loadedNext: bigint): void {
  const beyond = floors.waiting.findIndex(({ next }) => next > loadedNext);
  const reached = floors.waiting.splice(0, beyond === -1 ? floors.waiting.length : beyond);
  for (const { floorMs } of reached) floors.reachedMs = Math.max(floors.reachedMs ?? floorMs, floorMs);
}
