import { describe, expect, test } from 'vitest';
import { KindFloors } from '../../src/model/kind-floors.ts';
import { idleFloorMs, NO_WATERMARK, PartitionWatermark } from '../../src/model/partition-watermark.ts';
import type { FloorRecord } from '../../src/model/topics.ts';
import { DISORDER_MS, IDLE_MS } from '../../src/model/watermark.ts';

describe('the floor of a partition', () => {
  test('follows the newest event, and a late one meets it without moving it', () => {
    const watermark = new PartitionWatermark(NO_WATERMARK);
    expect(watermark.floorMs).toBeNull();
    expect(watermark.judge(100_000)).toBeNull();
    expect(watermark.judge(5_000)).toBe(100_000 - DISORDER_MS);
    expect(watermark.floorMs).toBe(100_000 - DISORDER_MS);
  });

  test('never goes back: what it was raised to, every later record meets, also under a new owner', () => {
    const watermark = new PartitionWatermark(NO_WATERMARK);
    watermark.judge(100_000);
    watermark.raise(200_000);
    watermark.raise(150_000);
    const taken = new PartitionWatermark(watermark.state);
    expect(taken.judge(101_000)).toBe(200_000);
    expect(taken.judge(300_000)).toBe(200_000);
    expect(taken.floorMs).toBe(300_000 - DISORDER_MS);
  });

  test('of an idle partition rises with the partitions that are not, with the wall clock when all are, and not before there is an event', () => {
    expect(idleFloorMs(null, [], 500_000)).toBeNull();
    const others = [
      { floorMs: 7_000, idle: false },
      { floorMs: 9_000, idle: false },
      { floorMs: 1_000, idle: true },
    ];
    expect(idleFloorMs(null, others, 500_000)).toBe(7_000);
    expect(idleFloorMs(3_000, others.slice(2), 500_000)).toBe(500_000 - IDLE_MS - DISORDER_MS);
  });
});

describe('the watermark of a kind', () => {
  const floor = (partition: number, next: bigint, floorMs: number): FloorRecord => ({
    topic: 'transactions',
    partition,
    next: String(next),
    floorMs,
    idle: false,
  });

  test('is the least floor of all partitions, and there is none until each has one', () => {
    const floors = new KindFloors(2);
    floors.declare(floor(0, 0n, 5_000));
    expect(floors.watermarkMs(new Map())).toBeNull();
    floors.declare(floor(1, 0n, 3_000));
    expect(floors.watermarkMs(new Map())).toBe(3_000);
  });

  test('counts a floor only when everything before its offset is loaded', () => {
    const floors = new KindFloors(1);
    floors.declare(floor(0, 10n, 1_000));
    floors.declare(floor(0, 20n, 2_000));
    floors.declare(floor(0, 20n, 2_500));
    floors.declare(floor(0, 30n, 3_000));
    expect(floors.watermarkMs(new Map([[0, 9n]]))).toBeNull();
    expect(floors.watermarkMs(new Map([[0, 19n]]))).toBe(1_000);
    expect(floors.watermarkMs(new Map([[0, 20n]]))).toBe(2_500);
    expect(floors.watermarkMs(new Map([[0, 31n]]))).toBe(3_000);
  });

  test('never goes back, whatever is told or loaded', () => {
    const floors = new KindFloors(1);
    floors.declare(floor(0, 10n, 4_000));
    expect(floors.watermarkMs(new Map([[0, 10n]]))).toBe(4_000);
    floors.declare(floor(0, 11n, 3_000));
    expect(floors.watermarkMs(new Map([[0, 11n]]))).toBe(4_000);
    expect(floors.watermarkMs(new Map())).toBe(4_000);
  });

  test('is still reached when nothing was loaded for hours and some floors were forgotten', () => {
    const floors = new KindFloors(1);
    for (let n = 1; n <= 20_000; n++) floors.declare(floor(0, BigInt(n), n));
    expect(floors.watermarkMs(new Map([[0, 10_000n]]))).toBeGreaterThan(9_900);
    expect(floors.watermarkMs(new Map([[0, 10_000n]]))).toBeLessThanOrEqual(10_000);
    expect(floors.watermarkMs(new Map([[0, 20_000n]]))).toBe(20_000);
  });
});
