import { followTopic } from '../../log/follow-topic.ts';
import type { Log, StoredRecord } from '../../log/log.ts';
import { type FloorRecord, WATERMARKS_TOPIC } from '../../model/topics.ts';
import type { Logger } from '../../platform/telemetry.ts';

/** The floors that all owners of partitions have told, as far as they have come here. */
export interface FloorBoard {
  /** Of the kind's other partitions that have one. */
  others(topic: string, partition: number): readonly FloorRecord[];
  /** What was told of the partition last; null before. */
  floorOf(topic: string, partition: number): { readonly next: bigint; readonly floorMs: number } | null;
  /** Every record of the partition from `next` on meets at least this. Null where that is not known. */
  floorMs(topic: string, partition: number, next: bigint): number | null;
  close(): Promise<void>;
}

export function openFloorBoard(options: { readonly log: Log; readonly logger: Logger }): FloorBoard {
  const floors = new Map<string, Map<number, FloorRecord>>();
  const stopping = new AbortController();
  const take = ({ value }: StoredRecord) => {
    const floor = decodeFloor(value);
    const ofTopic = floors.get(floor.topic) ?? new Map<number, FloorRecord>();
    floors.set(floor.topic, ofTopic.set(floor.partition, floor));
  };
  const following = followTopic(
    { ...options, topic: WATERMARKS_TOPIC, partition: 0, from: 0n, signal: stopping.signal },
    take,
  );
  return {
    others: (topic, partition) =>
      [...(floors.get(topic)?.values() ?? [])].filter((each) => each.partition !== partition),
    floorOf: (topic, partition) => {
      const floor = floors.get(topic)?.get(partition);
      return floor === undefined ? null : { next: BigInt(floor.next), floorMs: floor.floorMs };
    },
    floorMs: (topic, partition, next) => {
      const floor = floors.get(topic)?.get(partition);
      return floor === undefined || BigInt(floor.next) > next ? null : floor.floorMs;
    },
    close: async () => {
      stopping.abort();
      await following;
    },
  };
}

/** The key under which only the newest is kept. */
export function floorKey({ topic, partition }: FloorRecord): string {
  return `${topic}/${partition}`;
}

export function encodeFloor(floor: FloorRecord): Buffer {
  return Buffer.from(JSON.stringify(floor));
}

export function decodeFloor(value: Uint8Array): FloorRecord {
  return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')) as FloorRecord;
}
