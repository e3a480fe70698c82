import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  RANGES,
  type RangeName,
  searchOf,
  VIEW_DEFAULT,
  type View,
  viewOf,
  withFilter,
} from '../../dashboard/state/view.ts';

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
  panel: fc.option(fc.stringMatching(/^[a-z-]{1,9}$/)),
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
