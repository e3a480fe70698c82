import type { RecordHeaders, StoredHeadedRecord } from '../../log/partition-work.ts';
import { TENANT_DEFAULT } from '../../model/record-format.ts';
import { EVENT_HEADERS } from '../../model/topics.ts';

/** What is known of an event besides its bytes. */
export interface EventMeta {
  readonly tenant: string;
  /** graphql, bulk, kafka:<topic>, import:<run> */
  readonly source: string;
  readonly receivedAtMs: number;
}

/** What the headers say, and for what they do not: whoever writes to Kafka directly is the default tenant, now. */
export function metaOf({ headers, appendedAtMs }: StoredHeadedRecord, topic: string): EventMeta {
  const receivedAtMs = Number(headers[EVENT_HEADERS.receivedAt] ?? Number.NaN);
  return {
    tenant: headers[EVENT_HEADERS.tenant] ?? TENANT_DEFAULT,
    source: headers[EVENT_HEADERS.source] ?? `kafka:${topic}`,
    receivedAtMs: Number.isSafeInteger(receivedAtMs) && receivedAtMs > 0 ? receivedAtMs : appendedAtMs,
  };
}

export function headersOf({ tenant, source, receivedAtMs }: EventMeta): RecordHeaders {
  return {
    [EVENT_HEADERS.tenant]: tenant,
    [EVENT_HEADERS.source]: source,
    [EVENT_HEADERS.receivedAt]: String(receivedAtMs),
  };
}

/** Who waits for the verdict on an event: the partition of the verdicts that it reads, and its name. */
export interface ReplyTo {
  readonly partition: number;
  readonly gateway: string;
}

export function replyToHeader({ partition, gateway }: ReplyTo): string {
  return `${partition}/${gateway}`;
}

/** Null where nobody waits, or where what is said cannot be. */
export function replyToOf(headers: RecordHeaders, verdictPartitions: number): ReplyTo | null {
  const header = headers[EVENT_HEADERS.replyTo];
  const found = header === undefined ? null : REPLY_TO.exec(header);
  if (found?.[1] === undefined || found[2] === undefined) return null;
  const partition = Number(found[1]);
  return partition < verdictPartitions ? { partition, gateway: found[2] } : null;
}

const REPLY_TO = /^(\d{1,4})\/([\w-]{1,64})$/;
