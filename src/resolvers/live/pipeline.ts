import type { PipelineFigures } from '../../live/pipeline/pipeline-figures.ts';
import type { PipelineWatch } from '../../live/pipeline/watch-pipeline.ts';
import { readPlace } from '../../live/place.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { AskContext } from '../ask-context.ts';
import { ledgerShape } from '../ledger.ts';
import type { SubscriptionField } from './live-resolvers.ts';

interface PipelineServices {
  readonly live: { readonly pipeline: PipelineWatch };
}

type Tenant = Pick<AskContext, 'tenant'>;

/** `query { pipeline }`: as it is now. */
export function pipelineResolver(model: EventModel, { live }: PipelineServices) {
  return async (_source: unknown, _args: unknown, { tenant }: Tenant) =>
    pipelineShape(model, await live.pipeline.now(tenant));
}

/** `subscription { pipeline }` */
export function pipelineField(model: EventModel, { live }: PipelineServices): SubscriptionField {
  return {
    subscribe: (_source, _args, { tenant }) => readPlace(live.pipeline.open(tenant)),
    resolve: (figures) => pipelineShape(model, figures as PipelineFigures),
  };
}

function pipelineShape(model: EventModel, { ledger, ...figures }: PipelineFigures) {
  const topics = model.kinds.map(({ plural }) => plural);
  return { ...figures, ledger: ledgerShape(topics, ledger) };
}
