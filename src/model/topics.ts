import type { KindModel } from './event-model.ts';

/**
 * The topics that are there on Kafka besides a kind's own (its plural), `rejected` and `duplicates`. Their names hold a dot, which no plural can.
 */

/** Where anybody may write events of the kind: the JSON of an event as value. Admission judges what comes here. */
export function inTopic({ plural }: KindModel): string {
  return `${plural}.in`;
}

/** What admission remembers of each partition of `.in`: claims on ids, how far it read, what it numbered last. */
export function claimsTopic({ plural }: KindModel): string {
  return `${plural}.claims`;
}

/** How far each partition of a foreign topic was forwarded into `.in`. */
export function forwardedTopic({ plural }: KindModel): string {
  return `${plural}.forwarded`;
}

/** Answers of admission to the gateways that wait for them. A gateway reads one partition of it. */
export const VERDICTS_TOPIC = 'lakegate.verdicts';

/** Floors of partitions: what the watermark of a kind is made of. One partition, compacted, key `transactions/3`. */
export const WATERMARKS_TOPIC = 'lakegate.watermarks';

/** What is known of an event besides its bytes, in the headers of a record in `.in`. Absent where a foreign producer wrote it. */
export const EVENT_HEADERS = {
  tenant: 'lakegate-tenant',
  /** graphql, bulk or kafka:<topic>. */
  source: 'lakegate-source',
  /** Milliseconds since 1970. Absent: the time at which the broker took the record. */
  receivedAt: 'lakegate-received-at',
  /** `<partition of lakegate.verdicts>/<name of the gateway>`: who waits for the verdict. */
  replyTo: 'lakegate-reply-to',
} as const;

/**
 * A record of `lakegate.watermarks`, as JSON: from offset `next` on every record of the partition meets a watermark of at least `floorMs`. Offsets
 * are text. An idle partition (see watermark.ts) does not hold the kind back.
 */
export interface FloorRecord {
  readonly topic: string;
  readonly partition: number;
  readonly next: string;
  readonly floorMs: number;
  readonly idle: boolean;
}
