import { partitionOf } from '../../log/partition-of.ts';
import type { HeadedRecord, PartitionTask, StoredHeadedRecord, Transaction } from '../../log/partition-work.ts';
import { logKey, REJECTED_TOPIC, TENANT_DEFAULT } from '../../model/record-format.ts';
import { forwardedTopic, inTopic } from '../../model/topics.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import type { EventDesk } from '../event-desk.ts';
import { judgeEvent } from '../judge-event.ts';
import type { AdmissionCounts } from './admission-counts.ts';
import type { EventMeta } from './event-meta.ts';
import { incomingOf } from './judge-step.ts';
import { type Appending, appendAll, refusal, sendOn } from './write-step.ts';

interface ForwardTaskOptions {
  readonly desk: EventDesk;
  /** Of the foreign topic. */
  readonly topic: string;
  readonly partition: number;
  /** Of the kind's `.in`. */
  readonly partitions: number;
  readonly clock: Clock;
  readonly counts: AdmissionCounts;
}

/**
 * Sends what comes in one partition of a topic of somebody else's on to where it is judged. What has no key that could be read, or would be
 * refused there anyway, is refused here.
 */
export class ForwardTask implements PartitionTask {
  readonly #options: ForwardTaskOptions;
  #inputNext = 0n;
  #draft: { readonly inputNext: bigint; readonly forwarded: number; readonly rejected: number } | null = null;

  constructor(options: ForwardTaskOptions) {
    this.#options = options;
  }

  restoreFrom(): bigint {
    return 0n;
  }

  restore(records: readonly StoredHeadedRecord[]): void {
    for (const { value } of records) this.#inputNext = decodeNext(value);
  }

  inputFrom(): bigint {
    return this.#inputNext;
  }

  wantsStep(): boolean {
    return false;
  }

  async step(records: readonly StoredHeadedRecord[], transaction: Transaction): Promise<void> {
    const { desk, partition, clock } = this.#options;
    const nowMs = clock.nowMs();
    const sent = new Map<number, HeadedRecord[]>();
    const refused: HeadedRecord[] = [];
    for (const record of records) {
      const meta = this.#metaOf(record, nowMs);
      const judged = judgeEvent(desk, meta, incomingOf(record));
      if ('rejection' in judged) refused.push(refusal(desk.kind, record, meta, judged.id, judged.rejection));
      else this.#send(record, logKey(meta.tenant, judged.event.key), meta, sent);
    }
    const inputNext = (records.at(-1)?.offset ?? this.#inputNext - 1n) + 1n;
    const change: HeadedRecord = { key: String(partition), timeMs: nowMs, value: encodeNext(inputNext) };
    const appendings: Appending[] = [{ topic: forwardedTopic(desk.kind), partition, records: [change] }];
    for (const [to, events] of sent) appendings.push({ topic: inTopic(desk.kind), partition: to, records: events });
    if (refused.length > 0) appendings.push({ topic: REJECTED_TOPIC, partition: 0, records: refused });
    await appendAll(transaction, appendings);
    this.#draft = { inputNext, forwarded: records.length - refused.length, rejected: refused.length };
  }

  committed(): void {
    if (this.#draft === null) return;
    this.#inputNext = this.#draft.inputNext;
    this.#options.counts.forwarded += this.#draft.forwarded;
    this.#options.counts.rejected += this.#draft.rejected;
    this.#draft = null;
  }

  rolledBack(): void {
    this.#draft = null;
  }

  async close(): Promise<void> {}

  /**
   * The time of a record in somebody else's topic may be one that its producer chose. It is taken for the time of receipt where an honest one
   * could be that; else a producer could make any time acceptable.
   */
  #metaOf({ appendedAtMs }: StoredHeadedRecord, nowMs: number): EventMeta {
    const isPlausible = appendedAtMs <= nowMs && appendedAtMs >= nowMs - this.#options.desk.acceptPastMs;
    const receivedAtMs = isPlausible ? appendedAtMs : nowMs;
    return { tenant: TENANT_DEFAULT, source: `kafka:${this.#options.topic}`, receivedAtMs };
  }

  #send(record: StoredHeadedRecord, key: string, meta: EventMeta, sent: Map<number, HeadedRecord[]>): void {
    const partition = partitionOf(key, this.#options.partitions);
    const events = sent.get(partition) ?? [];
    events.push(sendOn(record, key, meta));
    sent.set(partition, events);
  }
}

/** A byte of version, then the next offset. */
const VERSION = 1;

function encodeNext(inputNext: bigint): Buffer {
  const bytes = Buffer.alloc(9, VERSION);
  bytes.writeBigUInt64LE(inputNext, 1);
  return bytes;
}

function decodeNext(value: Uint8Array): bigint {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length === 9 && bytes[0] === VERSION) return bytes.readBigUInt64LE(1);
  throw new LakegateError({
    code: 'LOG_CORRUPT',
    message: `The changelog of a foreign topic holds a record that this version cannot read: expected version ${VERSION}, got ${bytes[0]}.`,
  });
}
