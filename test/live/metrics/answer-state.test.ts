import { describe, expect, test } from 'vitest';
import type { MetricsRow } from '../../../src/analytics/metrics/scan-metrics.ts';
import { AnswerState } from '../../../src/live/metrics/answer-state.ts';
import type { Version } from '../../../src/model/version.ts';

describe('the state of a live answer', () => {
  test('gives a snapshot to who has nothing, then only rows that changed, and nothing to who has it all', () => {
    const state = stateOf();
    become(state, { a: 1, b: 1 });
    expect(state.updateFrom(null)).toMatchObject({ type: 'SNAPSHOT', rows: [{ id: 'a' }, { id: 'b' }], removed: [] });
    become(state, { a: 1, b: 2 });
    expect(state.updateFrom(1)).toMatchObject({ type: 'PATCH', rows: [{ id: 'b' }], removed: [], total: { count: 3 } });
    expect(state.updateFrom(2)).toBeNull();
  });

  test('makes one patch of whatever was missed: rows as they are now, and ids that are gone', () => {
    const state = stateOf();
    become(state, { a: 1, b: 1, c: 1 });
    become(state, { a: 2, b: 1, c: 1 });
    become(state, { a: 3, b: 1 });
    become(state, { a: 4, b: 1, d: 1 });
    const update = state.updateFrom(1);
    expect(update?.rows.map(({ id, measures }) => [id, measures.count])).toEqual([
      ['a', 4],
      ['d', 1],
    ]);
    expect(update?.removed).toEqual(['c']);
  });

  test('takes a row that went and came again for one that changed', () => {
    const state = stateOf();
    become(state, { a: 1, b: 1 });
    become(state, { b: 1 });
    become(state, { a: 1, b: 1 });
    expect(state.updateFrom(1)).toMatchObject({ rows: [{ id: 'a' }], removed: [] });
    expect(state.updateFrom(2)).toMatchObject({ rows: [{ id: 'a' }], removed: [] });
  });

  test('does not count an answer that says the same', () => {
    const state = stateOf();
    expect(become(state, { a: 1 })).toBe(true);
    expect(become(state, { a: 1 })).toBe(false);
    expect(state.sequence).toBe(1);
  });

  test('an answer without rows is a first snapshot too', () => {
    const state = stateOf();
    become(state, {});
    expect(state.updateFrom(null)).toMatchObject({ type: 'SNAPSHOT', rows: [] });
  });

  test('tells of a total that changed alone', () => {
    const state = stateOf();
    become(state, { a: 1 });
    state.become({ rows: [row('a', 1)], total: { count: 9 }, tables: [] }, versionAt(0));
    expect(state.updateFrom(1)).toMatchObject({ type: 'PATCH', rows: [], total: { count: 9 } });
  });

  test('gives readers at the same place the same object, until it changes', () => {
    const state = stateOf();
    become(state, { a: 1 });
    const first = state.updateFrom(null);
    expect(state.updateFrom(null)).toBe(first);
    become(state, { a: 2 });
    expect(state.updateFrom(1)).toBe(state.updateFrom(1));
    expect(state.updateFrom(null)).not.toBe(first);
  });

  test('gives a snapshot to who missed more ids that went than are remembered, and a patch to who did not', () => {
    const state = stateOf({ goneMax: 2 });
    become(state, { a: 1, b: 1, c: 1, d: 1 });
    become(state, { b: 1, c: 1, d: 1 });
    become(state, { c: 1, d: 1 });
    become(state, { d: 1 });
    expect(state.updateFrom(1)).toMatchObject({ type: 'SNAPSHOT', rows: [{ id: 'd' }], removed: [] });
    expect(state.updateFrom(2)).toMatchObject({ type: 'PATCH', rows: [], removed: ['b', 'c'] });
  });

  test('holds no more for ten thousand changes than for a hundred', () => {
    const state = stateOf({ goneMax: 50 });
    const changed = (from: number, to: number) => {
      for (let n = from; n < to; n++) become(state, { [`row${n}`]: n, a: n });
      return state.bytes;
    };
    expect(changed(100, 10_000)).toBeLessThanOrEqual(changed(0, 100));
  });

  test('says that it holds long texts, and what it gave out of them', () => {
    const bytesOf = (user: string) => {
      const state = stateOf();
      const rows = Array.from({ length: 10 }, (_, n) => ({ ...row(`r${n}`, 1), group: { user } }));
      state.become({ rows, total: { count: 10 }, tables: ['raw'] }, versionAt(0));
      const held = state.bytes;
      state.updateFrom(null);
      return { held, given: state.bytes - held };
    };
    expect(bytesOf('u'.repeat(1001)).held - bytesOf('u').held).toBe(10_000);
    expect(bytesOf('u'.repeat(1001)).given).toBeGreaterThan(10_000);
  });

  test('says of a window that it is final when the watermark has passed its end, without another answer', () => {
    const state = stateOf({ finals: true });
    become(state, { a: 1, b: 1 });
    expect(state.goOn(versionAt(END_MS - 1))).toBe(false);
    expect(state.goOn(versionAt(END_MS))).toBe(true);
    expect(state.updateFrom(1)).toMatchObject({ type: 'PATCH', rows: [{ id: 'a' }, { id: 'b' }], removed: [] });
    expect(state.goOn(versionAt(END_MS + 1))).toBe(false);
  });

  test('does not tell who does not look at it that a window is final', () => {
    const state = stateOf();
    become(state, { a: 1 });
    expect(state.goOn(versionAt(END_MS))).toBe(false);
  });
});

const END_MS = 60_000;

function stateOf(options: { readonly goneMax?: number; readonly finals?: boolean } = {}): AnswerState {
  return new AnswerState({
    cursorAt: String,
    finals: options.finals ?? false,
    isFinal: (endUs, version) => (version.watermarksMs.get('events') ?? 0) * 1000 >= endUs,
    goneMax: options.goneMax ?? 100,
  });
}

function become(state: AnswerState, counts: Readonly<Record<string, number>>): boolean {
  const rows = Object.entries(counts).map(([id, count]) => row(id, count));
  const count = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return state.become({ rows, total: { count }, tables: ['raw'] }, versionAt(0));
}

function row(id: string, count: number): MetricsRow {
  return {
    id,
    startUs: 0,
    endUs: END_MS * 1000,
    others: false,
    lateCount: 0,
    group: {},
    measures: { count },
    shares: {},
    running: {},
    previous: null,
  };
}

function versionAt(watermarkMs: number): Version {
  return { offsets: new Map(), watermarksMs: new Map([['events', watermarkMs]]) };
}
