import type { GraphQLFieldResolver } from 'graphql';
import type { AskContext } from './ask-context.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;
type Fields = Readonly<Record<string, Resolver>>;

/**
 * For fields that write down in `context.reads` everything that their value stands on. An answer with any other field of ours in it is given
 * out and not kept: whoever adds a field need not think of the cache, and it cannot become wrong. Only functions among the properties of what a
 * resolver returns are called past this: what such a function reads, it writes down itself, or it calls `reads.unrecorded()`.
 */
export function recorded(fields: Fields): Fields {
  for (const resolver of Object.values(fields)) RECORDED.add(resolver);
  return fields;
}

/** The same resolvers, where those that are not `recorded` say so when they run. */
export function sayingUnrecorded(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, resolver]) => [name, RECORDED.has(resolver) ? resolver : saying(resolver)]),
  );
}

const RECORDED = new WeakSet<Resolver>();

function saying(resolver: Resolver): Resolver {
  return (source, args, context, info) => {
    context.reads.unrecorded();
    return resolver(source, args, context, info);
  };
}
