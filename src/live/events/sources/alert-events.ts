import {
  ALERTS_FILTER,
  type Alert,
  type AlertedEvent,
  type AlertsWhere,
  NOT_ACKNOWLEDGED,
  readAlertsWhere,
} from '../../../analytics/streams/answer-alerts.ts';
import { decodeOutput } from '../../../model/streams/decode-output.ts';
import type { MatchedEvent } from '../../../model/streams/output.ts';
import { ALERTS_TOPIC } from '../../../model/streams/stream-topics.ts';
import { dateTimeText } from '../../../model/values/date-time.ts';
import { LakegateError } from '../../../platform/errors.ts';
import { type EventSource, madeOnce } from '../event-source.ts';
import type { EventFilter } from '../open-event-streams.ts';

/** Alerts as they are raised. */
export const alertEvents: EventSource<Alert> = {
  topic: ALERTS_TOPIC,
  decode({ value, appendedAtMs }) {
    const { output, facts } = decodeOutput(ALERTS_TOPIC, value);
    if (output.stream !== ALERTS_TOPIC) return null;
    const { id, reason, matchedAtUs, events } = output.record;
    const { tenant, job, jobVersion, key, shadow } = facts;
    const matchedAt = dateTimeText(BigInt(matchedAtUs));
    const node = (): Alert => ({
      id,
      rule: job,
      ruleVersion: jobVersion,
      key,
      reason,
      matchedAt,
      raisedAt: dateTimeText(BigInt(appendedAtMs) * 1000n),
      events: events.map(alertedEvent),
      shadow,
      ...NOT_ACKNOWLEDGED,
    });
    return { tenant, members: { job, key, matchedAt, shadow }, node: madeOnce(node) };
  },
};

export function alertFilter(where: AlertsWhere | null | undefined): EventFilter {
  if (where?.status === 'ACKNOWLEDGED') {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: 'where.status: expected OPEN, or nothing: when it is raised, nobody has seen an alert',
    });
  }
  const tree = readAlertsWhere(where);
  return { text: JSON.stringify(tree), holds: ALERTS_FILTER.predicate(tree) };
}

export function alertedEvent({ offset, timeUs, members, ...event }: MatchedEvent): AlertedEvent {
  return { ...event, offset: offset.toString(), timeUs: String(timeUs), members: JSON.stringify(members) };
}
