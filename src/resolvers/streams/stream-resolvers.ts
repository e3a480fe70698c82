import type { GraphQLFieldResolver } from 'graphql';
import type { Log } from '../../log/log.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { AskContext } from '../ask-context.ts';
import type { AskSources } from '../metrics.ts';
import { recorded } from '../recorded.ts';
import { acknowledgeAlertResolver } from './acknowledge-alert.ts';
import { alertEventsResolver, alertQueries, userAlertsResolver } from './alerts.ts';
import { lateEventsResolver } from './late-events.ts';
import { sessionQueries, userSessionsResolver } from './sessions.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;
type Fields = Readonly<Record<string, Resolver>>;

interface StreamServices extends AskSources {
  readonly log: Log;
}

/** What is asked about sessions, alerts and late events, by type. */
export function streamResolvers(model: EventModel, services: StreamServices) {
  return {
    Query: recorded({
      ...sessionQueries(services),
      ...alertQueries(services),
      lateEvents: lateEventsResolver(model, services),
    }),
    Mutation: { acknowledgeAlert: acknowledgeAlertResolver(services) } as Fields,
    User: recorded({ sessions: userSessionsResolver(services), alerts: userAlertsResolver(services) }),
    Alert: recorded({ events: alertEventsResolver(model, services) }),
  };
}
