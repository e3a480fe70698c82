import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../log/log.ts';
import { KindFloors } from '../../model/kind-floors.ts';
import { type FloorRecord, WATERMARKS_TOPIC } from '../../model/topics.ts';

/** The watermarks of all kinds, made of the floors that owners of partitions tell, as far as they have come here. */
export interface KafkaFloors {
  /** Of the kind, given by partition the offset before which everything is loaded. Null where there is none. */
  watermarkMs(topic: string, loadedNext: ReadonlyMap<number, bigint>): number | null;
  close(): Promise<void>;
}

export interface KafkaFloorsOptions {
  readonly log: Log;
  /** Of kinds, with their numbers of partitions. Floors of others are passed over. */
  readonly topics: ReadonlyMap<string, number>;
  readonly logger: { debug(facts: object, message: string): void };
}

export function followFloors(options: KafkaFloorsOptions): KafkaFloors {
  const floors = new Map([...options.topics].map(([topic, partitions]) => [topic, new KindFloors(partitions)]));
  const stopping = new AbortController();
  const following = follow(options, stopping.signal, (floor) => floors.get(floor.topic)?.declare(floor));
  return {
    watermarkMs: (topic, loadedNext) => floors.get(topic)?.watermarkMs(loadedNext) ?? null,
    async close() {
      stopping.abort();
      await following;
    },
  };
}

/** From the first one that is kept. What cannot be read now is read later: a watermark that stays where it is promises nothing false. */
async function follow(
  { log, logger }: KafkaFloorsOptions,
  signal: AbortSignal,
  take: (floor: FloorRecord) => void,
): Promise<void> {
  let next = 0n;
  while (!signal.aborted) {
    try {
      next = await firstKept(log, next);
      for await (const records of log.read(WATERMARKS_TOPIC, 0, next, { signal })) {
        for (const { value, offset } of records) {
          take(JSON.parse(Buffer.from(value).toString('utf8')) as FloorRecord);
          next = offset + 1n;
        }
      }
    } catch (error) {
      logger.debug({ err: error }, 'floors cannot be read at the moment; tried again');
    }
    await pause(RETRY_MS, null, { signal }).catch(() => {});
  }
}

const RETRY_MS = 500;

async function firstKept(log: Log, next: bigint): Promise<bigint> {
  const [end] = await log.ends(WATERMARKS_TOPIC);
  return end === undefined || end.first <= next ? next : end.first;
}
