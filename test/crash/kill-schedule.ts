import { nextRandom, seedBits } from '../../src/cli/generate/random.ts';
import type { Victim } from './driven-product.ts';

/** One fault: who, how long after the moment it is due, and whether recovery from it is hit too. */
export interface Kill {
  /** Due when this share of the events has been sent. */
  readonly atShare: number;
  readonly victim: Victim;
  /** Up to 400 ms later, so that kills fall into every phase of a load. */
  readonly delayMs: number;
  /** Null, or how long after the first kill the second one comes. Both count. */
  readonly againAfterMs: number | null;
}

/** The list of faults that a seed gives, about `kills` SIGKILLs spread evenly over the events. */
export function killSchedule(seed: string, kills: number): readonly Kill[] {
  let bits = seedBits(seed);
  const random = (): number => {
    bits = nextRandom(bits);
    return bits / 2 ** 32;
  };
  const schedule: Kill[] = [];
  for (let done = 0; done < kills; ) {
    const victim = pick<Victim>(random(), [
      ['tree', 0.35],
      ['gateway', 0.25],
      ['engine', 0.4],
    ]);
    // A third of all kills: enough that more than one in five falls into recovery.
    const again = done + 2 <= kills && random() < 0.3;
    schedule.push({
      atShare: (done + 0.5) / kills,
      victim,
      delayMs: random() * 400,
      // A start takes about two seconds: from just begun to just ready.
      againAfterMs: again ? random() * 2_500 : null,
    });
    done += again ? 2 : 1;
  }
  return schedule;
}

function pick<Value>(share: number, weighted: readonly (readonly [Value, number])[]): Value {
  let left = share;
  for (const [value, weight] of weighted) {
    if (left < weight) return value;
    left -= weight;
  }
  const last = weighted.at(-1);
  if (last === undefined) throw new Error('nothing to pick from');
  return last[0];
}
