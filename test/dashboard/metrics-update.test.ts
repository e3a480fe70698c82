import { expect, test } from 'vitest';
import { applyUpdate, type MetricsRow, type MetricsUpdate } from '../../dashboard/api/metrics-update.ts';

const asOf = { watermark: null, tables: [] };

function row(id: string, over: Partial<MetricsRow> = {}): MetricsRow {
  const times = { start: '2026-11-21T10:00:00Z', end: '2026-11-21T10:01:00Z' };
  return { id, ...times, final: false, revision: 0, lateCount: 0, others: false, count: 1, ...over };
}

function update(
  type: MetricsUpdate['type'],
  rows: readonly MetricsRow[],
  over: Partial<MetricsUpdate> = {},
): MetricsUpdate {
  return { type, cursor: 'c', rows, removed: [], total: { count: rows.length }, asOf, ...over };
}

test('a snapshot replaces everything', () => {
  const before = applyUpdate(null, update('SNAPSHOT', [row('a'), row('b')]));
  const after = applyUpdate(before, update('SNAPSHOT', [row('c')], { cursor: 'later' }));
  expect([...after.rows.keys()]).toEqual(['c']);
  expect(after.cursor).toBe('later');
});

test('a patch replaces the rows that it has, adds new ones, drops those that it names, and takes the total as it is now', () => {
  const before = applyUpdate(null, update('SNAPSHOT', [row('a'), row('b'), row('c')]));
  const after = applyUpdate(
    before,
    update('PATCH', [row('b', { count: 7 }), row('d')], { removed: ['a'], total: { count: 10 } }),
  );
  expect([...after.rows].map(([id, { count }]) => [id, count])).toEqual([
    ['b', 7],
    ['c', 1],
    ['d', 1],
  ]);
  expect(after.total).toEqual({ count: 10 });
  expect([...before.rows.keys()], 'what was before stays as it was').toEqual(['a', 'b', 'c']);
});

test('late events that come to a final window are told as a correction, once', () => {
  const before = applyUpdate(null, update('SNAPSHOT', [row('a', { final: true, lateCount: 2 }), row('b')]));
  const corrected = applyUpdate(
    before,
    update('PATCH', [row('a', { final: true, lateCount: 5 }), row('b', { final: true, lateCount: 1 })]),
  );
  expect(corrected.corrections).toMatchObject([{ id: 'a', late: 3 }]);
  expect(applyUpdate(corrected, update('PATCH', [row('c')])).corrections).toEqual([]);
});
