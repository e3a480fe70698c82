import kafkajs, { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { compress, DECOMPRESS } from '../src/log/kafka/codecs.ts';
import { type KafkaLog, openKafkaLog } from '../src/log/kafka-log.ts';
import { partitionOf } from '../src/log/partition-of.ts';
import { median } from './statistics.ts';

export interface ProducingFigures {
  /** Events a second that the log made durable. */
  readonly log: number;
  /** The same with kafkajs alone: idempotent, all acknowledgements, the same codec, batches as large as it takes well. */
  readonly kafkajs: number;
  readonly share: number;
}

interface ProducingOptions {
  readonly brokers: readonly string[];
  readonly lines: readonly string[];
  readonly keys: readonly string[];
  readonly rounds: number;
}

const PARTITIONS = 4;
/** As a slice of the bulk door. Of one partition kafkajs is given no more than this at a time: its grouping is quadratic. */
const EVENTS_OF_ONE_CALL = 1_000;
const CALLS_AT_ONCE = 8;

/** Rounds of the one and the other in turn, into topics of the same settings; the share is the median of the rounds' own shares. */
export async function measureProducing(options: ProducingOptions): Promise<ProducingFigures> {
  const log = await openKafkaLog({ brokers: options.brokers, clientId: 'bench' });
  for (const topic of [OURS, BARE]) await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
  // kafkajs has no codec of its own for lz4: it gets the one that the log uses.
  kafkajs.CompressionCodecs[CompressionTypes.LZ4] = () => LZ4;
  const kafka = new Kafka({ brokers: [...options.brokers], clientId: 'bench', logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const rounds: { readonly log: number; readonly kafkajs: number }[] = [];
  for (let round = 0; round <= options.rounds; round++) {
    const figures = {
      kafkajs: await perSecond(options, (first) => sendBare(producer, options, first)),
      log: await perSecond(options, (first) => append(log, options, first)),
    };
    if (round > 0) rounds.push(figures);
  }
  await producer.disconnect();
  await log.close();
  return {
    log: median(rounds.map((round) => round.log)),
    kafkajs: median(rounds.map((round) => round.kafkajs)),
    share: median(rounds.map((round) => round.log / round.kafkajs)),
  };
}

const LZ4 = {
  compress: async ({ buffer }: { readonly buffer: Buffer }) => compress(buffer, 'lz4'),
  decompress: async (bytes: Buffer) => DECOMPRESS.lz4?.(bytes),
};

const OURS = 'bench.log';
const BARE = 'bench.kafkajs';

async function perSecond({ lines }: ProducingOptions, call: (first: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const caller = async (): Promise<void> => {
    for (let first = next; first < lines.length; first = next) {
      next = first + EVENTS_OF_ONE_CALL;
      await call(first);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, caller));
  return lines.length / ((performance.now() - startedAt) / 1000);
}

function append(log: KafkaLog, { lines, keys }: ProducingOptions, first: number): Promise<unknown> {
  const records = lines.slice(first, first + EVENTS_OF_ONE_CALL).map((line, index) => ({
    key: keys[first + index] ?? '',
    timeMs: 1_795_000_000_000,
    value: Buffer.from(line),
  }));
  return log.append(OURS, records);
}

/** As kafkajs is used with care: a key's partition is named, so that a repetition goes nowhere else. */
function sendBare(
  producer: ReturnType<Kafka['producer']>,
  { lines, keys }: ProducingOptions,
  first: number,
): Promise<unknown> {
  const messages = lines.slice(first, first + EVENTS_OF_ONE_CALL).map((line, index) => {
    const key = keys[first + index] ?? '';
    const headers = { 'lakegate-time': '1795000000000' };
    return { key, partition: partitionOf(key, PARTITIONS), value: Buffer.from(line), headers };
  });
  return producer.send({ topic: BARE, messages, acks: -1, compression: CompressionTypes.LZ4 });
}
