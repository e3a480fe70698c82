import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { badRequest } from '../../analytics/metrics/metrics-question.ts';
import { RAW } from '../../analytics/metrics/plan-metrics.ts';
import {
  activeSessions,
  answerActiveUsers,
  decodeActiveUserCursor,
  encodeActiveUserCursor,
} from '../../analytics/panels/active-users.ts';
import { resolveRange } from '../../analytics/time/resolve-range.ts';
import type { KindModel } from '../../model/event-model.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import { asOf } from '../as-of.ts';
import type { AskContext } from '../ask-context.ts';
import { loadByKey } from '../load-by-key.ts';
import type { AskSources } from '../metrics.ts';
import { requestNowMs } from '../request-now.ts';
import { requestSources } from '../request-sources.ts';
import { selectedFields } from '../selected-fields.ts';
import { askPanel, countOf } from './panel-metrics.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/** Active users, pages and clicks of the last so many minutes. */
export function activityPanels(kind: KindModel, sources: AskSources) {
  return {
    Query: {
      activeUsers: activeUsersResolver(kind, sources) as Resolver,
      topPages: (async (_source, { last, first }: { last: string; first: number }, context) =>
        pages(kind, 'PAGE_VIEW', { last }, first, context, sources)) as Resolver,
      clicks: clicksResolver(kind, sources) as Resolver,
    },
    ActiveUser: { user: ((source: { readonly userId: string }) => ({ id: source.userId })) as Resolver },
    User: { activeSessions: activeSessionsResolver(kind, sources) as Resolver },
  };
}

const PAGE_SIZE_MAX = 1000;

function activeUsersResolver(kind: KindModel, sources: AskSources) {
  return async (
    _source: unknown,
    { last, first, after }: { readonly last: string; readonly first: number; readonly after?: string | null },
    context: AskContext,
    info: GraphQLResolveInfo,
  ) => {
    if (first < 0 || first > PAGE_SIZE_MAX) throw badRequest(`first: expected 0 to ${PAGE_SIZE_MAX}, got ${first}`);
    const place = after == null ? null : decodeActiveUserCursor(after);
    const nowMs = place === null ? requestNowMs(context, sources.clock, 'exactly') : place.toUs / 1000;
    const { fromUs, toUs } = resolveRange({ range: { last }, every: null, timeZone: 'UTC', nowMs });
    const { value, version, ...stamp } = await answerActiveUsers(
      {
        tenant: context.tenant,
        kind,
        within: { fromUs, toUs },
        size: first,
        after: place?.userId ?? null,
        totalCount: selectedFields(info).some(({ name }) => name === 'totalCount'),
      },
      requestSources(sources, context),
    );
    context.reads.read({ version, ...stamp });
    const edges = value.users.map((node) => ({ cursor: encodeActiveUserCursor({ fromUs, toUs }, node.userId), node }));
    return {
      edges,
      nodes: value.users,
      pageInfo: {
        hasNextPage: value.hasMore,
        hasPreviousPage: place !== null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
      totalCount: value.totalCount,
      asOf: asOf(context, kind, version, [RAW]),
    };
  };
}

/** Users are counted exactly: the time is short, and a panel of few pages shows every one who is missing. */
async function pages(
  kind: KindModel,
  type: 'PAGE_VIEW' | 'CLICK',
  range: { readonly last: string; readonly to?: string },
  first: number,
  context: AskContext,
  sources: AskSources,
) {
  const { answer } = await askPanel(
    kind,
    {
      range,
      where: { type: { eq: type }, path: { isNull: false } },
      by: ['PATH'],
      orderBy: [{ by: 'COUNT', direction: 'DESC' }],
      limit: first,
      exact: true,
      rows: ['count', 'userIdDistinct'],
    },
    context,
    sources,
  );
  return answer.rows.map((row) => ({
    path: row.group.path,
    views: countOf(row, 'count'),
    uniqueUsers: countOf(row, 'userIdDistinct'),
  }));
}

function clicksResolver(kind: KindModel, sources: AskSources) {
  return async (_source: unknown, { last }: { readonly last: string }, context: AskContext) => {
    const question = {
      range: { last },
      where: { type: { eq: 'CLICK' } },
      exact: true,
      total: ['count', 'userIdDistinct'],
    };
    const { answer, version } = await askPanel(kind, question, context, sources);
    const to = dateTimeText(BigInt(requestNowMs(context, sources.clock, 'exactly')) * 1000n);
    return {
      totalClicks: answer.total.count,
      uniqueUsers: answer.total.userIdDistinct,
      topPages: ({ first }: { readonly first: number }) => pages(kind, 'CLICK', { last, to }, first, context, sources),
      asOf: asOf(context, kind, version, answer.tables),
    };
  };
}

function activeSessionsResolver(kind: KindModel, sources: AskSources) {
  const load = loadByKey<string, number>((last, users, context) => {
    const nowMs = requestNowMs(context, sources.clock, 'exactly');
    const within = resolveRange({ range: { last }, every: null, timeZone: 'UTC', nowMs });
    return activeSessions({ tenant: context.tenant, kind, within }, users, requestSources(sources, context));
  });
  return ({ id }: { readonly id: string }, { last }: { readonly last: string }, context: AskContext) =>
    load(last, id, context);
}
