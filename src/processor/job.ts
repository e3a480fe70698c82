import type { SubmittedJob } from '../model/jobs/job-board.ts';
import type { JobEvent, Operator } from './operator.ts';

/** A running piece of stateful processing, compiled: what the runtime needs to know of it, and no more. */
export interface Job {
  /** Names its state, its changelog and its outputs: `sessions`, `two-large-payments`. Unique per tenant. */
  readonly name: string;
  /** Grows with every replacement. */
  readonly version: number;
  /** Grows where the name of a cancelled job is used again, so that nothing of that one's state is found. Default 1. */
  readonly incarnation?: number;
  readonly builtIn: boolean;
  /** Null: of all tenants, each apart from the others. */
  readonly tenant: string | null;
  /** The kinds it reads, by topic. All events of one key are in one partition of each. */
  readonly sources: readonly JobSource[];
  readonly operator: Operator<unknown>;
  /** SHADOW: its alerts are marked, and nothing is sent on. */
  readonly mode: JobMode;
  /** A topic that its alerts and results are written to as well, in the same transaction. Not while it is on trial. */
  readonly alsoTo?: string | null;
  /** Counts late events and leaves them out of the `late` stream. */
  readonly discardsLate: boolean;
  /** Changes when state of before cannot be read any more: operator, window, pattern, key. Replacing carries state only where it is equal. */
  readonly stateShape: string;
  /** At most so many threads of each process work on it. Default all. */
  readonly parallelism?: number | null;
  /** Not there where somebody made it by hand: then it runs on the thread where it is started, and on no other. */
  readonly origin?: JobOrigin;
}

/** How a job came to be, as data. In another thread it is made from this again. */
export type JobOrigin =
  /** By its name, which is unique among both. */
  | { readonly from: 'product' | 'file'; readonly name: string }
  | { readonly from: 'submitted'; readonly submitted: Pick<SubmittedJob, 'spec' | 'version' | 'incarnation'> };

export type JobMode = 'LIVE' | 'SHADOW';

export interface JobSource {
  /** The kind's plural. */
  readonly topic: string;
  /** The field whose value is the key. Where it is not the kind's own key, the runtime sends events on to the partition of their key first. */
  readonly keyField: string;
  /** What it leaves out is as if it had not been there. Null takes every event. */
  readonly where: ((event: JobEvent) => boolean) | null;
}
