import type { GraphQLFieldResolver } from 'graphql';
import {
  type EventPage,
  type EventPageArguments,
  readEventPageQuestion,
} from '../analytics/events/event-connection.ts';
import { eventsOfUsers } from '../analytics/events/events-of-users.ts';
import type { EventModel, KindModel } from '../model/event-model.ts';
import { hasUsers } from '../model/graphql/graphql-types.ts';
import type { AskContext } from './ask-context.ts';
import { connectionShape, type PageSelection, pageSelection } from './connection.ts';
import { loadByKey } from './load-by-key.ts';
import type { AskSources } from './metrics.ts';
import { requestSources } from './request-sources.ts';
import { selectedFields } from './selected-fields.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/** The fields of User that every kind with users adds: its events, by the name of their plural. */
export function userResolvers(model: EventModel, sources: AskSources): Readonly<Record<string, Resolver>> {
  const kinds = model.kinds.filter(hasUsers);
  return Object.fromEntries(kinds.map((kind) => [kind.plural, userEventsResolver(kind, sources)]));
}

/** Of any source that has an id: a page of the events whose key it is. */
export function userEventsResolver(kind: KindModel, sources: AskSources): Resolver {
  const load = loadByKey<AskedPage, EventPage>(({ args, select }, users, context) =>
    eventsOfUsers(readEventPageQuestion(kind, args, select, context.tenant), users, requestSources(sources, context)),
  );
  return async (source, args: EventPageArguments, context, info) => {
    const asked = { args, select: pageSelection(selectedFields(info), args) };
    const page = await load(asked, (source as { readonly id: string }).id, context);
    return connectionShape(kind, page, context);
  };
}

interface AskedPage {
  readonly args: EventPageArguments;
  readonly select: PageSelection;
}
