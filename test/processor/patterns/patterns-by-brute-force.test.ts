import { expect, test } from 'vitest';
import { compileAutomaton } from '../../../src/processor/patterns/automaton.ts';
import { inOrder } from '../../../src/processor/patterns/event-order.ts';
import { inEventOrder } from '../../../src/processor/patterns/in-event-order.ts';
import type { Filter, Given, PatternDefinition, StepDefinition } from '../../../src/processor/patterns/pattern.ts';
import { patternFaults } from '../../../src/processor/patterns/pattern-faults.ts';
import { patternRule } from '../../../src/processor/patterns/pattern-rule.ts';
import { randomFrom } from '../../support/random.ts';
import { driveOperator, stream } from '../drive-operator.ts';
import { bruteForceMatches, type Found, type Seen } from './brute-force-matches.ts';

type Below = (below: number) => number;

/** Enough to find each mistake that was planted here; `PATTERN_SEEDS=20000` for more. */
const SEEDS = Number(process.env.PATTERN_SEEDS ?? 500);

test('random patterns over shuffled events find the matches that brute force finds in sorted ones', {
  timeout: 600_000,
}, () => {
  let matches = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const below = randomFrom(seed * 7919 + 1);
    const pattern = randomPattern(below);
    const events = randomEvents(below);
    const sorted = events.toSorted(inOrder);
    const expected = bruteForceMatches(pattern, sorted);
    const found = matchesOf(pattern, shuffled(events, below));
    matches += expected.length;
    expect(found, JSON.stringify({ seed, pattern, sorted })).toEqual(expected);
  }
  // Or it compared nothing with nothing.
  expect(matches).toBeGreaterThan(SEEDS / 2);
});

function matchesOf(pattern: PatternDefinition, events: readonly SeenHere[]): readonly Found[] {
  const automaton = compileAutomaton(pattern, () => () => false);
  const operator = inEventOrder(patternRule(automaton, { reason: () => '' }), { name: 'p', allowedLatenessMs: 0 });
  const driven = driveOperator(operator, stream(events));
  expect(driven.keysWithState).toBe(0);
  return driven.outputs.map(({ output }) => {
    if (output.stream !== 'alerts') throw new Error(`expected alerts alone, got ${output.stream}`);
    return { ids: output.record.events.map(({ id }) => id), atUs: output.record.matchedAtUs };
  });
}

function randomPattern(below: Below): PatternDefinition {
  for (;;) {
    const steps = Array.from({ length: 1 + below(4) }, (_, number) => randomStep(number, below));
    const afterMatch = below(2) === 0 ? ('SKIP_PAST_LAST' as const) : ('SKIP_TO_NEXT' as const);
    const pattern = { steps, withinMs: 1 + below(8), afterMatch };
    if (patternFaults(pattern).length === 0) return pattern;
  }
}

function randomStep(number: number, below: Below): StepDefinition {
  const contiguity = pick(['NEXT', 'FOLLOWED_BY', 'FOLLOWED_BY', 'NOT_FOLLOWED_BY'] as const, below);
  const name = `s${number}`;
  const where = pick(FILTERS, below);
  if (contiguity === 'NOT_FOLLOWED_BY') return { name, contiguity, where, times: 1, orMore: false };
  const given = below(4) === 0 ? pick(GIVENS, below) : null;
  return { name, contiguity, where, given, times: 1 + below(2), orMore: below(3) === 0 };
}

const letters =
  (...fitting: readonly string[]): Filter =>
  ({ letter }) =>
    fitting.includes(String(letter));
const FILTERS: readonly (Filter | null)[] = [
  null,
  letters('a'),
  letters('a'),
  letters('b'),
  letters('b'),
  letters('c'),
  letters('a', 'b'),
  letters('a', 'c'),
];

const GIVENS: readonly Given[] = [
  ({ amount }, { s0 }) => Number(amount) >= Number(s0?.[0]?.amount ?? 0),
  ({ amount }, { s1 }) => Number(amount) !== Number(s1?.at(-1)?.amount ?? -1),
  ({ amount }, earlier) => (Object.values(earlier).flat().length + Number(amount)) % 3 !== 0,
  (_, { s0 }) => s0?.length === 1,
];

/** Milliseconds apart by 0, 1 or a few, some by a microsecond: equal times, and times on the border of `within`, are as frequent as others. */
function randomEvents(below: Below): readonly SeenHere[] {
  let timeUs = 1_000_000_000;
  const ids = shuffled(
    Array.from({ length: 3 + below(8) }, (_, at) => `e${at}`),
    below,
  );
  return ids.map((id) => {
    timeUs += pick([0, 0, 1, 1000, 1000, 2000, 4000], below);
    const members = { letter: pick(['a', 'a', 'b', 'b', 'c', 'x'], below), amount: below(4) };
    return { topic: 'transactions', id, timeUs, members };
  });
}

type SeenHere = Seen & { readonly topic: string };

function shuffled<T>(items: readonly T[], below: Below): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(below(left.length), 1));
}

function pick<T>(choices: readonly T[], below: Below): T {
  const choice = choices[below(choices.length)];
  if (choice === undefined) throw new Error('expected a choice');
  return choice;
}
