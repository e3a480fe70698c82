import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';

const ALL_IN_SYNC = -1;

/** Produce, version 7, of one batch into one partition; answered when all replicas that are in sync have it. */
export function produce(made: {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
  /** How long the leader waits for the other replicas. */
  readonly timeoutMs: number;
  /** Whose transaction the batch is part of. Default none. */
  readonly transactionalId?: string;
}): Exchange<readonly ProducedPartition[]> {
  const body = new WireWriter(made.batch.byteLength + 2 * made.topic.length + 64);
  body
    .string(made.transactionalId ?? null)
    .int16(ALL_IN_SYNC)
    .int32(made.timeoutMs);
  body.array([made], ({ topic }) => {
    body.string(topic).array([made], ({ partition, batch }) => body.int32(partition).bytes(batch));
  });
  return exchange({ apiKey: 0, apiVersion: 7, apiName: 'Produce', body: body.done(), decode, throttle: 'last' });
}

/** What the answer says of a partition it names. */
export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: bigint;
}

function decode(payload: Buffer): readonly ProducedPartition[] {
  const reader = new WireReader(payload);
  const topics = reader.array(() => {
    const topic = reader.string() ?? '';
    return reader.array(() => {
      const answer = { topic, partition: reader.int32(), errorCode: reader.int16(), baseOffset: reader.int64() };
      reader.int64(); // time of appending
      reader.int64(); // first offset kept
      return answer;
    });
  });
  return topics.flat();
}
