import type { AlertOutput, MatchedEvent } from '../operator.ts';
import { type Attempt, endAttempts, endOf, type Taken, type Turned, takeEvent, takenInOrder } from './attempts.ts';
import type { Automaton } from './automaton.ts';
import { type Moment, NO_MATTER, type OrderedRule } from './in-event-order.ts';
import { readUnderWay, writeUnderWay } from './under-way-bytes.ts';

/** Raises an alert for every match of a pattern. */
export function patternRule(automaton: Automaton, { reason, placesMax = PLACES_MAX }: PatternRuleOptions) {
  const begins = automaton.states[0]?.takes ?? 0;
  const endsAbsent = automaton.states.at(-1)?.takes === 0;
  const eventsNeeded = automaton.steps.reduce(
    (sum, { contiguity, times }) => sum + (contiguity === 'NOT_FOLLOWED_BY' ? 0 : times),
    0,
  );
  const settle = ({ attempts, matches }: Turned, { nextNumber, givenUp }: Counts, moment: Moment): UnderWay | null => {
    for (const match of matches) moment.raise(alertOf(automaton, match, { endsAbsent, givenUp, reason }));
    return bounded({ attempts, nextNumber, givenUp }, placesMax);
  };
  const rule: OrderedRule<UnderWay> = {
    look(event) {
      const fits = automaton.fits(event);
      return fits === 0 && !automaton.minds ? NO_MATTER : fits;
    },
    onTurn({ look, event }, state, moment) {
      if (event === null) return state === null ? null : notFitting(automaton, state);
      if (state === null && (look & begins) === 0) return null;
      const { attempts, nextNumber: number, givenUp } = state ?? NOTHING_YET;
      const turned = takeEvent(automaton, attempts, { event, number }, look);
      return settle(turned, { nextNumber: number + 1, givenUp }, moment);
    },
    onTime(state, beforeUs, moment) {
      const [oldest] = state.attempts;
      if (oldest === undefined || endOf(automaton, oldest) >= beforeUs) return state;
      return settle(endAttempts(automaton, state.attempts, beforeUs), state, moment);
    },
    // An absence is told when its time is over; else there is only to tidy up, which can be done once for all.
    dueUs({ attempts }) {
      const attempt = attempts[endsAbsent ? 0 : attempts.length - 1];
      return attempt === undefined ? null : endOf(automaton, attempt);
    },
    isUrgent: (marked, state) => endsAbsent || (marked > 0 && marked + mostTaken(state) >= eventsNeeded),
    write: writeUnderWay,
    read: readUnderWay,
  };
  return rule;
}

export interface PatternRuleOptions {
  /** What the alert says, in words. Pure. */
  readonly reason: (match: Match) => string;
  /** PLACES_MAX unless a test says less. */
  readonly placesMax?: number;
}

export interface Match {
  readonly events: readonly MatchedEvent[];
  /** By the name of the step, those it took. */
  readonly steps: Readonly<Record<string, readonly MatchedEvent[]>>;
  readonly matchedAtUs: number;
}

/**
 * How many events the ways of one key hold at most, each way counted by itself. n attempts of a step that repeats hold up to n²/2, so this is
 * enough for 140 attempts at once, and for the longest pattern (100 events, 4,950) twice. Written, they are much smaller. Beyond it the oldest
 * attempts are given up.
 */
export const PLACES_MAX = 10_000;

export interface UnderWay extends Counts {
  /** In the order of their first events. */
  readonly attempts: readonly Attempt[];
}

interface Counts {
  readonly nextNumber: number;
  /** Attempts that had to make room. Told with the key's next alert. */
  readonly givenUp: number;
}

const NOTHING_YET: UnderWay = { attempts: [], nextNumber: 0, givenUp: 0 };

/** An event that fits no step ends the ways that wait for the very next one, and changes no other. */
function notFitting(automaton: Automaton, { attempts, ...counts }: UnderWay): UnderWay | null {
  const left = attempts.flatMap((attempt) => {
    const ways = attempt.ways.filter(({ state }) => automaton.states[state]?.strict === false);
    return ways.length === 0 ? [] : [{ ...attempt, ways }];
  });
  return left.length === 0 ? null : { attempts: left, ...counts };
}

function alertOf(
  automaton: Automaton,
  last: Taken,
  { endsAbsent, givenUp, reason }: { readonly endsAbsent: boolean; readonly givenUp: number } & PatternRuleOptions,
): Omit<AlertOutput, 'id'> {
  const taken = takenInOrder(last);
  const events = taken.map(({ event }) => event);
  const firstUs = events[0]?.timeUs ?? last.event.timeUs;
  const matchedAtUs = endsAbsent ? firstUs + automaton.withinUs : last.event.timeUs;
  const steps: Record<string, MatchedEvent[]> = {};
  for (const [number, { name }] of automaton.steps.entries()) {
    steps[name] = taken.filter(({ step }) => step === number).map(({ event }) => event);
  }
  const words = reason({ events, steps, matchedAtUs });
  const lost =
    givenUp === 0 ? '' : ` (before it ${givenUp} older attempts of this key were given up: too many at once)`;
  return { reason: words + lost, matchedAtUs, events };
}

function bounded({ attempts, nextNumber, givenUp }: UnderWay, placesMax: number): UnderWay | null {
  if (attempts.length === 0) return null;
  const places = attempts.map(({ ways }) => ways.reduce((sum, { taken }) => sum + taken.count, 0));
  let excess = places.reduce((sum, each) => sum + each, 0) - placesMax;
  let from = 0;
  for (; excess > 0; from++) excess -= places[from] ?? 0;
  if (from === attempts.length) return null;
  return { attempts: from === 0 ? attempts : attempts.slice(from), nextNumber, givenUp: givenUp + from };
}

function mostTaken(state: UnderWay | null): number {
  let most = 0;
  for (const { ways } of state?.attempts ?? []) for (const { taken } of ways) most = Math.max(most, taken.count);
  return most;
}
