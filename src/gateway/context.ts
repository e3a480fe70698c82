import type { RequestLoaders } from '../resolvers/request-loaders.ts';

/** What belongs to one GraphQL request. Resolvers get everything that outlives a request from the place that made them. */
export interface GatewayContext {
  /** Whose events these are; from the credentials once there are any, never from arguments. */
  readonly tenant: string;
  /** Lookups by id, collected within a tick and made at once. Per request, so nobody sees another's. */
  readonly loaders: RequestLoaders;
  /** The body as it came; null for GET. */
  readonly bytes: Uint8Array | null;
  /** `hit` or `miss` of each question answered, for the header Lakegate-Cache: the body never says it. */
  readonly cacheOutcomes: string[];
}
