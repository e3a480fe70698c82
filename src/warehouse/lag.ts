import type { Log } from '../log/log.ts';
import type { Progress } from './progress.ts';

/** How far a group of readers is behind the end of one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly group: ReaderGroup;
  /** The next offset that the group will take. */
  readonly committedOffset: bigint;
  /** The next offset that the log will give. */
  readonly endOffset: bigint;
  /** Between them. On Kafka some of these may be marks of transactions and no records. */
  readonly lag: number;
}

/** Who reads the log: admission what producers wrote, the warehouse what was admitted. */
export type ReaderGroup = 'admission' | 'warehouse';

export interface GroupReading {
  readonly group: ReaderGroup;
  readonly topics: readonly string[];
  /** By partition. A partition that is absent is one of which nothing was taken. */
  readonly committed: (topic: string) => Promise<ReadonlyMap<number, bigint>>;
}

export async function readLag(log: Log, groups: readonly GroupReading[]): Promise<readonly PartitionLag[]> {
  const read = groups.flatMap((group) => group.topics.map((topic) => readTopic(log, group, topic)));
  return (await Promise.all(read)).flat();
}

async function readTopic(
  log: Log,
  { group, committed }: GroupReading,
  topic: string,
): Promise<readonly PartitionLag[]> {
  // Where the readers are first: what comes in meanwhile is lag.
  const taken = await committed(topic);
  const ends = await log.ends(topic);
  return ends.map(({ partition, first, next }) => {
    const committedOffset = taken.get(partition) ?? first;
    // Readers may stand behind marks of transactions that come after the last record.
    const lag = Math.max(0, Number(next - committedOffset));
    return { topic, partition, group, committedOffset, endOffset: next, lag };
  });
}

/** The warehouse as a reader of the log: what is visible it has taken. */
export function warehouseReading(topics: readonly string[], progress: Progress): GroupReading {
  return {
    group: 'warehouse',
    topics,
    committed: async (topic) => {
      const offsets = progress.version([topic]).offsets.get(topic) ?? new Map<number, bigint>();
      return new Map([...offsets].map(([partition, offset]) => [partition, offset + 1n]));
    },
  };
}
