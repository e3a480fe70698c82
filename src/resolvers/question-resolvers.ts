import type { GraphQLFieldResolver } from 'graphql';
import type { EventModel } from '../model/event-model.ts';
import { hasSearch, hasUsers } from '../model/graphql/graphql-types.ts';
import { rootFieldsOf } from '../model/names.ts';
import type { AskContext } from './ask-context.ts';
import { behaviourResolvers } from './behaviour.ts';
import { connectionResolver } from './connection.ts';
import { eventByIdResolver } from './event-by-id.ts';
import { type AskSources, metricsResolver } from './metrics.ts';
import { recorded } from './recorded.ts';
import { searchResolver } from './search.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/** The fields of Query that ask about declared kinds: one event, many, and metrics of each. */
export function questionResolvers(model: EventModel, sources: AskSources): Readonly<Record<string, Resolver>> {
  const resolvers: Record<string, Resolver> = {};
  for (const kind of model.kinds) {
    const fields = rootFieldsOf(kind);
    resolvers[fields.one] = eventByIdResolver(kind, sources) as Resolver;
    const others = recorded({
      [fields.many]: connectionResolver(kind, sources) as Resolver,
      [fields.metrics]: metricsResolver(kind, sources) as Resolver,
      ...(hasSearch(kind) ? { [fields.search]: searchResolver(kind, sources) as Resolver } : {}),
      ...(hasUsers(kind) ? behaviourResolvers(kind, sources) : {}),
    });
    Object.assign(resolvers, others);
  }
  return resolvers;
}
