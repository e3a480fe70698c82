import type { WhereTree } from '../../model/event-model.ts';
import { invariant } from '../../platform/errors.ts';
import type { JobEvent } from '../operator.ts';
import type { Filter, Given, PatternDefinition, StepDefinition } from './pattern.ts';

/**
 * A pattern, compiled: what a way through it may wait for. One state for each event a step must take, one more where it may go on taking
 * (`orMore`), and one for an absence at the end.
 *
 *   small times 2 or more, followed by big          0 ─small─► 1 ─small─► [2, 3]      2 ─small─► [2, 3]      3 ─big─► match
 *
 * Where two states follow, a way goes on as two: first the one that repeats, then the one that moves on. The order is the order in which ways
 * count (docs/patterns.md), and it is kept from event to event.
 */
export interface Automaton {
  readonly steps: readonly StepDefinition[];
  readonly states: readonly State[];
  readonly withinUs: number;
  /** SKIP_TO_NEXT. */
  readonly overlapping: boolean;
  /** Some step asks for the very next event, so also events that fit no step matter. */
  readonly minds: boolean;
  /** Some step sees the events before it, so two ways in one state may end differently. */
  readonly looksBack: boolean;
  /** Which steps an event fits by its filter, one bit each. */
  readonly fits: (event: Asked) => number;
}

/** A filter that is code sees the members, one that is data asks for fields. */
export type Asked = Pick<JobEvent, 'members' | 'fields'>;

export interface State {
  /** The bit of the step that takes the event. 0: an absence at the end, which takes none. */
  readonly takes: number;
  readonly step: number;
  readonly given: Given | null;
  /** An event that is not taken ends the way. */
  readonly strict: boolean;
  /** The bit of the step whose event, not taken, ends the way. 0: none. */
  readonly forbids: number;
  /** Where a way goes on after the event. MATCH: it is complete. */
  readonly next: readonly number[];
}

export const MATCH = -1;

/** The pattern must be without faults (pattern-faults.ts). */
export function compileAutomaton(
  { steps, withinMs, afterMatch }: PatternDefinition,
  compileFilter: (where: WhereTree) => Filter,
): Automaton {
  const states = statesOf(steps);
  return {
    steps,
    states,
    withinUs: withinMs * US_PER_MS,
    overlapping: afterMatch === 'SKIP_TO_NEXT',
    minds: states.some(({ strict }, number) => strict && number > 0),
    looksBack: steps.some(({ given }) => hasGiven(given)),
    fits: compileFits(steps, compileFilter),
  };
}

const US_PER_MS = 1000;

function statesOf(steps: readonly StepDefinition[]): readonly State[] {
  const firstStateOf: number[] = [];
  let stateCount = 0;
  for (const [number, step] of steps.entries()) {
    firstStateOf.push(stateCount);
    stateCount += statesOfStep(step, number, steps);
  }
  return steps.flatMap((step, number) => {
    const from = firstStateOf[number] ?? 0;
    const afterwards = nextAfter(steps, number, firstStateOf);
    if (step.contiguity === 'NOT_FOLLOWED_BY') return isLast(steps, number) ? [absenceState(number)] : [];
    const forbids = steps[number - 1]?.contiguity === 'NOT_FOLLOWED_BY' ? bitOf(number - 1) : 0;
    const taking = {
      takes: bitOf(number),
      step: number,
      given: step.given ?? null,
      strict: step.contiguity === 'NEXT',
    };
    return Array.from({ length: statesOfStep(step, number, steps) }, (_, taken) => ({
      ...taking,
      forbids: taken === 0 ? forbids : 0,
      next: taken + 1 < step.times ? [from + taken + 1] : step.orMore ? [from + step.times, afterwards] : [afterwards],
    }));
  });
}

/** In the middle an absence is what the next step's first state forbids. */
function statesOfStep({ contiguity, times, orMore }: StepDefinition, number: number, steps: readonly StepDefinition[]) {
  if (contiguity === 'NOT_FOLLOWED_BY') return isLast(steps, number) ? 1 : 0;
  return times + (orMore ? 1 : 0);
}

function nextAfter(steps: readonly StepDefinition[], number: number, firstStateOf: readonly number[]): number {
  if (isLast(steps, number)) return MATCH;
  const state = firstStateOf[number + 1];
  invariant(state !== undefined, `step ${number + 1} of ${steps.length} has a state`);
  return state;
}

function absenceState(number: number): State {
  return { takes: 0, step: number, given: null, strict: false, forbids: bitOf(number), next: [] };
}

function isLast(steps: readonly StepDefinition[], number: number): boolean {
  return number === steps.length - 1;
}

/** At most 16 steps, so a bit each. */
function bitOf(step: number): number {
  return 1 << step;
}

function hasGiven(given: Given | null | undefined): boolean {
  return given !== null && given !== undefined;
}

/** Steps with equal filters share one, which is asked once per event. */
function compileFits(steps: readonly StepDefinition[], compileFilter: (where: WhereTree) => Filter) {
  const bitsOf = new Map<Filter | string, number>();
  const filterOf = new Map<Filter | string, (event: Asked) => boolean>();
  let always = 0;
  for (const [number, { where }] of steps.entries()) {
    if (where === null || (typeof where === 'object' && Object.keys(where).length === 0)) {
      always |= bitOf(number);
      continue;
    }
    const name = typeof where === 'function' ? where : JSON.stringify(where);
    bitsOf.set(name, (bitsOf.get(name) ?? 0) | bitOf(number));
    if (!filterOf.has(name)) filterOf.set(name, askedBy(where, compileFilter));
  }
  const asked = [...filterOf].map(([name, filter]) => ({ filter, bits: bitsOf.get(name) ?? 0 }));
  return (event: Asked): number => {
    let bits = always;
    for (const each of asked) if (each.filter(event)) bits |= each.bits;
    return bits;
  };
}

function askedBy(where: Filter | WhereTree, compileFilter: (where: WhereTree) => Filter) {
  if (typeof where === 'function') return ({ members }: Asked) => where(members);
  const filter = compileFilter(where);
  return ({ fields }: Asked) => filter(fields);
}
