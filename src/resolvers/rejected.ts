import type { Log } from '../log/log.ts';
import type { EventModel } from '../model/event-model.ts';
import { REJECTED_TOPIC } from '../model/record-format.ts';
import type { Progress } from '../warehouse/progress.ts';
import { countRejected, type RejectedEvent, readRejectedPage } from '../warehouse/rejected-events.ts';
import { endsOf } from '../warehouse/trace.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { QueryRejectedArgs, RequireFields } from './generated/schema-types.ts';
import { streamConnection } from './streams/stream-connection.ts';

export interface RejectedServices {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly progress: Progress;
  readonly waitDeadlineMs: number;
}

/** `rejected(where, first, after)`: everything refused by now, newest first. */
export function rejectedResolver(model: EventModel, { log, warehouse, progress, waitDeadlineMs }: RejectedServices) {
  const kinds = new Set(model.kinds.map(({ kind }) => kind));
  return async (
    _parent: unknown,
    { where, first, after }: RequireFields<QueryRejectedArgs, 'first'>,
    { tenant }: { readonly tenant: string },
  ) => {
    await progress.waitFor(await endsOf(log, [REJECTED_TOPIC]), waitDeadlineMs);
    // Nothing is sent again from `rejected` yet, so what was is nothing.
    if (where?.replayed === true) return connection({ events: [], hasMore: false }, kinds, after, () => 0);
    const question = { tenant, filter: where ?? {} };
    const page = await readRejectedPage(warehouse, { ...question, first, after: after ?? null });
    return connection(page, kinds, after, () => countRejected(warehouse, question));
  };
}

type Page = Awaited<ReturnType<typeof readRejectedPage>>;

function connection(
  { events, hasMore }: Page,
  kinds: ReadonlySet<string>,
  after: string | null | undefined,
  totalCount: () => number | Promise<number>,
) {
  const edges = events.map(({ event, place }) => ({ cursor: place, node: rejectedEvent(event, kinds) }));
  return streamConnection({ edges, hasMore, totalCount }, after);
}

/** What was refused stays when its kind is no longer declared; the API then has no name for the kind. */
export function rejectedEvent({ code, pointer, expected, got, ...event }: RejectedEvent, kinds: ReadonlySet<string>) {
  const kind = event.kind !== null && kinds.has(event.kind) ? event.kind : null;
  return { ...event, kind, rejection: { code, pointer, expected, got }, replayedAt: null };
}
