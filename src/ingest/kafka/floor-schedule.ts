import { idleFloorMs, type PartitionWatermark } from '../../model/partition-watermark.ts';
import type { FloorRecord } from '../../model/topics.ts';
import { IDLE_MS } from '../../model/watermark.ts';

/**
 * When the owner of a partition tells the others how far its watermark has come, and when an idle one raises it.
 *
 * A floor is told inside the step that it follows from, at most four times a second. An idle partition follows the others once a
 * second; when the whole kind has been quiet for a minute, every ten seconds, because each time costs a transaction.
 */
export class FloorSchedule {
  readonly #partition: number;
  readonly #topic: string;
  /** A partition that was just taken over may have input that nobody has read yet: it is not idle before IDLE has passed. */
  #inputAtMs: number;
  #told: ToldFloor | null = null;

  constructor(topic: string, partition: number, openedAtMs: number) {
    this.#topic = topic;
    this.#partition = partition;
    this.#inputAtMs = openedAtMs;
  }

  sawInput(nowMs: number): void {
    this.#inputAtMs = nowMs;
  }

  /** Raises the watermark where that is due, and says what is to be told; null where nothing is. Changes nothing else. */
  due(
    watermark: PartitionWatermark,
    outputNext: bigint,
    others: readonly FloorRecord[],
    nowMs: number,
  ): ToldFloor | null {
    const idle = nowMs - this.#inputAtMs >= IDLE_MS;
    const floorMs = this.#floorMs(watermark, others, idle, nowMs);
    if (floorMs === null) return null;
    const told = this.#told;
    if (told !== null) {
      if (told.record.idle === idle && floorMs <= told.record.floorMs) return null;
      if (nowMs - told.atMs < this.#everyMs(others, idle, nowMs)) return null;
    }
    if (idle) watermark.raise(floorMs);
    const record = { topic: this.#topic, partition: this.#partition, next: String(outputNext), floorMs, idle };
    return { record, atMs: nowMs };
  }

  /** What was due is durable. */
  wasTold(floor: ToldFloor): void {
    this.#told = floor;
  }

  #floorMs(watermark: PartitionWatermark, others: readonly FloorRecord[], idle: boolean, nowMs: number): number | null {
    const ownMs = watermark.floorMs;
    if (!idle) return ownMs;
    const raisedMs = idleFloorMs(ownMs, others, nowMs);
    return raisedMs === null ? null : Math.max(ownMs ?? raisedMs, raisedMs);
  }

  #everyMs(others: readonly FloorRecord[], idle: boolean, nowMs: number): number {
    if (!idle) return TOLD_EVERY_MS;
    const isQuiet = nowMs - this.#inputAtMs >= QUIET_MS && others.every((other) => other.idle);
    return isQuiet ? QUIET_EVERY_MS : IDLE_EVERY_MS;
  }
}

export interface ToldFloor {
  readonly record: FloorRecord;
  readonly atMs: number;
}

const TOLD_EVERY_MS = 250;
/** Asked about every second: a little less, so that each time counts. */
const IDLE_EVERY_MS = 900;
const QUIET_MS = 60_000;
const QUIET_EVERY_MS = 10_000;
