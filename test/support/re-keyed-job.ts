import type { StoredHeadedRecord } from '../../src/log/partition-work.ts';
import { decodeOutput } from '../../src/model/streams/decode-output.ts';
import type { Output } from '../../src/model/streams/output.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { MemoryState } from '../../src/processor/backtest/memory-state.ts';
import type { Job } from '../../src/processor/job.ts';
import { eventByKey, markRecord, readByKey } from '../../src/processor/runtime/by-key-record.ts';
import { EventCache } from '../../src/processor/runtime/event-cache.ts';
import { JobTask } from '../../src/processor/runtime/job-task.ts';
import { type EventSource, storedEvent } from '../../src/processor/runtime/stored-event.ts';
import { sampleModel } from './running-jobs.ts';
import { EventStamper, type GivenEvent } from './stamped-events.ts';

/** What one partition of a kind sends to that of another key: events in log order, and between them how far event time has come. */
export type Sent = Omit<StoredHeadedRecord, 'offset'>;

/** Every event with the watermark that it meets in its partition; marks are sent after batches as large as `batchOf` says. */
export function sentFrom(partition: number, events: readonly GivenEvent[], batchOf: () => number): readonly Sent[] {
  const stamper = new EventStamper(1);
  const sent: Sent[] = [];
  let watermarkUs = Number.NEGATIVE_INFINITY;
  let left = batchOf();
  for (const [number, given] of events.entries()) {
    const record = { ...stamper.record(given), offset: BigInt(number), appendedAtMs: 0, headers: {} };
    const event = storedEvent(record, sourceOf(TOPIC, partition));
    sent.push({ ...eventByKey(event, record, `default/${given.members?.merchant}`), appendedAtMs: 0, headers: {} });
    watermarkUs = Math.max(watermarkUs, event.watermarkUs);
    if (--left > 0 || !Number.isFinite(watermarkUs)) continue;
    sent.push(markOf(partition, watermarkUs));
    left = batchOf();
  }
  return sent;
}

export function markOf(partition: number, watermarkUs: number): Sent {
  return { ...markRecord({ topic: TOPIC, partition, watermarkUs }), appendedAtMs: 0, headers: {} };
}

/** What the second stage of a job makes of it, taken in this order. */
export async function runReKeyed(job: Job, sent: readonly Sent[], partitions: number): Promise<readonly KeyedOutput[]> {
  const outputs: KeyedOutput[] = [];
  const state = new MemoryState();
  const transaction = state.transaction((topic, _partition, records) => {
    for (const { value } of records) {
      const { output, facts } = decodeOutput(topic as Output['stream'], value);
      outputs.push({ ...output, key: facts.key });
    }
  });
  const task = new JobTask({
    job,
    source: { where: null },
    partition: 0,
    state,
    input: {
      from: 'by-key',
      read: (record) => readByKey(record, sourceOf),
      sourcePartitions: Array.from({ length: partitions }, (_, partition) => `${TOPIC}/${partition}`),
    },
    floorMs: () => null,
    stateBytesInMemory: 1_000_000,
    clock: systemClock,
  });
  await task.step(
    sent.map((record, offset) => ({ ...record, offset: BigInt(offset) })),
    transaction,
  );
  state.commit();
  task.committed();
  return outputs;
}

export type KeyedOutput = Output & { readonly key: string };

const TOPIC = 'transactions';
const EVENTS = new EventCache(sampleModel().kinds);

function sourceOf(topic: string, partition: number): EventSource {
  return EVENTS.sourceOf(topic, partition);
}
