import { randomFrom } from './random.ts';
import type { GivenEvent } from './stamped-events.ts';

/** Payments and activities in which every job that comes with the product finds something: shuffled, some of them late. */
export interface MixedEvents {
  readonly transactions: readonly GivenEvent[];
  readonly activities: readonly GivenEvent[];
}

export function mixedEvents(count: number, seed: number): MixedEvents {
  const below = randomFrom(seed);
  const user = () => `user-${below(USERS)}`;
  // Of disorder that is waited for there are 10 s.
  const timeMs = (at: number) => MIXED_FROM_MS + at * 2_000 - below(15_000);
  return {
    transactions: Array.from({ length: count }, (_, at) => {
      const cents = below(4) === 0 ? 100_000 + below(200_000) : 100 + below(5_000);
      return {
        key: user(),
        id: `t-${at}`,
        timeMs: timeMs(at),
        members: {
          amount: (cents / 100).toFixed(2),
          currency: 'EUR',
          status: below(10) === 0 ? 'DECLINED' : 'CAPTURED',
          category: 'travel',
          country: ['DE', 'FR', 'JP'][below(3)],
          merchant: `m-${below(5)}`,
        },
      };
    }),
    activities: Array.from({ length: count }, (_, at) => ({
      key: user(),
      id: `a-${at}`,
      timeMs: timeMs(at),
      members: { type: below(3) === 0 ? 'CLICK' : 'PAGE_VIEW', path: `/p/${below(9)}` },
    })),
  };
}

const USERS = 60;
export const MIXED_FROM_MS = Date.UTC(2026, 2, 1);
