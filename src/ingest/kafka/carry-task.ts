import { claimKeyOf } from '../../log/claim-store.ts';
import type { KafkaLog } from '../../log/kafka-log.ts';
import type { Log, LogRecord, StoredRecord } from '../../log/log.ts';
import type { InputPlace, PartitionTask, StoredHeadedRecord, Transaction } from '../../log/partition-work.ts';
import { NO_WATERMARK, PartitionWatermark } from '../../model/partition-watermark.ts';
import { membersOf, numberedRecord, tenantOf, watermarkOf } from '../../model/record-format.ts';
import { claimsTopic, inTopic, WATERMARKS_TOPIC } from '../../model/topics.ts';
import type { Clock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import { claimOf } from '../admit-events.ts';
import type { EventDesk } from '../event-desk.ts';
import { encodeFloor, floorKey } from './floor-board.ts';
import { decodeChange, encodeChange, type PartitionState, type StepClaims } from './partition-state.ts';
import { appendAll } from './write-step.ts';

interface CarryTaskOptions {
  readonly desk: EventDesk;
  readonly from: Log;
  readonly to: KafkaLog;
  readonly clock: Clock;
  readonly partition: number;
  /** Of the embedded log's partition. */
  readonly end: bigint;
  /** As it was before anything was carried. */
  readonly targetIsEmpty: boolean;
  readonly inputIsEmpty: boolean;
}

/** Events of one step: with their claims half a megabyte of changelog, and a transaction of some megabytes. */
const STEP_EVENTS = 10_000;

/** Carries one partition of a kind over, a few thousand events a step, in the place of its judge. */
export class CarryTask implements PartitionTask {
  readonly #options: CarryTaskOptions;
  #state: PartitionState = { inputNext: 0n, sequenceNext: 0n, outputNext: 0n, watermark: NO_WATERMARK };
  #draft: PartitionState | null = null;
  #isChecked = false;
  #refusal: LakegateError | null = null;

  constructor(options: CarryTaskOptions) {
    this.#options = options;
  }

  get place(): InputPlace {
    return { topic: inTopic(this.#options.desk.kind), partition: this.#options.partition };
  }

  get plural(): string {
    return this.#options.desk.kind.plural;
  }

  get carried(): bigint {
    return this.#state.sequenceNext;
  }

  get isDone(): boolean {
    return this.#isChecked && this.carried === this.#options.end;
  }

  /** Why nothing more is carried. */
  get refusal(): LakegateError | null {
    return this.#refusal;
  }

  /** Before anything is carried: what is there must be the beginning of ours. */
  async checkStart(): Promise<void> {
    const { from, to, partition, targetIsEmpty, inputIsEmpty } = this.#options;
    if (!inputIsEmpty) this.#refuse();
    if (targetIsEmpty) return;
    const [ours, theirs] = await Promise.all([from, to].map((log) => oldest(log, this.plural, partition)));
    if (!ours || !theirs || !numberedRecord(ours.value, 0n).equals(theirs.value)) this.#refuse();
  }

  restoreFrom(): bigint {
    this.#draft = null;
    return 0n;
  }

  restore(records: readonly StoredRecord[]): void {
    const last = records.at(-1);
    if (last !== undefined) this.#state = decodeChange(last.value).state;
  }

  inputFrom(): bigint {
    return this.#state.inputNext;
  }

  wantsStep(): boolean {
    return this.#refusal === null && !this.isDone;
  }

  async step(records: readonly StoredHeadedRecord[], transaction: Transaction): Promise<void> {
    if (records.length > 0) this.#refuse();
    if (!this.#isChecked) await this.#check();
    const events = await this.#nextEvents();
    if (events.length === 0) return;
    this.#draft = await this.#carry(events, transaction);
  }

  committed(): void {
    this.#state = this.#draft ?? this.#state;
    this.#draft = null;
  }

  rolledBack(): void {
    this.#draft = null;
  }

  async close(): Promise<void> {}

  /** Either nothing is there, or what an earlier run carried: its last event is ours under that number. */
  async #check(): Promise<void> {
    const { targetIsEmpty, inputIsEmpty, end, to, partition } = this.#options;
    const { sequenceNext, outputNext, inputNext } = this.#state;
    if (inputNext > 0n || !inputIsEmpty || sequenceNext > end) this.#refuse();
    if (sequenceNext === 0n) {
      if (!targetIsEmpty) this.#refuse();
    } else {
      const ours = await firstFrom(this.#options.from, this.plural, partition, sequenceNext - 1n);
      const theirs = await firstFrom(to, this.plural, partition, outputNext - 1n);
      const expected = ours === null ? null : numberedRecord(ours.value, sequenceNext - 1n);
      if (expected === null || theirs === null || !expected.equals(theirs.value)) this.#refuse();
    }
    this.#isChecked = true;
  }

  /** Writes what the judge of the partition would have written, had it judged these. */
  async #carry(events: readonly StoredRecord[], transaction: Transaction): Promise<PartitionState> {
    const { desk, partition, clock } = this.#options;
    const { sequenceNext } = this.#state;
    const claims = this.#claimsOf(events);
    const firstOffset = await transaction.append(
      this.plural,
      partition,
      events.map((event, n): LogRecord => {
        const { key, timeMs, value } = event;
        return { key, timeMs, value: numberedRecord(value, sequenceNext + BigInt(n)) };
      }),
    );
    const watermark = this.#watermarkAfter(events);
    const state: PartitionState = {
      inputNext: 0n,
      sequenceNext: sequenceNext + BigInt(events.length),
      outputNext: firstOffset + BigInt(events.length),
      watermark: watermark.state,
    };
    const next = String(state.outputNext);
    const floor = { topic: this.plural, partition, next, floorMs: watermark.floorMs ?? 0, idle: false };
    const change = { key: String(partition), value: encodeChange({ firstOffset, claims, state }) };
    const told = { key: floorKey(floor), value: encodeFloor(floor) };
    const timeMs = clock.nowMs();
    await appendAll(transaction, [
      { topic: claimsTopic(desk.kind), partition, records: [{ ...change, timeMs }] },
      { topic: WATERMARKS_TOPIC, partition: 0, records: [{ ...told, timeMs }] },
    ]);
    return state;
  }

  /** What they met was a watermark of the kind, which may be above that of the partition. */
  #watermarkAfter(events: readonly StoredRecord[]): PartitionWatermark {
    const watermark = new PartitionWatermark(this.#state.watermark);
    for (const { timeMs, value } of events) {
      watermark.raise(watermarkOf(value) ?? Number.NEGATIVE_INFINITY);
      watermark.judge(timeMs);
    }
    return watermark;
  }

  #refuse(): never {
    this.#refusal = new LakegateError({
      code: 'BAD_CONFIG',
      message: `The topics of ${this.plural} on Kafka hold other events already. Nothing was changed; carry over into topics that are not there yet, or set LAKEGATE_KAFKA_PREFIX to another.`,
    });
    throw this.#refusal;
  }

  async #nextEvents(): Promise<readonly StoredRecord[]> {
    const { from, partition, end } = this.#options;
    const events: StoredRecord[] = [];
    const reading = from.read(this.plural, partition, this.carried, {
      signal: new AbortController().signal,
      follow: false,
    });
    for await (const records of reading) {
      for (const record of records) if (record.offset < end && events.length < STEP_EVENTS) events.push(record);
      if (events.length >= STEP_EVENTS) break;
    }
    return events;
  }

  /** One for each event, in order. */
  #claimsOf(events: readonly StoredRecord[]): StepClaims['claims'] {
    const { desk } = this.#options;
    return events.map(({ value, offset }) => {
      const read = desk.read(membersOf(value));
      if ('rejection' in read) throw unreadable(this.plural, offset, read.rejection.expected);
      const { id, texts } = read.event;
      const claimKey = claimKeyOf(claimOf(tenantOf(value), desk.kind, id));
      return { claimKey, fingerprint: desk.fingerprint(desk.canonical.contentOf(texts)) };
    });
  }
}

async function firstFrom(log: Log, topic: string, partition: number, offset: bigint): Promise<StoredRecord | null> {
  const reading = log.read(topic, partition, offset, { signal: new AbortController().signal, follow: false });
  for await (const [record] of reading) return record?.offset === offset ? record : null;
  return null;
}

async function oldest(log: Log, topic: string, partition: number): Promise<StoredRecord | null> {
  const first = (await log.ends(topic)).find((end) => end.partition === partition)?.first ?? 0n;
  const reading = log.read(topic, partition, first, { signal: new AbortController().signal, follow: false });
  for await (const [record] of reading) return record ?? null;
  return null;
}

function unreadable(topic: string, offset: bigint, expected: string): LakegateError {
  return new LakegateError({
    code: 'LOG_CORRUPT',
    message: `The event ${topic}/${offset} of the embedded log is not what its declaration says: expected ${expected}.`,
  });
}
