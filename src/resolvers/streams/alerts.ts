import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import {
  type Alert,
  type AlertPage,
  type AlertsQuestion,
  type AlertsWhere,
  alertsOfEvent,
  alertsOfKeys,
  answerAlert,
  answerAlerts,
  readAlertsQuestion,
} from '../../analytics/streams/answer-alerts.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { AskContext } from '../ask-context.ts';
import type { QueryAlertsArgs, UserAlertsArgs } from '../generated/schema-types.ts';
import { loadByKey } from '../load-by-key.ts';
import type { AskSources } from '../metrics.ts';
import { requestSources } from '../request-sources.ts';
import { type SelectedField, selectedFields } from '../selected-fields.ts';
import { type StoredEventSources, storedEvents } from './stored-events.ts';
import { nodeFields, streamConnection, streamSelection } from './stream-connection.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/** `alert(id)` and `alerts(where, first, after)`. */
export function alertQueries(sources: AskSources): { readonly alert: Resolver; readonly alerts: Resolver } {
  return {
    alert: async (_source, { id }: { readonly id: string }, context, info) => {
      const select = asksForEvents(selectedFields(info));
      const { value, ...stamp } = await answerAlert(context.tenant, id, select, requestSources(sources, context));
      context.reads.read(stamp);
      return value;
    },
    alerts: (async (_source, { where, ...page }: QueryAlertsArgs & { readonly first: number }, context, info) => {
      const asked = { ...page, where: where as AlertsWhere | null };
      const question = readAlertsQuestion(context.tenant, asked, alertSelection(selectedFields(info)));
      const { value, ...stamp } = await answerAlerts(question, requestSources(sources, context));
      context.reads.read(stamp);
      return streamConnection(value, page.after);
    }) as Resolver,
  };
}

/** `User.alerts`: those whose key the user is. */
export function userAlertsResolver(sources: AskSources): Resolver {
  const load = loadByKey<AlertsQuestion, AlertPage>((question, keys, context) =>
    alertsOfKeys(question, keys, requestSources(sources, context)),
  );
  return (async ({ id }: { readonly id: string }, page: UserAlertsArgs & { readonly first: number }, context, info) => {
    const question = readAlertsQuestion(context.tenant, page, alertSelection(selectedFields(info)));
    return streamConnection(await load(question, id, context), page.after);
  }) as GraphQLFieldResolver<{ readonly id: string }, AskContext> as Resolver;
}

/** `Alert.events`: as they were when it was raised, typed. */
export function alertEventsResolver(model: EventModel, sources: StoredEventSources): Resolver {
  return (alert) => storedEvents(model, (alert as Alert).events, sources);
}

/** `Sighting.alerts`, for an event that was admitted. */
export function alertsOfEventResolver(event: { readonly topic: string; readonly id: string }, sources: AskSources) {
  return async (_arguments: unknown, context: AskContext, info: GraphQLResolveInfo) => {
    const select = asksForEvents(selectedFields(info));
    return (await alertsOfEvent(context.tenant, event, select, requestSources(sources, context))).value;
  };
}

export function asksForEvents(fields: readonly SelectedField[]) {
  return { events: fields.some(({ name }) => name === 'events') };
}

function alertSelection(fields: readonly SelectedField[]) {
  return { ...streamSelection(fields), ...asksForEvents(nodeFields(fields)) };
}
