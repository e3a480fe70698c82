import type { WhereTree } from '../../model/event-model.ts';
import type { PatternSpec, PatternStepSpec } from '../../model/jobs/job-spec.ts';
import { parseDurationMs } from '../../platform/duration.ts';
import { LakegateError } from '../../platform/errors.ts';

/**
 * Begins a pattern over events that look like `E`. Every call gives a new pattern and leaves the one before as it was. What each word means is
 * in docs/patterns.md.
 *
 *   pattern<Payment>()
 *     .first('small', { amount: { lt: '2' } }, { times: 3, orMore: true })
 *     .followedBy('big', { amount: { gt: '500' } })
 *     .within('1h')
 */
export function pattern<E = Members>(): PatternStart<E> {
  return {
    first(name, where = {}, { consecutive = false, ...more } = {}) {
      const step = takingStep(name, consecutive ? 'NEXT' : 'FOLLOWED_BY', where, more);
      return builderOf({ steps: [step], withinMs: null, afterMatch: 'SKIP_PAST_LAST' });
    },
  };
}

/** A pattern as data, or as the builder makes it: the same, but filters may be functions and `given` sees the match so far. */
export interface PatternDefinition {
  readonly steps: readonly StepDefinition[];
  readonly withinMs: number;
  readonly afterMatch: PatternSpec['afterMatch'];
  /** What the alert says. Null: the names of the steps, and the time they took. */
  readonly reason?: Reason | null;
}

export interface StepDefinition extends Omit<PatternStepSpec, 'where'> {
  readonly where: WhereTree | Filter | null;
  readonly given?: Given | null;
}

/** The members of an event as they are stored: decimals and times are text (a decimal may also be a number that says it exactly). */
export type Members = Readonly<Record<string, unknown>>;
export type Filter = (event: Members) => boolean;
/** `earlier`: by the name of the step, the events that the match has so far. */
export type Given = (event: Members, earlier: Readonly<Record<string, readonly Members[]>>) => boolean;

/** `steps`: by the name of the step, the events it took. Pure. */
export type Reason = (steps: Readonly<Record<string, readonly Members[]>>, match: MatchFacts) => string;

export interface MatchFacts {
  readonly eventCount: number;
  /** From the first event to the last: `4m 12s`. */
  readonly elapsed: string;
}

export interface PatternStart<E> {
  /** `consecutive`: where the step repeats, its events are neighbours. */
  first<Name extends string>(
    name: Name,
    where?: FilterOf<E>,
    more?: StepOptions<E, never, Name> & { readonly consecutive?: boolean },
  ): Pattern<E, Name>;
}

/** `Taken`: the names of the steps so far, each of which has at least one event when the next is asked. */
export interface Pattern<E, Taken extends string> {
  /** The very next event of the key. */
  next<Name extends string>(
    name: Name,
    where?: FilterOf<E>,
    more?: StepOptions<E, Taken, Name>,
  ): Pattern<E, Taken | Name>;
  /** The first later event that fits. */
  followedBy<Name extends string>(
    name: Name,
    where?: FilterOf<E>,
    more?: StepOptions<E, Taken, Name>,
  ): Pattern<E, Taken | Name>;
  /** None until the next step's event; as the last step, none until the time is over. */
  notFollowedBy(name: string, where?: FilterOf<E>): Pattern<E, Taken>;
  /** From the first event to the last, inclusive: `90s`, `10m`, `1h`. */
  within(duration: string): Pattern<E, Taken>;
  /** No event is in two matches. So it is unless the other is asked for. */
  skipPastLast(): Pattern<E, Taken>;
  /** Matches may overlap. */
  skipToNext(): Pattern<E, Taken>;
  /** What the alert says, in words. */
  because(reason: (steps: StepsTaken<E, Taken>, match: MatchFacts) => string): Pattern<E, Taken>;
  /** Throws where there was no `within`. */
  readonly definition: PatternDefinition;
}

/** As in queries: `{ amount: { gt: '1000' } }`. `{}` takes every event. */
export type FilterOf<E> = WhereTree | ((event: E) => boolean);

export interface StepOptions<E, Taken extends string, Name extends string> {
  readonly times?: number;
  readonly orMore?: boolean;
  readonly given?: (event: E, earlier: Earlier<E, Taken, Name>) => boolean;
}

type StepsTaken<E, Taken extends string> = { readonly [Step in Taken]: readonly [E, ...E[]] };
type Earlier<E, Taken extends string, Name extends string> = StepsTaken<E, Taken> & {
  readonly [Step in Name]: readonly E[];
};

type Draft = Omit<PatternDefinition, 'withinMs'> & { readonly withinMs: number | null };

function builderOf<E, Taken extends string>(draft: Draft): Pattern<E, Taken> {
  const and = <Name extends string>(step: StepDefinition) =>
    builderOf<E, Taken | Name>({ ...draft, steps: [...draft.steps, step] });
  return {
    next: (name, where = {}, more = {}) => and(takingStep(name, 'NEXT', where, more)),
    followedBy: (name, where = {}, more = {}) => and(takingStep(name, 'FOLLOWED_BY', where, more)),
    notFollowedBy: (name, where = {}) => and(takingStep(name, 'NOT_FOLLOWED_BY', where, {})),
    within: (duration) => builderOf({ ...draft, withinMs: durationMs(duration) }),
    skipPastLast: () => builderOf({ ...draft, afterMatch: 'SKIP_PAST_LAST' }),
    skipToNext: () => builderOf({ ...draft, afterMatch: 'SKIP_TO_NEXT' }),
    // Each step that takes events has taken one when there is a match.
    because: (reason) => builderOf({ ...draft, reason: reason as unknown as Reason }),
    get definition() {
      const { withinMs } = draft;
      if (withinMs === null) throw badPattern('expected .within(…): a pattern has a longest time');
      return { ...draft, withinMs };
    },
  };
}

function takingStep<E, Taken extends string, Name extends string>(
  name: string,
  contiguity: StepDefinition['contiguity'],
  where: FilterOf<E>,
  { times = 1, orMore = false, given }: StepOptions<E, Taken, Name>,
): StepDefinition {
  return {
    name,
    contiguity,
    // What an event looks like is the user's word for the kind's members; at run time there are only members.
    where: where as WhereTree | Filter,
    given: (given as Given | undefined) ?? null,
    times,
    orMore,
  };
}

function durationMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null) throw badPattern(`within: expected a duration such as 10m, got ${JSON.stringify(text)}`);
  return ms;
}

function badPattern(message: string): LakegateError {
  return new LakegateError({ code: 'BAD_REQUEST', message: `pattern: ${message}` });
}
