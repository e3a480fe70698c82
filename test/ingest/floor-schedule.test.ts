import { describe, expect, test } from 'vitest';
import { FloorSchedule } from '../../src/ingest/kafka/floor-schedule.ts';
import { NO_WATERMARK, PartitionWatermark } from '../../src/model/partition-watermark.ts';
import type { FloorRecord } from '../../src/model/topics.ts';
import { DISORDER_MS, IDLE_MS } from '../../src/model/watermark.ts';

const START_MS = 1_795_000_000_000;

describe('when an owner tells the floor of its partition', () => {
  const other = (floorMs: number, idle: boolean): FloorRecord => ({
    topic: 'transactions',
    partition: 1,
    next: '0',
    floorMs,
    idle,
  });

  /** An owner that took its partition at START_MS, has seen an event then, and looks at the moments given. */
  const floorsAt = (momentsMs: readonly number[], others: readonly FloorRecord[] = [], hasEvent = true) => {
    const schedule = new FloorSchedule('transactions', 0, START_MS);
    const watermark = new PartitionWatermark(NO_WATERMARK);
    if (hasEvent) watermark.judge(START_MS);
    return momentsMs.map((ms) => {
      const floor = schedule.due(watermark, 5n, others, START_MS + ms);
      if (floor !== null) schedule.wasTold(floor);
      return floor === null ? null : { floorMs: floor.record.floorMs - START_MS, idle: floor.record.idle };
    });
  };

  test('it is told once, and again only when it is higher, four times a second at most', () => {
    const schedule = new FloorSchedule('transactions', 0, START_MS);
    const watermark = new PartitionWatermark(NO_WATERMARK);
    watermark.judge(START_MS);
    const first = schedule.due(watermark, 5n, [], START_MS);
    expect(first?.record).toEqual({
      topic: 'transactions',
      partition: 0,
      next: '5',
      floorMs: START_MS - DISORDER_MS,
      idle: false,
    });
    // The step was rolled back: it is due again.
    expect(schedule.due(watermark, 5n, [], START_MS)).toEqual(first);
    if (first !== null) schedule.wasTold(first);
    expect(schedule.due(watermark, 5n, [], START_MS + 1_000)).toBeNull();
    watermark.judge(START_MS + 1);
    expect(schedule.due(watermark, 6n, [], START_MS + 249)).toBeNull();
    expect(schedule.due(watermark, 6n, [], START_MS + 250)?.record).toMatchObject({ next: '6' });
  });

  test('a kind without any event has no floor', () => {
    expect(floorsAt([0, IDLE_MS, 100_000], [], false)).toEqual([null, null, null]);
  });

  test('an idle partition follows the least of those that are not idle, also one that never had an event', () => {
    const others = [other(START_MS + 70_000, false), other(START_MS + 50_000, false), other(START_MS, true)];
    const moments = [0, IDLE_MS - 1, IDLE_MS];
    const own = { floorMs: -DISORDER_MS, idle: false };
    expect(floorsAt(moments, others)).toEqual([own, null, { floorMs: 50_000, idle: true }]);
    expect(floorsAt(moments, others, false)).toEqual([null, null, { floorMs: 50_000, idle: true }]);
  });

  test('on a quiet stream it goes on with the wall clock: each second, and after a minute every ten', () => {
    const quiet = (ms: number) => ({ floorMs: ms - IDLE_MS - DISORDER_MS, idle: true });
    const moments = [0, 20_000, 20_500, 21_000, 59_999, 60_000, 65_000, 69_000, 70_000, 75_000, 80_000];
    expect(floorsAt(moments, [other(START_MS, true)])).toEqual([
      { floorMs: -DISORDER_MS, idle: false },
      quiet(20_000),
      null,
      quiet(21_000),
      quiet(59_999),
      null,
      null,
      null,
      quiet(70_000),
      null,
      quiet(80_000),
    ]);
  });

  test('a partition that was taken over is not idle before it could have read what waits there', () => {
    const schedule = new FloorSchedule('transactions', 0, START_MS);
    const watermark = new PartitionWatermark({ newestTimeMs: START_MS - 3_600_000, raisedMs: null });
    const due = (ms: number) => schedule.due(watermark, 5n, [], START_MS + ms)?.record.idle;
    expect([due(0), due(IDLE_MS - 1), due(IDLE_MS)]).toEqual([false, false, true]);
    schedule.sawInput(START_MS + IDLE_MS);
    expect(due(IDLE_MS)).toBe(false);
  });
});
