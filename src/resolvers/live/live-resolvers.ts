import type { GraphQLFieldResolver } from 'graphql';
import type { EventStreams } from '../../live/events/open-event-streams.ts';
import type { LiveMetrics } from '../../live/metrics/live-metrics.ts';
import type { PipelineWatch } from '../../live/pipeline/watch-pipeline.ts';
import type { EventModel } from '../../model/event-model.ts';
import { rootFieldsOf } from '../../model/names.ts';
import type { AskContext } from '../ask-context.ts';
import { type EventStreamServices, eventStreamFields } from './event-streams.ts';
import { liveMetricsField } from './live-metrics.ts';
import { pipelineField } from './pipeline.ts';

/** What subscriptions read. */
export interface LiveServices {
  readonly live: {
    readonly metrics: LiveMetrics;
    readonly events: EventStreams;
    readonly pipeline: PipelineWatch;
  };
}

/** A field of Subscription: the messages, and how one becomes an answer. Equal messages are equal answers, whoever reads. */
export interface SubscriptionField {
  readonly subscribe: GraphQLFieldResolver<unknown, AskContext>;
  readonly resolve: GraphQLFieldResolver<unknown, AskContext>;
}

/** The fields of Subscription. */
export function liveResolvers(
  model: EventModel,
  services: LiveServices & EventStreamServices,
): Readonly<Record<string, SubscriptionField>> {
  const metrics = model.kinds.map((kind) => [
    rootFieldsOf(kind).metrics,
    liveMetricsField(kind, services) as SubscriptionField,
  ]);
  return {
    ...Object.fromEntries(metrics),
    ...eventStreamFields(model, services),
    pipeline: pipelineField(model, services),
  };
}
