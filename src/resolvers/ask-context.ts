import type { EventLoaders } from './event-loaders.ts';

/** What questions need of the request they stand in. */
export interface AskContext {
  /** Whose events are asked for; from the credentials, never from arguments. */
  readonly tenant: string;
  readonly loaders: { readonly events: EventLoaders };
  /** Each metrics question adds `hit` or `miss`: they become a header, the body never says it. */
  readonly cacheOutcomes: string[];
}
