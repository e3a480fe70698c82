import { describe, expect, test } from 'vitest';
import { type MetricsPlan, planMetrics } from '../../src/analytics/metrics/plan-metrics.ts';
import { resolveRange, type TimeRangeInput } from '../../src/analytics/time/resolve-range.ts';
import { compileDeclarations } from '../../src/model/declare/compile-declarations.ts';
import type { KindModel } from '../../src/model/event-model.ts';

const NOW = '2026-11-21T10:30:15.250Z';

const kind = visitKind();

describe('the coarsest table that gives the same answer is read', () => {
  const cases: readonly (readonly [Asked, string])[] = [
    [{ range: { previous: 'DAY' } }, '1d'],
    [{ range: { previous: 'MONTH' }, fields: ['device'] }, '1d'],
    [{ range: { previous: 'DAY' }, every: '1h' }, '1h'],
    [{ range: { last: '6h' }, every: '1h' }, '1h'],
    [{ range: { last: '1h' }, every: '1m' }, '1m'],
    [{ range: { last: '1h' }, every: '90s' }, 'path_1s'],
    [{ range: { last: '1m' }, every: '1500ms' }, 'raw'],
    [{ range: { last: '5m' }, every: '10s', fields: ['path'] }, 'path_1s'],
    [{ range: { previous: 'DAY' }, fields: ['path'] }, 'path_1h'],
    [{ range: { previous: 'DAY' }, fields: ['path', 'device'] }, 'raw'],
    [{ range: { previous: 'DAY' }, fields: ['userId'] }, 'raw'],
    [{ range: { previous: 'DAY' }, fields: ['seconds'] }, 'raw'],
    [{ range: { previous: 'DAY' }, exact: true }, 'raw'],
    [{ range: { previous: 'DAY' }, convertedQuantiles: true }, 'raw'],
    // A day of Berlin is no day of UTC, but whole hours; one of Kolkata is not even that.
    [{ range: { previous: 'DAY' }, timeZone: 'Europe/Berlin' }, '1h'],
    [{ range: { previous: 'WEEK' }, every: '1d', timeZone: 'Europe/Berlin' }, '1h'],
    [{ range: { previous: 'WEEK' }, every: '1d', timeZone: 'Asia/Kolkata' }, '1m'],
    // Whole days of UTC lie inside, the rest of the two days at the ends comes by the hour.
    [{ range: { previous: 'WEEK' }, timeZone: 'Europe/Berlin' }, '1h 1d 1h'],
    [{ range: { previous: 'WEEK' }, timeZone: 'Asia/Kolkata' }, '1m 1h 1d 1h 1m'],
  ];
  test.each(cases)('%j from %s', (asked, tables) => {
    expect(tablesRead(plan(asked))).toBe(tables);
  });
});

describe('the edges of a range that cuts through grains come from finer tables', () => {
  test('down to raw, and every instant is read once', () => {
    const range = { from: '2026-11-18T22:58:59.5Z', to: '2026-11-21T01:01:00.25Z' };
    const { parts } = plan({ range });
    expect(tablesRead(plan({ range }))).toBe('raw 1m 1h 1d 1h 1m raw');
    for (const [index, part] of parts.entries()) {
      if (index > 0) expect(part.fromUs).toBe(parts[index - 1]?.toUs);
    }
    expect(parts[0]?.fromUs).toBe(Date.parse('2026-11-18T22:58:59.500Z') * 1000);
    expect(parts.at(-1)?.toUs).toBe(Date.parse('2026-11-21T01:01:00.250Z') * 1000);
  });

  test('from raw alone where no whole grain lies in the range', () => {
    const range = { from: '2026-11-21T09:00:01.2Z', to: '2026-11-21T09:00:01.9Z' };
    expect(tablesRead(plan({ range }))).toBe('raw');
  });
});

describe('a rollup is not read for what it no longer has', () => {
  test('seconds are kept for hours', () => {
    const old = { from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:01:30Z' };
    expect(tablesRead(plan({ range: old, every: '10s', fields: ['path'] }))).toBe('raw');
  });

  test('raw is refused beyond what is kept of it, and rollups still answer', () => {
    const old = { from: '2026-09-01T00:00:00Z', to: '2026-09-02T00:00:00Z' };
    expect(tablesRead(plan({ range: old }))).toBe('1d');
    expect(() => plan({ range: old, fields: ['userId'] })).toThrow(/raw events older than 30d, which are not kept/);
    expect(() => plan({ range: { last: '60d' } })).toThrow(/Let the range begin on a whole grain/);
    expect(tablesRead(plan({ range: { last: '60d' }, every: '1d' }))).toBe('1d');
  });
});

describe('explain says why, and what would help', () => {
  test('the line of the declaration that would make a slow question cheap', () => {
    const { table, reason, advice } = plan({ range: { previous: 'DAY' }, fields: ['device', 'path'] });
    expect({ table, reason, advice }).toEqual({
      table: 'raw',
      reason: 'no rollup holds path, device',
      advice: '@rollup(by: ["path", "device"])',
    });
  });

  test('nothing is advised where no rollup could help', () => {
    expect(plan({ range: { previous: 'DAY' }, fields: ['seconds'] }).advice).toBeNull();
    expect(plan({ range: { previous: 'DAY' }, exact: true }).advice).toBeNull();
    expect(plan({ range: { last: '1m' }, every: '1500ms' }).advice).toBeNull();
  });

  test('every table that was not read is named with the reason', () => {
    const { notUsed } = plan({ range: { previous: 'DAY' }, timeZone: 'Europe/Berlin' });
    expect(Object.fromEntries(notUsed.map(({ table, reason }) => [table, reason]))).toEqual({
      rollup_1m: 'a coarser rollup has the same numbers in fewer rows',
      rollup_1d: 'no whole 1d of UTC lies in the range',
      rollup_path_1s: 'keeps the last hours only',
      rollup_path_1h: 'another rollup of this grain has fewer dimensions',
      raw: 'a rollup has the same numbers in fewer rows',
    });
  });
});

interface Asked {
  readonly range: TimeRangeInput;
  readonly every?: string;
  readonly timeZone?: string;
  readonly fields?: readonly string[];
  readonly exact?: boolean;
  readonly convertedQuantiles?: boolean;
}

function plan({ range, every, timeZone, fields = [], exact = false, convertedQuantiles = false }: Asked): MetricsPlan {
  const nowMs = Date.parse(NOW);
  return planMetrics({
    kind,
    range: resolveRange({ range, every: every ?? null, timeZone: timeZone ?? 'UTC', nowMs }),
    fields: kind.fields.filter((field) => fields.includes(field.name)),
    exact,
    convertedQuantiles,
    nowUs: nowMs * 1000,
  });
}

function tablesRead({ parts }: MetricsPlan): string {
  return parts.map(({ rollup }) => rollup?.shortName.replace('rollup_', '') ?? 'raw').join(' ');
}

function visitKind(): KindModel {
  const text = `
    type Visit @event(key: "userId", keepRaw: "30d") @rollup(by: ["path"], every: ["1s", "1h"]) {
      id: ID!
      userId: ID! @distinct
      path: String! @dimension(high: true)
      device: String @dimension
      seconds: Int @measure
      occurredAt: DateTime!
    }`;
  const result = compileDeclarations([{ file: 'visit.graphql', text }]);
  const found = result.ok ? result.model.kinds[0] : undefined;
  if (found === undefined) throw new Error(JSON.stringify(result));
  return found;
}
