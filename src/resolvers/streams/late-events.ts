import type { GraphQLFieldResolver } from 'graphql';
import { answerLateEvents } from '../../analytics/streams/answer-late-events.ts';
import { resolveRange } from '../../analytics/time/resolve-range.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { AskContext } from '../ask-context.ts';
import type { QueryLateEventsArgs } from '../generated/schema-types.ts';
import type { AskSources } from '../metrics.ts';
import { requestNowMs } from '../request-now.ts';
import { requestSources } from '../request-sources.ts';
import { saidRange } from '../said-range.ts';
import { type StoredEventSources, storedEvents } from './stored-events.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/** `lateEvents(kind, range, first)`: of one kind, or of all that are declared. */
export function lateEventsResolver(model: EventModel, sources: AskSources & StoredEventSources): Resolver {
  return (async (_source, { kind: name, range, first }: QueryLateEventsArgs & { readonly first: number }, context) => {
    const asked = model.kinds.filter(({ kind }) => name == null || kind === name);
    const received =
      range == null ? null : receivedIn(range, requestNowMs(context, sources.clock, saidRange({ range })));
    const topics = asked.map(({ plural }) => plural);
    const question = { tenant: context.tenant, topics, received, first };
    const { value, ...stamp } = await answerLateEvents(question, requestSources(sources, context));
    context.reads.read(stamp);
    return value.flatMap(({ event, ...late }) =>
      storedEvents(model, [event], sources).map((node) => ({ ...late, event: node })),
    );
  }) as Resolver;
}

function receivedIn(range: NonNullable<QueryLateEventsArgs['range']>, nowMs: number) {
  const { fromUs, toUs } = resolveRange({ range, every: null, timeZone: 'UTC', nowMs });
  return { fromUs, toUs };
}
