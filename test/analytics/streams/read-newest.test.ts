import { describe, expect, test } from 'vitest';
import { readNewest } from '../../../src/analytics/streams/read-newest.ts';
import type { StreamPlace } from '../../../src/analytics/streams/stream-page.ts';
import { randomFrom } from '../../support/random.ts';

interface Row {
  readonly place: number;
  readonly written: number;
}

describe.each(['first', 'last'] as const)('rows read from the newest on, of each place the one written %s', (shows) => {
  test.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'are those that a look at the whole table gives, wherever a round ends (seed %i)',
    async (seed) => {
      const below = randomFrom(seed);
      const table = randomTable(below);
      const isKept = (row: Row) => row.place % 3 !== seed % 3;
      const whole = new Map<number, Row>();
      for (const row of table) if (shows === 'first' || !whole.has(row.place)) whole.set(row.place, row);
      const expected = [...whole.values()].filter(isKept);

      const pageSize = 1 + below(60);
      const met: Row[] = [];
      for (let from: StreamPlace | null = null; ; ) {
        const rows = await readNewest(pageSize + 1, from, {
          read: async (after, limit) =>
            table.filter(({ place }) => after === null || place < Number(after.tie)).slice(0, limit),
          placeOf,
          shows,
          keep: (all) => all.filter(isKept),
        });
        const page = rows.slice(0, pageSize);
        met.push(...page);
        const last = page.at(-1);
        if (rows.length <= pageSize || last === undefined) break;
        from = placeOf(last);
      }
      expect(met).toEqual(expected);
    },
  );
});

/** Newest place first, and of one place the last written first. Some places have more rows than a round reads. */
function randomTable(below: (bound: number) => number): readonly Row[] {
  let written = 0;
  return Array.from({ length: 80 }, (_, place) => {
    const count = below(15) === 0 ? 300 + below(900) : 1 + below(4);
    return Array.from({ length: count }, () => ({ place, written: written++ }));
  })
    .flat()
    .reverse();
}

function placeOf({ place }: Row): StreamPlace {
  return { timeUs: '0', tie: String(place) };
}
