import type { JobEvent, MatchedEvent } from './operator.ts';

/** An event as alerts and the `late` stream keep it. */
export function matchedEvent(event: JobEvent): MatchedEvent {
  const { topic, partition, offset, id, timeUs } = event;
  const json = event.membersJson ?? null;
  if (json !== null) return new UnreadEvent({ topic, partition, offset, id, timeUs }, json);
  return { topic, partition, offset, id, timeUs, members: event.members };
}

type Members = MatchedEvent['members'];

/** Of many events that a rule keeps for a while few become part of an alert: the others are given up without ever being read. */
class UnreadEvent implements MatchedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly id: string;
  readonly timeUs: number;
  /** A text of its own: the bytes it came from lie among thousands of others, which need not be kept with it. */
  #members: string | Members;

  constructor({ topic, partition, offset, id, timeUs }: Omit<MatchedEvent, 'members'>, json: string) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.id = id;
    this.timeUs = timeUs;
    this.#members = json;
  }

  get members(): Members {
    if (typeof this.#members === 'string') this.#members = JSON.parse(this.#members) as Members;
    return this.#members;
  }
}
