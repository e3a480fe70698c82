import type { PatternDefinition, StepDefinition } from '../../../src/processor/patterns/pattern.ts';

export interface Seen {
  readonly timeUs: number;
  readonly id: string;
  readonly members: Readonly<Record<string, unknown>>;
}

export interface Found {
  readonly ids: readonly string[];
  readonly atUs: number;
}

/**
 * Every match in events that are in order, from the definition and nothing else: for each first event and for each choice of how often the
 * steps with `orMore` repeat, the one way through; then the first that is complete, and then what overlaps is left out.
 */
export function bruteForceMatches(pattern: PatternDefinition, events: readonly Seen[]): readonly Found[] {
  const choices = countsOf(pattern.steps, events.length);
  const attempts = events.flatMap((_, first) => {
    const best = bestOf(pattern, events, first, choices);
    return best === null ? [] : [best];
  });
  attempts.sort((a, b) => a.atUs - b.atUs || a.completeAt - b.completeAt || a.first - b.first);
  const found: Complete[] = [];
  for (const attempt of attempts) {
    const skips = pattern.afterMatch === 'SKIP_PAST_LAST' && found.some((match) => attempt.first <= match.last);
    if (!skips) found.push(attempt);
  }
  return found.map(({ ids, atUs }) => ({ ids, atUs }));
}

interface Complete extends Found {
  readonly first: number;
  /** Index of its last event. */
  readonly last: number;
  /** Index of the event that completed it. An absence is over just before the first event that is later than its end. */
  readonly completeAt: number;
}

function bestOf(
  pattern: PatternDefinition,
  events: readonly Seen[],
  first: number,
  choices: readonly (readonly number[])[],
): Complete | null {
  let best: Complete | null = null;
  for (const counts of choices) {
    const way = wayOf(pattern, events, first, counts);
    // Counts come the larger first, so that of equals the first one found counts.
    if (way !== null && (best === null || way.completeAt < best.completeAt)) best = way;
  }
  return best;
}

/** Every choice of how many events each step takes, larger numbers of earlier steps first. */
function countsOf(steps: readonly StepDefinition[], most: number): readonly (readonly number[])[] {
  return steps.reduce<readonly (readonly number[])[]>(
    (choices, { times, orMore, contiguity }) => {
      const max = orMore ? Math.max(times, most) : times;
      const counts =
        contiguity === 'NOT_FOLLOWED_BY' ? [0] : Array.from({ length: max - times + 1 }, (_, less) => max - less);
      const longer = choices.flatMap((choice) => counts.map((count) => [...choice, count]));
      return longer.filter((choice) => choice.reduce((sum, count) => sum + count, 0) <= most);
    },
    [[]],
  );
}

function wayOf(
  { steps, withinMs }: PatternDefinition,
  events: readonly Seen[],
  first: number,
  counts: readonly number[],
): Complete | null {
  const endUs = (events[first]?.timeUs ?? 0) + withinMs * 1000;
  const taken: number[] = [];
  const earlier: Record<string, Seen['members'][]> = Object.fromEntries(steps.map(({ name }) => [name, []]));
  const fits = (step: StepDefinition, at: number) => {
    const event = events[at];
    if (event === undefined) return false;
    const passes = typeof step.where !== 'function' || step.where(event.members);
    return passes && (step.given?.(event.members, earlier) ?? true);
  };
  let forbidden: StepDefinition | null = null;
  for (const [number, step] of steps.entries()) {
    if (step.contiguity === 'NOT_FOLLOWED_BY') {
      forbidden = step;
      continue;
    }
    for (let count = 0; count < (counts[number] ?? 0); count++) {
      const from = taken.at(-1);
      let at = from === undefined ? first : from + 1;
      while (!fits(step, at)) {
        if (from === undefined || step.contiguity === 'NEXT' || at >= events.length) return null;
        if (forbidden !== null && count === 0 && fits(forbidden, at)) return null;
        at++;
      }
      if ((events[at]?.timeUs ?? 0) > endUs) return null;
      taken.push(at);
      earlier[step.name]?.push(events[at]?.members ?? {});
    }
    forbidden = null;
  }
  const last = taken.at(-1) ?? first;
  const ids = taken.map((at) => events[at]?.id ?? '');
  if (forbidden === null) return { ids, atUs: events[last]?.timeUs ?? 0, first, last, completeAt: last };
  for (let at = last + 1; at < events.length && (events[at]?.timeUs ?? 0) <= endUs; at++) {
    if (fits(forbidden, at)) return null;
  }
  return { ids, atUs: endUs, first, last, completeAt: events.length };
}
