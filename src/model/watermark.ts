/**
 * The one definition of a watermark, for admission, ledger and `final`.
 *
 *   watermark of a partition = newest event time seen in it - DISORDER
 *   watermark of a kind      = the least over its partitions that are not idle
 *
 * - A record carries the watermark it met (`_watermark`), judged in offset order. It is late if its time is before it. So lateness
 *   is a fact of the log: a replay finds the same.
 * - A partition is idle when nothing was appended to it for IDLE of wall-clock time, or never. An idle partition does not hold
 *   the kind back. When all are idle, the watermark goes on with the wall clock, IDLE + DISORDER behind it, so that a window on a quiet
 *   stream closes.
 * - It never goes back. Once a kind's watermark was published, every later record meets at least that.
 *
 * `KindWatermark` is for one process that numbers all partitions of a kind. Where partitions have owners in several processes, each owner keeps
 * its own (partition-watermark.ts) and tells the others, and a kind's is the least of what they told (kind-floors.ts).
 */
export const DISORDER_MS = 10_000;
export const IDLE_MS = 10_000;

interface PartitionClock {
  newestTimeMs: number;
  /** Wall clock of the last record judged. */
  judgedAtMs: number;
  /** Judged, not yet known to be durable or failed: such a partition is never idle. */
  inFlight: number;
}

export class KindWatermark {
  readonly #partitions: PartitionClock[];
  #publishedMs: number;
  #judgedCount = 0;

  constructor(partitionCount: number, publishedMs: number | null) {
    this.#partitions = Array.from({ length: partitionCount }, () => ({
      newestTimeMs: Number.NEGATIVE_INFINITY,
      judgedAtMs: Number.NEGATIVE_INFINITY,
      inFlight: 0,
    }));
    this.#publishedMs = publishedMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Null before the first event. */
  get publishedMs(): number | null {
    return Number.isFinite(this.#publishedMs) ? this.#publishedMs : null;
  }

  /** Grows with every record judged: equal before and after means that none came in between. */
  get judgedCount(): number {
    return this.#judgedCount;
  }

  /** The watermark that the next record of this partition meets; then takes its time into account. Call in offset order. */
  judge(partition: number, timeMs: number, nowMs: number): number | null {
    const clock = this.#at(partition);
    const met = Math.max(clock.newestTimeMs - DISORDER_MS, this.#publishedMs);
    if (timeMs > clock.newestTimeMs) clock.newestTimeMs = timeMs;
    clock.judgedAtMs = nowMs;
    clock.inFlight++;
    this.#judgedCount++;
    return Number.isFinite(met) ? met : null;
  }

  /** The records judged are durable, or failed: either way no longer on their way. */
  settled(partition: number, count: number): void {
    this.#at(partition).inFlight -= count;
  }

  /** At start: what the log's newest records of the partition say, so that a restart forgets nothing. */
  restore(partition: number, newestTimeMs: number, appendedAtMs: number): void {
    const clock = this.#at(partition);
    clock.newestTimeMs = Math.max(clock.newestTimeMs, newestTimeMs);
    clock.judgedAtMs = Math.max(clock.judgedAtMs, appendedAtMs);
  }

  /**
   * What may be published once what `loaded` says is visible. For a partition that is not caught up, `lastWatermarkMs` is the
   * `_watermark` of its last visible record: whatever comes after met at least that. Does not publish: the caller first
   * makes sure that the log still says what it assumed.
   */
  candidateMs(
    loaded: readonly {
      readonly partition: number;
      readonly caughtUp: boolean;
      readonly lastWatermarkMs: number | null;
    }[],
    nowMs: number,
  ): number | null {
    let least = Number.POSITIVE_INFINITY;
    let sawEvents = false;
    for (const { partition, caughtUp, lastWatermarkMs } of loaded) {
      const clock = this.#at(partition);
      if (Number.isFinite(clock.newestTimeMs)) sawEvents = true;
      if (!caughtUp || clock.inFlight > 0) {
        least = Math.min(least, lastWatermarkMs ?? Number.NEGATIVE_INFINITY);
      } else if (nowMs - clock.judgedAtMs < IDLE_MS) {
        least = Math.min(least, clock.newestTimeMs - DISORDER_MS);
      }
    }
    if (!sawEvents) return this.publishedMs;
    if (least === Number.POSITIVE_INFINITY) least = nowMs - IDLE_MS - DISORDER_MS;
    const candidate = Math.max(least, this.#publishedMs);
    return Number.isFinite(candidate) ? candidate : null;
  }

  publish(watermarkMs: number): void {
    if (watermarkMs > this.#publishedMs) this.#publishedMs = watermarkMs;
  }

  #at(partition: number): PartitionClock {
    const clock = this.#partitions[partition];
    if (clock === undefined) throw new Error(`partition ${partition} of ${this.#partitions.length}`);
    return clock;
  }
}
