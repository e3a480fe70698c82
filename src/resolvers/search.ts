import type { GraphQLResolveInfo } from 'graphql';
import { RAW } from '../analytics/metrics/plan-metrics.ts';
import {
  answerSearch,
  encodeSearchCursor,
  readSearchQuestion,
  type SearchArguments,
} from '../analytics/search/answer-search.ts';
import type { KindModel } from '../model/event-model.ts';
import { asOf } from './as-of.ts';
import type { AskContext } from './ask-context.ts';
import { waitForAtLeast } from './at-least.ts';
import type { AskSources } from './metrics.ts';
import { requestNowMs } from './request-now.ts';
import { requestSources } from './request-sources.ts';
import { saidRange } from './said-range.ts';
import { selectedFields } from './selected-fields.ts';

type SearchFieldArguments = SearchArguments & { readonly atLeast?: string | null };

/** `searchLogLines`, and the same field of every kind with searchable fields. */
export function searchResolver(kind: KindModel, sources: AskSources) {
  return async (_source: unknown, args: SearchFieldArguments, context: AskContext, info: GraphQLResolveInfo) => {
    const totalCount = selectedFields(info).some(({ name }) => name === 'totalCount');
    const { range, timeZone } = args;
    const nowMs = requestNowMs(context, sources.clock, range == null ? null : saidRange({ range, timeZone }));
    const asked = { tenant: context.tenant, nowMs, totalCount };
    const question = readSearchQuestion(kind, args, asked);
    await waitForAtLeast(args.atLeast, sources.progress, sources.waitDeadlineMs);
    const { value, version, ...stamp } = await answerSearch(question, requestSources(sources, context));
    context.reads.read({ version, ...stamp });
    const edges = value.found.map((found) => ({
      cursor: encodeSearchCursor(question, value.scope, found),
      node: found.node,
      score: found.score / 1e6,
      highlights: found.highlights,
    }));
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage: value.hasMore,
        hasPreviousPage: question.after !== null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
      totalCount: value.totalCount,
      asOf: asOf(context, kind, version, [RAW]),
    };
  };
}
