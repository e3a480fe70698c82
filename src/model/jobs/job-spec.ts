import type { WhereTree } from '../event-model.ts';

/** A job as data: what `submitJob` was given, checked and with every default filled in. Kept in the log as JSON; compiled by the processor. */
export interface JobSpec {
  readonly name: string;
  readonly tenant: string;
  readonly source: {
    /** The kind's plural. */
    readonly topic: string;
    readonly where: WhereTree | null;
    /** The name of a dimension, or the kind's key. */
    readonly keyField: string;
  };
  readonly shape: WindowShape | PatternShape;
  readonly allowedLatenessMs: number;
  readonly late: 'CORRECT' | 'SIDE_OUTPUT' | 'DISCARD';
  readonly mode: 'LIVE' | 'SHADOW';
  /** At most so many threads of each process work on it. Null, or not there in what was submitted to an earlier version: all of them. */
  readonly parallelism?: number | null;
  readonly sinks: JobSinksSpec;
}

export interface WindowShape {
  readonly kind: 'window';
  readonly window: WindowSpec;
  /** Names of the kind's measures: count, amountSum. */
  readonly measures: readonly string[];
}

/** Lengths in milliseconds. Tumbling and sliding windows begin at multiples of their step since 1970, in UTC. */
export type WindowSpec =
  | { readonly kind: 'tumbling'; readonly sizeMs: number }
  | { readonly kind: 'sliding'; readonly sizeMs: number; readonly slideMs: number }
  | { readonly kind: 'session'; readonly gapMs: number };

export interface PatternShape {
  readonly kind: 'pattern';
  readonly pattern: PatternSpec;
}

export interface PatternSpec {
  readonly steps: readonly PatternStepSpec[];
  /** From the first event to the last, inclusive. */
  readonly withinMs: number;
  readonly afterMatch: 'SKIP_PAST_LAST' | 'SKIP_TO_NEXT';
}

export interface PatternStepSpec {
  readonly name: string;
  readonly contiguity: 'NEXT' | 'FOLLOWED_BY' | 'NOT_FOLLOWED_BY';
  readonly where: WhereTree | null;
  readonly times: number;
  readonly orMore: boolean;
}

interface JobSinksSpec {
  readonly topic: string | null;
  readonly webhook: { readonly url: string; readonly secret: string } | null;
}
