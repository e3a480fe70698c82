import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sheet } from '../../dashboard/state/sheet.ts';
import {
  RANGES,
  type RangeName,
  searchOf,
  VIEW_DEFAULT,
  type View,
  viewOf,
  withFilter,
} from '../../dashboard/state/view.ts';

const names = fc.stringMatching(/^[a-z][A-Za-z]{0,6}$/);
const texts = fc.string({ minLength: 1, unit: 'grapheme' });

const sheets: fc.Arbitrary<Sheet> = fc.oneof(
  fc.constant({ of: 'ledger' as const }),
  fc.record({ of: fc.constant('event' as const), id: fc.oneof(fc.constant(''), texts), kind: fc.option(texts) }),
  fc.record({
    of: fc.constant('number' as const),
    kind: fc.stringMatching(/^[A-Z_]{1,9}$/),
    measure: names,
    where: fc
      .uniqueArray(fc.tuple(names, fc.option(texts)), { selector: ([name]) => name })
      .map((entries) => new Map(entries)),
    range: fc.constantFrom(null, { last: '5m' }, { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:01:00Z' }),
    convertTo: fc.constantFrom(null, 'EUR'),
  }),
);

const views: fc.Arbitrary<View> = fc.record({
  range: fc.constantFrom(...(Object.keys(RANGES) as RangeName[])),
  filters: fc
    .uniqueArray(
      fc.tuple(
        fc.stringMatching(/^[a-z][A-Za-z]{0,6}$/),
        fc.uniqueArray(fc.option(fc.string({ minLength: 1, unit: 'grapheme' })), { minLength: 1 }),
      ),
      { selector: ([dimension]) => dimension },
    )
    .map((entries) => new Map(entries)),
  paused: fc.boolean(),
  theme: fc.constantFrom('light', 'dark', null),
  sheet: fc.option(sheets),
});

test('whatever is looked at, its address shows the same to another person', () => {
  fc.assert(
    fc.property(views, (view) => {
      expect(viewOf(searchOf(view))).toEqual(view);
    }),
  );
});

test('an address that says nothing, or nothing that is known, is the view to begin with', () => {
  expect(viewOf('')).toEqual(VIEW_DEFAULT);
  expect(viewOf('?range=constructor&theme=blue&other=1')).toEqual(VIEW_DEFAULT);
  expect(searchOf(VIEW_DEFAULT)).toBe('');
});

test('a value that is filtered by twice is filtered by no longer', () => {
  const once = withFilter(VIEW_DEFAULT, 'country', 'DE');
  const both = withFilter(once, 'country', null);
  expect([...both.filters]).toEqual([['country', ['DE', null]]]);
  expect(withFilter(withFilter(both, 'country', 'DE'), 'country', null)).toEqual(VIEW_DEFAULT);
});
