import type { OperationReads } from '../analytics/standing/operation-reads.ts';
import type { EventLoaders } from './event-loaders.ts';

/** What questions need of the request they stand in. */
export interface AskContext {
  /** Whose events are asked for; from the credentials, never from arguments. */
  readonly tenant: string;
  readonly loaders: { readonly events: EventLoaders };
  /** What the answer stands on, and what became of each question in the cache: a header tells that, the body never does. */
  readonly reads: OperationReads;
  /** Aborted when whoever asked has gone away: what only he waits for need not be read. */
  readonly signal?: AbortSignal | undefined;
}
