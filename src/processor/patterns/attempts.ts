import type { MatchedEvent } from '../operator.ts';
import { type Automaton, MATCH, type State } from './automaton.ts';
import type { Members } from './pattern.ts';

/** One beginning of a match, and every way it may still go, those first that count before others. Always at least one. */
export interface Attempt {
  readonly first: Numbered;
  ways: readonly Way[];
}

export interface Way {
  /** What it waits for. */
  readonly state: number;
  readonly taken: Taken;
}

/** An event that fits some step, and which of the key it was. */
export interface Numbered {
  readonly event: MatchedEvent;
  readonly number: number;
}

/** The events of a way from the last to the first: ways that part share what they had. */
export interface Taken extends Numbered {
  readonly step: number;
  readonly before: Taken | null;
  readonly count: number;
}

/** What `step` does to attempts: those that are left, and the matches in the order of their first events. */
export interface Turned {
  readonly attempts: readonly Attempt[];
  readonly matches: readonly Taken[];
}

/** The next event of the key, and `fits`, the steps it fits by their filters. Attempts are in the order of their first events. */
export function takeEvent(automaton: Automaton, before: readonly Attempt[], next: Numbered, fits: number): Turned {
  const attempts: Attempt[] = [];
  const matches: Taken[] = [];
  for (const { first, ways: open } of before) {
    const { ways, match } = continueWays(automaton, open, next, fits);
    if (match !== null) matches.push(match);
    else if (ways.length > 0) attempts.push({ first, ways });
  }
  if (begins(automaton, next, fits)) {
    const ways: Way[] = [];
    const match = goOn(automaton, START, { ...next, step: 0, before: null, count: 1 }, ways);
    if (match !== null) matches.push(match);
    else if (ways.length > 0) attempts.push({ first: next, ways });
  }
  return skip(automaton, attempts, matches);
}

/** Every event before `beforeUs` was taken: attempts whose time is over are complete, if all they waited for was its end, or are given up. */
export function endAttempts(automaton: Automaton, before: readonly Attempt[], beforeUs: number): Turned {
  const attempts: Attempt[] = [];
  const matches: Taken[] = [];
  for (const attempt of before) {
    if (endOf(automaton, attempt) >= beforeUs) attempts.push(attempt);
    else {
      const absent = attempt.ways.find(({ state }) => stateAt(automaton, state).takes === 0);
      if (absent !== undefined) matches.push(absent.taken);
    }
  }
  return skip(automaton, attempts, matches);
}

/** The last moment at which it can still take an event. */
export function endOf({ withinUs }: Automaton, { first }: Attempt): number {
  return first.event.timeUs + withinUs;
}

/** From the first to the last. */
export function takenInOrder(last: Taken): readonly Taken[] {
  const taken: Taken[] = new Array(last.count);
  for (let each: Taken | null = last; each !== null; each = each.before) taken[each.count - 1] = each;
  return taken;
}

const START = 0;

function begins(automaton: Automaton, { event }: Numbered, fits: number): boolean {
  const { takes, given } = stateAt(automaton, START);
  return (takes & fits) !== 0 && (given === null || given(event.members, earlierOf(automaton, null)));
}

/** A match ends the attempt: the first way that is complete is the one that counts. */
function continueWays(automaton: Automaton, before: readonly Way[], next: Numbered, fits: number) {
  const ways: Way[] = [];
  for (const way of before) {
    const state = stateAt(automaton, way.state);
    if (takes(automaton, state, way.taken, next, fits)) {
      const taken = { ...next, step: state.step, before: way.taken, count: way.taken.count + 1 };
      const match = goOn(automaton, way.state, taken, ways);
      if (match !== null) return { ways: [], match };
    } else if (!state.strict && (state.forbids & fits) === 0) {
      add(automaton, way, ways);
    }
  }
  return { ways, match: null };
}

function takes(automaton: Automaton, state: State, before: Taken, { event }: Numbered, fits: number): boolean {
  if ((state.takes & fits) === 0) return false;
  return state.given === null || state.given(event.members, earlierOf(automaton, before));
}

/** The event was taken in this state: on to the ones that follow, or the match. */
function goOn(automaton: Automaton, from: number, taken: Taken, ways: Way[]): Taken | null {
  const { next } = stateAt(automaton, from);
  if (next.includes(MATCH)) return taken;
  for (const state of next) add(automaton, { state, taken }, ways);
  return null;
}

/** Two ways of one attempt that wait for the same thing have the same future, so only the one that counts first is kept; unless steps look back. */
function add({ looksBack }: Automaton, way: Way, ways: Way[]): void {
  if (looksBack || !ways.some(({ state }) => state === way.state)) ways.push(way);
}

/** Matches are complete at the same moment, or one after the other. Without overlaps each gives up what began before it ended. */
function skip({ overlapping }: Automaton, attempts: readonly Attempt[], complete: readonly Taken[]): Turned {
  const [earliest] = complete;
  if (overlapping || earliest === undefined) return { attempts, matches: complete };
  const matches = [earliest];
  let last = earliest.number;
  for (const match of complete) {
    if (firstOf(match).number > last) {
      matches.push(match);
      last = match.number;
    }
  }
  return { attempts: attempts.filter(({ first }) => first.number > last), matches };
}

function firstOf(taken: Taken): Taken {
  let first = taken;
  while (first.before !== null) first = first.before;
  return first;
}

/** By name of the step; its own name too, with what it took so far. */
function earlierOf({ steps }: Automaton, last: Taken | null): Readonly<Record<string, readonly Members[]>> {
  const earlier: Record<string, Members[]> = Object.fromEntries(steps.map(({ name }) => [name, []]));
  if (last === null) return earlier;
  for (const { event, step } of takenInOrder(last)) earlier[steps[step]?.name ?? '']?.push(event.members);
  return earlier;
}

function stateAt({ states }: Automaton, number: number): State {
  const state = states[number];
  if (state === undefined) throw new Error(`state ${number} of ${states.length}`);
  return state;
}
