import type { AlertOutput, MatchedEvent } from '../operator.ts';
import type { StateReader, StateWriter } from '../state-bytes.ts';
import {
  type Attempt,
  endAttempts,
  endOf,
  type Taken,
  type Turned,
  takeEvent,
  takenInOrder,
  type Way,
} from './attempts.ts';
import type { Automaton } from './automaton.ts';
import { type Moment, NO_MATTER, type OrderedRule, readEvents, writeEvents } from './in-event-order.ts';

/** Raises an alert for every match of a pattern. */
export function patternRule(automaton: Automaton, { reason, placesMax = PLACES_MAX }: PatternRuleOptions) {
  const begins = automaton.states[0]?.takes ?? 0;
  const endsAbsent = automaton.states.at(-1)?.takes === 0;
  const eventsNeeded = automaton.steps.reduce(
    (sum, { contiguity, times }) => sum + (contiguity === 'NOT_FOLLOWED_BY' ? 0 : times),
    0,
  );
  const settle = (turned: Turned, givenUp: number, moment: Moment): UnderWay | null => {
    for (const match of turned.matches) moment.raise(alertOf(automaton, match, { endsAbsent, givenUp, reason }));
    return bounded(turned.attempts, givenUp, placesMax);
  };
  const rule: OrderedRule<UnderWay> = {
    look({ members }) {
      const fits = automaton.fits(members);
      return fits === 0 && !automaton.minds ? NO_MATTER : fits;
    },
    onTurn({ look, event }, state, moment) {
      if (event === null) return state === null ? null : notFitting(automaton, state);
      if (state === null && (look & begins) === 0) return null;
      return settle(takeEvent(automaton, state?.attempts ?? [], event, look), state?.givenUp ?? 0, moment);
    },
    onTime(state, beforeUs, moment) {
      const [oldest] = state.attempts;
      if (oldest === undefined || endOf(automaton, oldest) >= beforeUs) return state;
      return settle(endAttempts(automaton, state.attempts, beforeUs), state.givenUp, moment);
    },
    // An absence is told when its time is over; else there is only to tidy up, which can be done once for all.
    dueUs({ attempts }) {
      const attempt = endsAbsent ? attempts[0] : attempts.at(-1);
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
 * How many events the ways of one key hold at most, each way counted by itself. A place takes 2 bytes of state (3 from the 128th event on),
 * so this is 20 to 30 KB that are written anew with each event of the key. Beyond it the oldest attempts are given up.
 */
export const PLACES_MAX = 10_000;

export interface UnderWay {
  readonly attempts: readonly Attempt[];
  /** Attempts that had to make room. Told with the key's next alert. */
  readonly givenUp: number;
}

/** An event that fits no step ends the ways that wait for the very next one, and changes no other. */
function notFitting(automaton: Automaton, { attempts, givenUp }: UnderWay): UnderWay | null {
  const left = attempts.flatMap((attempt) => {
    const ways = attempt.ways.filter(({ state }) => automaton.states[state]?.strict === false);
    return ways.length === 0 ? [] : [{ ...attempt, ways }];
  });
  return left.length === 0 ? null : { attempts: left, givenUp };
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

function bounded(attempts: readonly Attempt[], givenUp: number, placesMax: number): UnderWay | null {
  if (attempts.length === 0) return null;
  const places = attempts.map(({ ways }) => ways.reduce((sum, { taken }) => sum + taken.count, 0));
  let excess = places.reduce((sum, each) => sum + each, 0) - placesMax;
  let from = 0;
  for (; excess > 0; from++) excess -= places[from] ?? 0;
  if (from === attempts.length) return null;
  return { attempts: from === 0 ? attempts : attempts.slice(from), givenUp: givenUp + from };
}

function mostTaken(state: UnderWay | null): number {
  let most = 0;
  for (const { ways } of state?.attempts ?? []) for (const { taken } of ways) most = Math.max(most, taken.count);
  return most;
}

/**
 *   given up | events, each once, in the order in which ways name them first | number of attempts
 *   each attempt: number of ways | each way: its state, how many it took | each: number of the event, step
 */
function writeUnderWay({ attempts, givenUp }: UnderWay, writer: StateWriter): void {
  const numbers = new Map<MatchedEvent, number>();
  for (const { ways } of attempts) {
    for (const { taken } of ways) {
      for (const { event } of takenInOrder(taken)) if (!numbers.has(event)) numbers.set(event, numbers.size);
    }
  }
  writer.whole(givenUp);
  writeEvents([...numbers.keys()], writer);
  writer.whole(attempts.length);
  for (const { ways } of attempts) {
    writer.whole(ways.length);
    for (const { state, taken } of ways) {
      writer.whole(state).whole(taken.count);
      for (const { event, step } of takenInOrder(taken)) writer.whole(numbers.get(event) ?? 0).whole(step);
    }
  }
}

function readUnderWay(reader: StateReader): UnderWay {
  const givenUp = reader.whole();
  const events = readEvents(reader);
  const attempts: Attempt[] = [];
  for (let left = reader.whole(); left > 0; left--) attempts.push(readAttempt(events, reader));
  return { attempts, givenUp };
}

function readAttempt(events: readonly MatchedEvent[], reader: StateReader): Attempt {
  const ways: Way[] = [];
  for (let left = reader.whole(); left > 0; left--) {
    const state = reader.whole();
    ways.push({ state, taken: readTaken(events, reader) });
  }
  const first = ways[0] === undefined ? undefined : takenInOrder(ways[0].taken)[0]?.event;
  if (first === undefined) throw new Error('expected an attempt with an event in the state');
  return { first, ways };
}

function readTaken(events: readonly MatchedEvent[], reader: StateReader): Taken {
  const count = reader.whole();
  let last: Taken | null = null;
  for (let place = 1; place <= count; place++) {
    const event = events[reader.whole()];
    const step = reader.whole();
    if (event === undefined) throw new Error('expected an event of the state');
    last = { event, step, before: last, count: place };
  }
  if (last === null) throw new Error('expected a way with an event in the state');
  return last;
}
