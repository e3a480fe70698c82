import { followTopic } from '../../log/follow-topic.ts';
import type { Log } from '../../log/log.ts';
import { KindFloors } from '../../model/kind-floors.ts';
import { type FloorRecord, WATERMARKS_TOPIC } from '../../model/topics.ts';
import type { Logger } from '../../platform/telemetry.ts';

/** The watermarks of all kinds, made of the floors that owners of partitions tell, as far as they have come here. */
interface KafkaFloors {
  /** Of the kind, given by partition the offset before which everything is loaded. Null where there is none. */
  watermarkMs(topic: string, loadedNext: ReadonlyMap<number, bigint>): number | null;
  close(): Promise<void>;
}

interface KafkaFloorsOptions {
  readonly log: Log;
  /** Of kinds, with their numbers of partitions. Floors of others are passed over. */
  readonly topics: ReadonlyMap<string, number>;
  readonly logger: Pick<Logger, 'warn'>;
}

export function followFloors(options: KafkaFloorsOptions): KafkaFloors {
  const floors = new Map([...options.topics].map(([topic, partitions]) => [topic, new KindFloors(partitions)]));
  const stopping = new AbortController();
  // What cannot be read now is read later: a watermark that stays where it is promises nothing false.
  const following = followTopic(
    { ...options, topic: WATERMARKS_TOPIC, partition: 0, from: 0n, signal: stopping.signal },
    ({ value }) => {
      const floor = JSON.parse(Buffer.from(value).toString('utf8')) as FloorRecord;
      floors.get(floor.topic)?.declare(floor);
    },
  );
  return {
    watermarkMs: (topic, loadedNext) => floors.get(topic)?.watermarkMs(loadedNext) ?? null,
    async close() {
      stopping.abort();
      await following;
    },
  };
}
