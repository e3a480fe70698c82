import type { Log, StoredRecord } from '../../src/log/log.ts';

/** Everything a partition holds now, from its first kept offset or from `from`. */
export async function readAll(log: Log, topic: string, partition: number, from?: bigint): Promise<StoredRecord[]> {
  const ends = await log.ends(topic);
  const start = from ?? ends[partition]?.first ?? 0n;
  const records: StoredRecord[] = [];
  const { signal } = new AbortController();
  for await (const chunk of log.read(topic, partition, start, { signal, follow: false })) records.push(...chunk);
  return records;
}

/** Everything a topic holds now, partition after partition. */
export async function readTopic(log: Log, topic: string): Promise<(StoredRecord & { readonly partition: number })[]> {
  const all = [];
  for (const { partition } of await log.ends(topic)) {
    for (const record of await readAll(log, topic, partition)) all.push({ ...record, partition });
  }
  return all;
}
