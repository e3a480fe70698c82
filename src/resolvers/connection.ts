import type { GraphQLResolveInfo } from 'graphql';
import {
  type EventPage,
  type EventPageArguments,
  eventConnection,
  readEventPageQuestion,
} from '../analytics/events/event-connection.ts';
import { RAW } from '../analytics/metrics/plan-metrics.ts';
import type { KindModel } from '../model/event-model.ts';
import { asOf } from './as-of.ts';
import type { AskContext } from './ask-context.ts';
import { waitForAtLeast } from './at-least.ts';
import type { AskSources } from './metrics.ts';
import { requestSources } from './request-sources.ts';
import { type SelectedField, selectedFields } from './selected-fields.ts';

type ConnectionArguments = EventPageArguments & { readonly atLeast?: string | null };

/** `transactions`, and the same field of every kind. */
export function connectionResolver(kind: KindModel, sources: AskSources) {
  return async (_source: unknown, args: ConnectionArguments, context: AskContext, info: GraphQLResolveInfo) => {
    const select = pageSelection(selectedFields(info), args);
    const question = readEventPageQuestion(kind, args, select, context.tenant);
    await waitForAtLeast(args.atLeast, sources.progress, sources.waitDeadlineMs);
    const page = await eventConnection(question, requestSources(sources, context));
    context.reads.read(page);
    return connectionShape(kind, page, context);
  };
}

export function connectionShape(kind: KindModel, page: EventPage, context: AskContext) {
  const { edges, hasNextPage, hasPreviousPage, totalCount } = page;
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
    asOf: asOf(context, kind, page.version, [RAW]),
  };
}

export type PageSelection = ReturnType<typeof pageSelection>;

export function pageSelection(fields: readonly SelectedField[], args: EventPageArguments) {
  const pageInfo = fields.filter(({ name }) => name === 'pageInfo').flatMap((field) => field.fields());
  const backwards = args.last != null || (args.before != null && args.first == null);
  const otherSide = backwards ? 'hasNextPage' : 'hasPreviousPage';
  return {
    edges: fields.some(({ name }) => name === 'edges' || name === 'nodes' || name === 'pageInfo'),
    totalCount: fields.some(({ name }) => name === 'totalCount'),
    otherSide: pageInfo.some(({ name }) => name === otherSide),
  };
}
