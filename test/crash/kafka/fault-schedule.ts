import { nextRandom, seedBits } from '../../../src/cli/generate/random.ts';

export type Victim = 'broker' | 'admission' | 'gateway' | 'engine' | 'loader';

/** One fault: who, what is done to it, and how long after the moment it is due. */
export interface Fault {
  /** Due when this share of the events has been sent. */
  readonly atShare: number;
  readonly victim: Victim;
  /** Which of several. */
  readonly which: number;
  /** `freeze`: SIGSTOP for longer than anybody waits for it, then SIGCONT, when others have its work. */
  readonly how: 'kill' | 'freeze';
  readonly delayMs: number;
  /** Null, or how long after the first kill the second one comes, in the middle of recovery. Both count. */
  readonly againAfterMs: number | null;
}

const WEIGHTS: readonly (readonly [Victim, Fault['how'], number])[] = [
  ['broker', 'kill', 0.15],
  ['broker', 'freeze', 0.1],
  ['admission', 'kill', 0.25],
  ['admission', 'freeze', 0.15],
  ['gateway', 'kill', 0.15],
  ['engine', 'kill', 0.1],
  ['engine', 'freeze', 0.05],
  ['loader', 'kill', 0.05],
];

/** The list of faults that a seed gives, `faults` of them, spread evenly over the events. A frozen member of admission is always among them. */
export function faultSchedule(seed: string, faults: number): readonly Fault[] {
  let bits = seedBits(seed);
  const random = (): number => {
    bits = nextRandom(bits);
    return bits / 2 ** 32;
  };
  const schedule: Fault[] = [];
  for (let done = 0; done < faults; ) {
    const [victim, how] = done === 0 ? (['admission', 'freeze'] as const) : pick(random());
    const again = how === 'kill' && done + 2 <= faults && random() < 0.3;
    schedule.push({
      atShare: (done + 0.5) / faults,
      victim,
      which: Math.floor(random() * 1_000),
      how,
      delayMs: random() * 400,
      againAfterMs: again ? random() * 2_500 : null,
    });
    done += again ? 2 : 1;
  }
  return schedule;
}

function pick(share: number): readonly [Victim, Fault['how']] {
  let left = share;
  for (const [victim, how, weight] of WEIGHTS) {
    if (left < weight) return [victim, how];
    left -= weight;
  }
  return ['admission', 'kill'];
}
