import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireReader, WireWriter } from '../wire.ts';

/** Metadata, version 5: which brokers there are, and who leads what. Never makes a topic. */
export function metadata(topics: readonly string[] | 'all'): Exchange<Metadata> {
  const body = new WireWriter();
  if (topics === 'all') body.int32(-1);
  else body.array(topics, (topic) => body.string(topic));
  return exchange({ apiKey: 3, apiVersion: 5, apiName: 'Metadata', body: body.int8(0).done(), decode });
}

export interface Metadata {
  /** Null where brokers have none to tell. */
  readonly clusterId: string | null;
  readonly brokers: readonly BrokerAddress[];
  readonly topics: readonly TopicMetadata[];
}

export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export interface TopicMetadata {
  readonly errorCode: number;
  readonly topic: string;
  readonly internal: boolean;
  readonly partitions: readonly {
    readonly errorCode: number;
    readonly partition: number;
    /** -1 where nobody leads it now. */
    readonly leader: number;
  }[];
}

function decode(payload: Buffer): Metadata {
  const reader = new WireReader(payload);
  reader.int32(); // throttle
  const brokers = reader.array(() => {
    const broker = { nodeId: reader.int32(), host: reader.string() ?? '', port: reader.int32() };
    reader.string(); // rack
    return broker;
  });
  const clusterId = reader.string();
  reader.int32(); // controller
  const topics = reader.array(() => ({
    errorCode: reader.int16(),
    topic: reader.string() ?? '',
    internal: reader.int8() !== 0,
    partitions: reader.array(() => {
      const partition = { errorCode: reader.int16(), partition: reader.int32(), leader: reader.int32() };
      for (const _ of ['replicas', 'in sync', 'offline']) reader.array(() => reader.int32());
      return partition;
    }),
  }));
  return { clusterId, brokers, topics };
}
