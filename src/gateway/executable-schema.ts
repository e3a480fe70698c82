import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { readApiSdl } from '../model/declare/schema-files.ts';
import type { EventModel } from '../model/event-model.ts';
import { servedTypeDefs } from '../model/graphql/served-schema.ts';
import { makeResolvers, type ResolverServices } from '../resolvers/resolvers.ts';

/** What the GraphQL door serves: the product's own types, those of every declared kind, and what answers them. */
export function executableSchema(model: EventModel, services: ResolverServices): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: servedTypeDefs(model, readApiSdl()),
    resolvers: makeResolvers(model, services),
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
