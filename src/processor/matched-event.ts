import type { JobEvent, MatchedEvent } from './operator.ts';

/** An event as alerts and the `late` stream keep it. */
export function matchedEvent({ topic, partition, offset, id, timeUs, members }: JobEvent): MatchedEvent {
  return { topic, partition, offset, id, timeUs, members };
}
