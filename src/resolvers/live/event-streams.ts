import type { RawEvent } from '../../analytics/events/raw-event.ts';
import type { Alert, AlertsWhere } from '../../analytics/streams/answer-alerts.ts';
import type { PublishedResult } from '../../analytics/streams/answer-job-results.ts';
import type { LateEvent } from '../../analytics/streams/answer-late-events.ts';
import type { SessionsWhere } from '../../analytics/streams/answer-sessions.ts';
import { batches, type MessageShape, type OneEvent, oneByOne } from '../../live/events/event-batch.ts';
import type { AskedEvents, EventStreams } from '../../live/events/open-event-streams.ts';
import { alertEvents, alertFilter } from '../../live/events/sources/alert-events.ts';
import { kindEvents, kindFilter } from '../../live/events/sources/kind-events.ts';
import { lateEvents, lateFilter } from '../../live/events/sources/late-events.ts';
import { rejectedEvents, rejectedFilter } from '../../live/events/sources/rejected-events.ts';
import { resultEvents, resultFilter, resultsAdded, resultsOfKey } from '../../live/events/sources/result-events.ts';
import { sessionEvents, sessionFilter, sessionUpdates } from '../../live/events/sources/session-events.ts';
import { readPlace } from '../../live/place.ts';
import type { EventModel, KindModel, WhereTree } from '../../model/event-model.ts';
import { rootFieldsOf } from '../../model/names.ts';
import { panelKind } from '../../model/panels.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { RejectedEvent } from '../../warehouse/rejected-events.ts';
import { endsOf } from '../../warehouse/trace.ts';
import type { AskContext } from '../ask-context.ts';
import type {
  SubscriptionAlertRaisedArgs,
  SubscriptionJobResultAddedArgs,
  SubscriptionLateEventAddedArgs,
  SubscriptionLiveRatingUpdatesArgs,
  SubscriptionRejectedAddedArgs,
  SubscriptionSessionUpdatedArgs,
} from '../generated/schema-types.ts';
import { type JobServices, resultsOfJob } from '../jobs/jobs.ts';
import type { AskSources } from '../metrics.ts';
import { rejectedEvent } from '../rejected.ts';
import { type StoredEventSources, storedEvents } from '../streams/stored-events.ts';
import type { SubscriptionField } from './live-resolvers.ts';

export interface EventStreamServices
  extends EventServices,
    JobServices,
    StoredEventSources,
    Pick<AskSources, 'progress' | 'waitDeadlineMs'> {}

interface EventServices {
  readonly live: { readonly events: EventStreams };
}

/** The fields of Subscription that are streams of the log: events of every kind, what is refused, and what jobs write. */
export function eventStreamFields(
  model: EventModel,
  services: EventStreamServices,
): Readonly<Record<string, SubscriptionField>> {
  const added = model.kinds.map((kind) => [rootFieldsOf(kind).added, addedField(kind, services)] as const);
  const ratings = panelKind(model, 'rating');
  return {
    ...Object.fromEntries(added),
    alertRaised: alertRaisedField(services),
    sessionUpdated: sessionUpdatedField(services),
    rejectedAdded: rejectedAddedField(model, services),
    lateEventAdded: lateEventAddedField(model, services),
    jobResultAdded: jobResultAddedField(services),
    ...(ratings === null ? {} : { liveRatingUpdates: ratingUpdatesField(ratings, services) }),
  };
}

type Asked<Node, Message> = Omit<AskedEvents<Node, Message>, 'tenant' | 'after'>;
type After = { readonly after?: string | null | undefined };

/** Everything but the cursor follows from the arguments; `show` is what a message becomes for GraphQL, where it is not that already. */
function streamField<Args, Node, Message>(
  services: EventServices,
  asked: (args: Args, context: AskContext) => Asked<Node, Message> | Promise<Asked<Node, Message>>,
  show: (message: Message) => unknown = (message) => message,
): SubscriptionField {
  return {
    async subscribe(_source, args, context) {
      const { after = null } = args as After;
      const stream = await asked(args as Args, context);
      return readPlace(await services.live.events.open({ ...stream, tenant: context.tenant, after }));
    },
    resolve: (message) => show(message as Message),
  };
}

function addedField(kind: KindModel, services: EventServices): SubscriptionField {
  const source = kindEvents(kind);
  const shape = batches<RawEvent>();
  return streamField(services, ({ where }: { readonly where?: WhereTree | null }) => ({
    source,
    where: kindFilter(kind, where),
    shape,
  }));
}

function alertRaisedField(services: EventServices): SubscriptionField {
  const shape = oneByOne<'alert', Alert>('alert');
  return streamField(services, ({ where }: SubscriptionAlertRaisedArgs) => ({
    source: alertEvents,
    where: alertFilter(where as AlertsWhere | null),
    shape,
  }));
}

function sessionUpdatedField(services: EventServices): SubscriptionField {
  return streamField(services, ({ where }: SubscriptionSessionUpdatedArgs) => ({
    source: sessionEvents,
    where: sessionFilter(where as SessionsWhere | null),
    shape: sessionUpdates,
  }));
}

function rejectedAddedField(model: EventModel, services: EventServices): SubscriptionField {
  const kinds = new Set(model.kinds.map(({ kind }) => kind));
  const shape = oneByOne<'event', RejectedEvent>('event');
  return streamField(
    services,
    ({ where }: SubscriptionRejectedAddedArgs) => ({ source: rejectedEvents, where: rejectedFilter(where), shape }),
    ({ event, ...rest }: OneEvent<'event', RejectedEvent>) => ({ ...rest, event: rejectedEvent(event, kinds) }),
  );
}

function lateEventAddedField(model: EventModel, services: EventStreamServices): SubscriptionField {
  const shape = oneByOne<'event', LateEvent>('event');
  return streamField(
    services,
    ({ kind: name }: SubscriptionLateEventAddedArgs) => {
      const asked = model.kinds.filter(({ kind }) => name == null || kind === name);
      return { source: lateEvents, where: lateFilter(asked.map(({ plural }) => plural)), shape };
    },
    ({ event: { event, ...late }, ...rest }: OneEvent<'event', LateEvent>) => {
      const [node] = storedEvents(model, [event], services);
      return { ...rest, event: { ...late, event: node } };
    },
  );
}

function jobResultAddedField(services: EventStreamServices): SubscriptionField {
  return streamField(services, async ({ job: id }: SubscriptionJobResultAddedArgs, { tenant }) => {
    const written = await resultsOfJob(services, tenant, id);
    if (written === null) throw new LakegateError({ code: 'NO_SUCH_JOB', message: `job: no job has the id ${id}` });
    return { source: resultEvents, where: resultFilter(written), shape: resultsAdded(written) };
  });
}

/**
 * What the job that comes with the product says of a player's ratings. It begins with what is known by now: the newest result, or what is looked
 * up. Results that came before the reader joined are not told any more, so the ratings that they are of have to be visible first.
 */
function ratingUpdatesField(kind: KindModel, services: EventStreamServices): SubscriptionField {
  return streamField(
    services,
    ({ playerId }: SubscriptionLiveRatingUpdatesArgs) => ({
      source: resultEvents,
      where: resultsOfKey('player-ratings', playerId),
      shape: newestRating(playerId),
    }),
    async (player: RatedPlayer) => {
      const { log, progress, waitDeadlineMs } = services;
      if (player.rating == null) await progress.waitFor(await endsOf(log, [kind.plural]), waitDeadlineMs);
      return player;
    },
  );
}

interface RatedPlayer {
  readonly id: string;
  /** Where there is none, it is looked up. */
  readonly rating?: unknown;
}

/** Of several changes that come at once the last one is what counts. */
function newestRating(id: string): MessageShape<PublishedResult, RatedPlayer> {
  return {
    ...batches<PublishedResult>(),
    name: 'newest rating',
    greeting: 'newest',
    messageOf: ({ nodes }) => {
      const newest = nodes.at(-1);
      return newest === undefined ? { id } : { id, rating: newest.values };
    },
  };
}
