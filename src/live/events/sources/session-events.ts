import {
  readSessionsWhere,
  SESSIONS_FILTER,
  type Session,
  type SessionsWhere,
} from '../../../analytics/streams/answer-sessions.ts';
import { decodeOutput } from '../../../model/streams/decode-output.ts';
import { SESSIONS_TOPIC } from '../../../model/streams/stream-topics.ts';
import { dateTimeText } from '../../../model/values/date-time.ts';
import type { MessageShape, SkippedEvents } from '../event-batch.ts';
import { type EventSource, madeOnce } from '../event-source.ts';
import type { EventFilter } from '../open-event-streams.ts';

/** A state of a session. One that a late event joined to another is told once more, with the id of that other: it is no more. */
interface SessionState {
  readonly session: Session;
  readonly joinedInto: string | null;
}

/** States of sessions as they are written. Those of a job on trial are nobody's. */
export const sessionEvents: EventSource<SessionState> = {
  topic: SESSIONS_TOPIC,
  decode({ value }) {
    const { output, facts } = decodeOutput(SESSIONS_TOPIC, value);
    if (output.stream !== SESSIONS_TOPIC || facts.shadow) return null;
    const { startUs, endUs, mergedInto, ...rest } = output.record;
    const start = dateTimeText(BigInt(startUs));
    const { userId, open, pageViews } = rest;
    return {
      tenant: facts.tenant,
      members: { userId, open, start, pageViews },
      node: madeOnce(() => ({
        session: { ...rest, start, end: dateTimeText(BigInt(endUs)) },
        joinedInto: mergedInto,
      })),
    };
  },
};

export function sessionFilter(where: SessionsWhere | null | undefined): EventFilter {
  const tree = readSessionsWhere(where);
  return { text: JSON.stringify(tree), holds: SESSIONS_FILTER.predicate(tree) };
}

interface SessionUpdate extends SessionState {
  readonly cursor: string;
  readonly skipped: SkippedEvents | null;
}

/** One state a message. */
export const sessionUpdates: MessageShape<SessionState, SessionUpdate> = {
  name: 'session updates',
  nodesMax: 1,
  greeting: 'none',
  messageOf: ({ nodes, cursor, skipped }) => ({ ...(nodes[0] as SessionState), cursor, skipped }),
};
