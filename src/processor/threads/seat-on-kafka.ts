import { join } from 'node:path';
import type { KafkaLog } from '../../log/kafka-log.ts';
import type { KafkaWorkOptions } from '../../log/kafka-work.ts';
import type { ThreadLogPlace } from './job-threads.ts';

/** A thread's way to Kafka: a member of its own, with connections and copies of state of its own, the first one's where one thread would have them. */
export function seatOnKafka(
  log: Pick<KafkaLog, 'topics' | 'kafkaName'>,
  { logger: _, kafkaName: __, clock: ___, ...reached }: KafkaWorkOptions,
  place: { readonly dir: string; readonly thread: number },
): ThreadLogPlace {
  const { dir, thread } = place;
  const names = new Map(log.topics().map(({ topic }) => [topic, log.kafkaName(topic)]));
  const stateDir = join(dir, thread === 0 ? JOB_STATES : `${JOB_STATES}-${thread}`);
  return { log: { on: 'kafka', connection: { ...reached, stateDir }, names }, handedOver: [], close: async () => {} };
}

/** The folder of copies of what jobs know. */
export const JOB_STATES = 'processor';
