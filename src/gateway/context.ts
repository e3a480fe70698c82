import type { AskContext } from '../resolvers/ask-context.ts';

/** What belongs to one GraphQL request. Resolvers get everything that outlives a request from the place that made them. */
export interface GatewayContext extends AskContext {
  /** The body as it came; null for GET. */
  readonly bytes: Uint8Array | null;
}
