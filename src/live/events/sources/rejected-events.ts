import { givenOnly, streamFilter } from '../../../analytics/streams/stream-filter.ts';
import type { WhereTree } from '../../../model/event-model.ts';
import { membersOf, REJECTED_TOPIC, tenantOf } from '../../../model/record-format.ts';
import { dateTimeText } from '../../../model/values/date-time.ts';
import type { RejectedEvent, RejectedFilter } from '../../../warehouse/rejected-events.ts';
import { type EventSource, madeOnce } from '../event-source.ts';
import type { EventFilter } from '../open-event-streams.ts';

/** What is refused, as it comes in. */
export const rejectedEvents: EventSource<RejectedEvent> = {
  topic: REJECTED_TOPIC,
  decode({ value, timeMs }) {
    const { eventId: _id, ...refused }: WrittenRefusal = JSON.parse(membersOf(value).toString('utf8'));
    const receivedAt = dateTimeText(BigInt(timeMs) * 1000n);
    const { kind, code, source } = refused;
    return {
      tenant: tenantOf(value),
      members: { kind, code, source, receivedAt },
      node: madeOnce(() => ({ ...refused, receivedAt })),
    };
  },
};

export function rejectedFilter(
  filter: (RejectedFilter & { readonly replayed?: boolean | null }) | null | undefined,
): EventFilter {
  const { kind, codes, receivedAt, source, replayed } = filter ?? {};
  const tree = FILTER.normalise(
    givenOnly({
      kind: kind == null ? null : { eq: kind },
      code: codes == null ? null : { in: codes },
      receivedAt: receivedAt == null ? null : givenOnly(receivedAt as WhereTree),
      source: source == null ? null : givenOnly(source as WhereTree),
    }),
  );
  // What has only just been refused was not sent again.
  return replayed === true ? NOTHING : { text: JSON.stringify(tree), holds: FILTER.predicate(tree) };
}

const FILTER = streamFilter('RejectedEvent', { kind: 'ID', code: 'ID', receivedAt: 'DateTime', source: 'String' });
const NOTHING: EventFilter = { text: 'nothing', holds: () => false };

type WrittenRefusal = Omit<RejectedEvent, 'receivedAt'> & { readonly eventId: string | null };
