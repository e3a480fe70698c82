import { decodeVersion, encodeVersion } from '../../model/version.ts';

/**
 * One version that covers both: of each partition the later offset. An ingest answer names only the partitions that its events went to, so
 * to see everything that several answers admitted takes all of them.
 */
export function mergedVersion(one: string | null, other: string): string {
  if (one === null) return other;
  const offsets = new Map([...decodeVersion(one).offsets].map(([topic, partitions]) => [topic, new Map(partitions)]));
  for (const [topic, partitions] of decodeVersion(other).offsets) {
    const merged = offsets.get(topic) ?? new Map<number, bigint>();
    for (const [partition, offset] of partitions) {
      if (offset > (merged.get(partition) ?? -1n)) merged.set(partition, offset);
    }
    offsets.set(topic, merged);
  }
  return encodeVersion({ offsets, watermarksMs: new Map() });
}
