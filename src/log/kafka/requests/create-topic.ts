import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  /** -1 takes what the cluster has as its default. */
  readonly replication: number;
  readonly config: Readonly<Record<string, string>>;
}

/** CreateTopics, version 4, of one topic. Brokers without a controller of their own pass it on. */
export function createTopic(made: NewTopic, timeoutMs: number): Exchange<Refusal> {
  const body = new WireWriter();
  body.array([made], ({ topic, partitions, replication, config }) => {
    body.string(topic).int32(partitions).int16(replication);
    body.array([], () => {}); // replicas by hand
    body.array(Object.entries(config), ([name, value]) => body.string(name).string(value));
  });
  body.int32(timeoutMs).int8(0);
  return exchange({ apiKey: 19, apiVersion: 4, apiName: 'CreateTopics', body: body.done(), decode });
}

/** Zero where it was done. */
export interface Refusal {
  readonly errorCode: number;
  readonly reason: string | null;
}

function decode(payload: Buffer): Refusal {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  const [answer] = reader.array(() => {
    reader.string();
    return { errorCode: reader.int16(), reason: reader.string() };
  });
  return answer ?? { errorCode: -1, reason: 'the answer names no topic' };
}
