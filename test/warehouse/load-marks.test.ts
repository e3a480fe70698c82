import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { hoursOf, LoadMarks } from '../../src/warehouse/load/load-marks.ts';
import { LoaderProgress, type TopicProgress } from '../../src/warehouse/load/loader-progress.ts';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';

const HOUR_US = 3600e6;

test('the last load of a span is the last one that touched an hour of it, however long the span is', () => {
  const hour = fc.integer({ min: 470_000, max: 470_200 });
  const loads = fc.array(fc.uniqueArray(hour, { maxLength: 5 }), { minLength: 1, maxLength: 30 });
  const span = fc.tuple(hour, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 3_599_999_999 }));
  fc.assert(
    fc.property(loads, fc.array(span, { minLength: 1, maxLength: 3 }), (touched, spans) => {
      const marks = new LoadMarks();
      for (const [index, hours] of touched.entries()) marks.touch(new Set(hours), index + 1);
      const asked = spans.map(([from, hours, beyondUs]) => ({
        fromUs: from * HOUR_US + beyondUs,
        toUs: (from + hours) * HOUR_US + beyondUs,
      }));
      const isIn = (each: number) =>
        asked.some(({ fromUs, toUs }) => each * HOUR_US < toUs && (each + 1) * HOUR_US > fromUs);
      expect(marks.last(asked)).toBe(touched.findLastIndex((hours) => hours.some(isIn)) + 1);
    }),
  );
});

describe('of spans of event time', () => {
  const spanOf = (hour: number) => ({ fromUs: hour * HOUR_US, toUs: (hour + 1) * HOUR_US });
  const scopeOf = (...hours: readonly number[]) => ({ spans: hours.map(spanOf), tables: [] });

  function newProgress() {
    const gate = new TableGate(20);
    const topic: TopicProgress = { gate, offsets: new Map(), watermarkMs: null, watchers: 0, waitedForSinceMs: null };
    const options = { clock: systemClock, isWarehouseUp: () => true, onDemand: () => {} };
    return { gate, progress: new LoaderProgress(new Map([['things', topic]]), options) };
  }

  test('the identity is another one when a load that touches them has ended, and no other', async () => {
    const { gate, progress } = newProgress();
    const before = await progress.identitiesOf('things', scopeOf(5, 6));
    await gate.beginLoad(hoursOf([6 * 60 + 59]));
    expect(await progress.identitiesOf('things', scopeOf(5, 6))).toEqual([before[0], null]);
    gate.endLoad();
    const after = await progress.identitiesOf('things', scopeOf(5, 6));
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([true, false]);
    // Nobody knows what this one touched.
    await gate.beginLoad();
    gate.endLoad();
    const last = await progress.identitiesOf('things', scopeOf(5, 6));
    expect([last[0] === after[0], last[1] === after[1]]).toEqual([false, false]);
  });

  test('a read is not held up by a load elsewhere, and runs again after one that touches it', async () => {
    const { gate, progress } = newProgress();
    let reads = 0;
    await gate.beginLoad(new Set([9]));
    const read = async () => {
      reads++;
      gate.endLoad();
      if (reads > 1) return;
      await gate.beginLoad(new Set([5]));
      setImmediate(() => gate.endLoad());
    };
    const { identity } = await progress.consistently(['things'], read, 5_000, { scope: scopeOf(5) });
    expect(reads).toBe(2);
    expect(identity).toBe((await progress.identity(['things'], scopeOf(5))).identity);
  });
});
