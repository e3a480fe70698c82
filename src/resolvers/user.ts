import DataLoader from 'dataloader';
import type { GraphQLFieldResolver } from 'graphql';
import { type EventPage, type EventPageArguments, readEventPageQuestion } from '../analytics/event-connection.ts';
import { eventsOfUsers } from '../analytics/events-of-users.ts';
import type { EventModel, KindModel } from '../model/event-model.ts';
import { hasUsers } from '../model/graphql/graphql-types.ts';
import type { AskContext } from './ask-context.ts';
import { connectionShape, pageSelection } from './connection.ts';
import type { AskSources } from './metrics.ts';
import { perRequest } from './per-request.ts';
import { selectedFields } from './selected-fields.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/** The fields of User that every kind with users adds: its events, by the name of their plural. */
export function userResolvers(model: EventModel, sources: AskSources): Readonly<Record<string, Resolver>> {
  const kinds = model.kinds.filter(hasUsers);
  return Object.fromEntries(kinds.map((kind) => [kind.plural, userEventsResolver(kind, sources)]));
}

/** Of any source that has an id: a page of the events whose key it is. */
export function userEventsResolver(kind: KindModel, sources: AskSources): Resolver {
  const loadersOf = perRequest(() => new Map<string, DataLoader<string, EventPage>>());
  return async (source, args, context, info) => {
    const select = pageSelection(selectedFields(info), args as EventPageArguments);
    const question = readEventPageQuestion(kind, args as EventPageArguments, select, context.tenant);
    const loaders = loadersOf(context);
    // What is asked of several users at once is the same field with the same arguments and the same selection.
    const name = JSON.stringify([args, select]);
    const loader =
      loaders.get(name) ??
      new DataLoader((users) => eventsOfUsers(question, users, { ...sources, signal: context.signal }), BATCH);
    loaders.set(name, loader);
    return connectionShape(kind, await loader.load((source as { readonly id: string }).id), context);
  };
}

/** A list of this many ids is well below the length that a query may have. */
const BATCH = { maxBatchSize: 500 };
