import type { RecordHeaders, StoredHeadedRecord } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import { TENANT_DEFAULT } from '../../model/record-format.ts';
import { EVENT_HEADERS } from '../../model/topics.ts';

/** What is known of an event besides its bytes. */
export interface EventMeta {
  readonly tenant: string;
  /** graphql, bulk or kafka:<topic>. */
  readonly source: string;
  readonly receivedAtMs: number;
}

/** Whence records come, and how long before the broker took one it may say that it was received. */
interface InputOrigin {
  readonly topic: string;
  readonly onItsWayMsMax: number;
}

/** What the headers say, and for what they do not: whoever writes to Kafka directly is the default tenant, now. */
export function metaOf(record: StoredHeadedRecord, { topic, onItsWayMsMax }: InputOrigin): EventMeta {
  const { headers, appendedAtMs } = record;
  return {
    tenant: headers[EVENT_HEADERS.tenant] ?? TENANT_DEFAULT,
    source: headers[EVENT_HEADERS.source] ?? `kafka:${topic}`,
    receivedAtMs: receivedAtMs(headers[EVENT_HEADERS.receivedAt], appendedAtMs, onItsWayMsMax),
  };
}

/** Anybody may write the header, and an event is too old by it or not: what cannot be is taken for the nearest that can. */
function receivedAtMs(header: string | undefined, appendedAtMs: number, onItsWayMsMax: number): number {
  const saidMs = Number(header ?? Number.NaN);
  if (!Number.isSafeInteger(saidMs) || saidMs <= 0) return appendedAtMs;
  return Math.min(appendedAtMs, Math.max(appendedAtMs - onItsWayMsMax, saidMs));
}

/**
 * A gateway takes seconds, and its clock may be wrong; what lay in the wrong partition is sent on when its judge comes to it. What came to a
 * foreign topic is taken for received then, unless it would be too old by that. Ids are remembered for longer than all of this takes.
 */
export function onItsWayMsMax({ from }: Pick<KindModel, 'from'>, acceptPastMs: number): number {
  return Math.max(HALF_A_DAY_MS, from === null ? 0 : acceptPastMs);
}

const HALF_A_DAY_MS = 43_200_000;

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
