import type { LateEvent } from '../../../analytics/streams/answer-late-events.ts';
import { decodeOutput } from '../../../model/streams/decode-output.ts';
import { LATE_TOPIC } from '../../../model/streams/stream-topics.ts';
import { dateTimeText } from '../../../model/values/date-time.ts';
import { type EventSource, madeOnce } from '../event-source.ts';
import type { EventFilter } from '../open-event-streams.ts';
import { alertedEvent } from './alert-events.ts';

/** Events that were late for a job, as it says so. Those of a job on trial are nobody's. */
export const lateEvents: EventSource<LateEvent> = {
  topic: LATE_TOPIC,
  decode({ value }) {
    const { output, facts } = decodeOutput(LATE_TOPIC, value);
    if (output.stream !== LATE_TOPIC || facts.shadow) return null;
    const { event, missedEndUs, corrected } = output.record;
    const { tenant, job, watermarkMs } = facts;
    return {
      tenant,
      members: { topic: event.topic },
      node: madeOnce(() => ({
        event: alertedEvent(event),
        missedWindowEnd: dateTimeText(BigInt(missedEndUs)),
        byMs: watermarkMs === null ? 0 : Math.max(0, watermarkMs - Math.floor(event.timeUs / 1000)),
        corrected,
        job,
      })),
    };
  },
};

/** Of kinds, by their plurals. */
export function lateFilter(topics: readonly string[]): EventFilter {
  const wanted = new Set<unknown>(topics);
  return { text: topics.join(), holds: ({ topic }) => wanted.has(topic) };
}
