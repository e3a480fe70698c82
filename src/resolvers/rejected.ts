import type { Log } from '../log/log.ts';
import { REJECTED_TOPIC } from '../model/record-format.ts';
import type { Progress } from '../warehouse/progress.ts';
import { countRejected, type RejectedEvent, readRejectedPage } from '../warehouse/rejected-events.ts';
import { endsOf } from '../warehouse/trace.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { QueryRejectedArgs, RequireFields } from './generated/schema-types.ts';

export interface RejectedServices {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly progress: Progress;
  readonly waitDeadlineMs: number;
}

/** `rejected(where, first, after)`: everything refused by now, newest first. */
export function rejectedResolver({ log, warehouse, progress, waitDeadlineMs }: RejectedServices) {
  return async (
    _parent: unknown,
    { where, first, after }: RequireFields<QueryRejectedArgs, 'first'>,
    { tenant }: { readonly tenant: string },
  ) => {
    await progress.waitFor(await endsOf(log, [REJECTED_TOPIC]), waitDeadlineMs);
    // Nothing is sent again from `rejected` yet, so what was is nothing.
    if (where?.replayed === true) return connection({ events: [], hasMore: false }, after, () => 0);
    const question = { tenant, filter: where ?? {} };
    const page = await readRejectedPage(warehouse, { ...question, first, after: after ?? null });
    return connection(page, after, () => countRejected(warehouse, question));
  };
}

type Page = Awaited<ReturnType<typeof readRejectedPage>>;

function connection(
  { events, hasMore }: Page,
  after: string | null | undefined,
  totalCount: () => number | Promise<number>,
) {
  const edges = events.map(({ event, place }) => ({ cursor: place, node: rejectedEvent(event) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: hasMore,
      hasPreviousPage: after !== undefined && after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

function rejectedEvent({ code, pointer, expected, got, ...event }: RejectedEvent) {
  return { ...event, rejection: { code, pointer, expected, got }, replayedAt: null };
}
