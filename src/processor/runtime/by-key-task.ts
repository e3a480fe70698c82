import { partitionOf } from '../../log/partition-of.ts';
import type { KeyedState, PartitionTask, StoredHeadedRecord, Transaction } from '../../log/partition-work.ts';
import { logKey } from '../../model/record-format.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Job, JobSource } from '../job.ts';
import { eventByKey, markRecord } from './by-key-record.ts';
import { OperatorFailure } from './operator-failure.ts';
import { firstMeta, NO_SHAPE, type PartitionMeta, readMeta, writeMeta } from './partition-meta.ts';
import { type StoredEvent, textOf, US_PER_MS } from './stored-event.ts';

export interface ByKeyTaskOptions {
  readonly job: Job;
  readonly source: JobSource;
  readonly partition: number;
  readonly state: KeyedState;
  readonly eventOf: (record: StoredHeadedRecord) => StoredEvent;
  readonly floorMs: (inputNext: bigint) => number | null;
  /** The topic that is partitioned by the other key. */
  readonly target: { readonly topic: string; readonly partitions: number };
  readonly clock: Clock;
}

/**
 * The first stage of a job whose key is not that of the kind: what its filter lets through goes to the partition of its key. How far event time
 * has come in this partition is told to every one of them, behind the events that came before.
 */
export class ByKeyTask implements PartitionTask {
  readonly #options: ByKeyTaskOptions;
  #meta: PartitionMeta;
  #draft: PartitionMeta;
  #quietUs = Number.NEGATIVE_INFINITY;

  constructor(options: ByKeyTaskOptions) {
    this.#options = options;
    this.#meta = readMeta(options.state) ?? firstMeta(NO_SHAPE);
    this.#draft = this.#meta;
  }

  get meta(): PartitionMeta {
    return this.#meta;
  }

  restoreFrom(): bigint {
    return 0n;
  }

  restore(): void {}

  inputFrom(): bigint {
    return this.#meta.inputNext;
  }

  wantsStep(): boolean {
    const floorMs = this.#options.floorMs(this.#meta.inputNext);
    this.#quietUs = floorMs === null ? Number.NEGATIVE_INFINITY : floorMs * US_PER_MS;
    return this.#quietUs > watermarkOf(this.#meta);
  }

  async step(records: readonly StoredHeadedRecord[], transaction: Transaction): Promise<void> {
    const { source, partition, clock, target, job } = this.#options;
    let watermarkUs = records.length === 0 ? this.#quietUs : watermarkOf(this.#meta);
    let count = 0;
    const byTarget = new Map<number, ReturnType<typeof eventByKey>[]>();
    for (const record of records) {
      const event = this.#options.eventOf(record);
      watermarkUs = Math.max(watermarkUs, event.watermarkUs);
      if (job.tenant !== null && job.tenant !== event.tenant) continue;
      count++;
      const key = this.#keyOf(event);
      if (key === null) continue;
      const place = partitionOf(key, target.partitions);
      const others = byTarget.get(place) ?? [];
      byTarget.set(place, others);
      others.push(eventByKey(event, record, key));
    }
    for (const [place, events] of byTarget) transaction.write(target.topic, place, events);
    if (watermarkUs > watermarkOf(this.#meta)) {
      const mark = markRecord({ topic: source.topic, partition, watermarkUs });
      for (let place = 0; place < target.partitions; place++) transaction.write(target.topic, place, [mark]);
    }
    this.#draft = {
      ...this.#meta,
      inputNext: (records.at(-1)?.offset ?? this.#meta.inputNext - 1n) + 1n,
      watermarkUs: Number.isFinite(watermarkUs) ? watermarkUs : null,
      records: this.#meta.records + count,
      commits: this.#meta.commits + 1,
      lastCommitAtMs: clock.nowMs(),
    };
    writeMeta(transaction, this.#draft);
  }

  committed(): void {
    this.#meta = this.#draft;
  }

  rolledBack(): void {}

  async close(): Promise<void> {}

  /** Null where the filter leaves it out, or it has no such key. */
  #keyOf(event: StoredEvent): string | null {
    const { job, source } = this.#options;
    try {
      if (source.where !== null && !source.where(event)) return null;
    } catch (error) {
      throw new OperatorFailure(job.name, event, error);
    }
    const key = event.fields[source.keyField] ?? null;
    return key === null ? null : logKey(event.tenant, textOf(key));
  }
}

function watermarkOf({ watermarkUs }: PartitionMeta): number {
  return watermarkUs ?? Number.NEGATIVE_INFINITY;
}
