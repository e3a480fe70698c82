import type { JobSpec } from '../model/jobs/job-spec.ts';
import type { Operator } from './operator.ts';
import type { EventRule } from './patterns/event-rule.ts';
import type { FilterOf, Members, PatternDefinition } from './patterns/pattern.ts';
import type { WindowWork } from './windows/window-work.ts';

/**
 * A job of one's own, as the default export of a TypeScript file in the folder LAKEGATE_JOBS_DIR. `E` is what an event looks like. It says what
 * to do in one of four ways: `pattern`, a shape in the events of one key; `window`, figures window by window; `inOrder`, a rule that is asked about each
 * event in the order of their times; `operator`, the whole contract with state, timers and every output.
 *
 *   export default defineJob<Payment>({
 *     name: 'gift-cards',
 *     kind: 'transaction',
 *     where: { category: { eq: 'gift-card' } },
 *     pattern: pattern<Payment>().first('cards', {}, { times: 3 }).within('1h'),
 *   });
 *
 * It runs for every tenant, each apart from the others. Nothing happens here: mistakes are told when the folder is read.
 */
export function defineJob<E = Members, State = unknown>(definition: JobDefinition<E, State>): DefinedJob {
  // What an event looks like and what is remembered are the user's words; at run time there are members and JSON.
  return { definition: definition as unknown as JobDefinition<Members, unknown> };
}

export { compareAmounts } from './compare-amounts.ts';
export type { JobEvent, Operator, Output, Step } from './operator.ts';
export type { EventRule, RuleMoment } from './patterns/event-rule.ts';
export { type Pattern, pattern } from './patterns/pattern.ts';
export { avg, countOf, distinct, first, last, max, min, sum, top, type WindowValue } from './windows/window-values.ts';
export { sessionsOf, sliding, tumbling, type WindowWork } from './windows/window-work.ts';

/** What `defineJob` gives: to be exported. */
export interface DefinedJob {
  readonly definition: JobDefinition<Members, unknown>;
}

export type JobDefinition<E, State> = JobSource<E> & JobWork<E, State>;

interface JobSource<E> {
  /** Names its state and its outputs: letters, digits, - and _. Not the name of another job. */
  readonly name: string;
  /** The kind it reads: `transaction`, or by its plural. */
  readonly kind: string;
  /** The field whose value is the key. Default: the kind's own key. */
  readonly key?: string;
  /** What it leaves out is as if it had not been there. As in queries, or a function. Default: every event. */
  readonly where?: FilterOf<E>;
  /**
   * How long after the watermark an event is still in time, for `pattern` and `inOrder`; for `window`, how long after its end a window is corrected.
   * Default: `0s`, for `window` `10s`; 10 s of disorder are always forgiven.
   */
  readonly allowedLateness?: string;
  /** What is too late is listed in `late`, or only counted. Default: SIDE_OUTPUT; for `window` CORRECT, which publishes the window again. */
  readonly late?: JobSpec['late'];
  /** SHADOW: its alerts are marked, and nothing is sent on. Default: LIVE. */
  readonly mode?: 'LIVE' | 'SHADOW';
  /** Raised where what a function does changes so much that the state of before is to be forgotten. Default: 1. */
  readonly version?: number;
}

type JobWork<E, State> =
  | { readonly pattern: { readonly definition: PatternDefinition } }
  | WindowWork<E>
  | { readonly inOrder: EventRule<E, State> }
  | { readonly operator: Operator<State> };
