import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedKeys } from '../../src/processor/backtest/sorted-keys.ts';

test('any texts that come and go are there in the order of their bytes, whole and by range', () => {
  const key = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 3 }),
    fc.nat(5_000).map((n) => `t${n}`),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), key), { maxLength: 4_000, size: 'max' }),
      key,
      key,
      (steps, from, to) => {
        const keys = new SortedKeys();
        const wanted = new Set<string>();
        for (const [adds, each] of steps) {
          if (adds) keys.add(each);
          else keys.delete(each);
          if (adds) wanted.add(each);
          else wanted.delete(each);
        }
        const bytes = (text: string) => Buffer.from(text);
        const sorted = [...wanted].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
        const isIn = (each: string) =>
          Buffer.compare(bytes(each), bytes(from)) >= 0 && Buffer.compare(bytes(each), bytes(to)) < 0;
        expect([...keys.range(from, to)]).toEqual(sorted.filter(isIn));
      },
    ),
    { numRuns: 50 },
  );
});
