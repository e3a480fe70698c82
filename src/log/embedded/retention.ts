import { type BatchKey, decodeBatchHeader, decodeBatchKey, encodeBatchKey, seekKey } from './batch-format.ts';
import { type Group, writeEnd } from './group.ts';
import type { Tables } from './store.ts';
import type { OpenPartition, OpenTopic } from './topics.ts';
import type { Call } from './writer.ts';

/** 64 batches, at most 64 MiB, in one transaction: a few milliseconds, so that appends go on in between. */
const BATCHES_PER_STEP = 64;

/**
 * Lets go of batches older than the topic keeps, oldest first, a step at a time through the same queue as appends. Ends when nothing is
 * old enough any more.
 */
export async function retain(
  topic: OpenTopic,
  nowMs: number,
  submit: (make: (resolve: () => void, reject: (error: unknown) => void) => Call) => Promise<void>,
): Promise<void> {
  const { retentionMs } = topic.spec;
  if (retentionMs === null) return;
  for (const partition of topic.partitions) {
    let removed: number;
    do {
      removed = 0;
      await submit((resolve, reject) => ({
        bytes: 0,
        records: BATCHES_PER_STEP,
        join: (group, tables) => {
          removed = removeOld(group, tables, partition, nowMs - retentionMs);
        },
        resolve,
        reject,
      }));
    } while (removed === BATCHES_PER_STEP);
  }
}

function removeOld(group: Group, tables: Tables, partition: OpenPartition, olderThanMs: number): number {
  const old = oldBatches(tables, partition, olderThanMs);
  const last = old.at(-1);
  if (last === undefined) return 0;
  partition.first = last.baseOffset + BigInt(last.recordCount);
  group.changes.push(({ batches }) => {
    for (const key of old) batches.remove(encodeBatchKey(key));
    writeEnd(tables, partition);
  });
  return old.length;
}

function oldBatches(tables: Tables, partition: OpenPartition, olderThanMs: number): BatchKey[] {
  const old: BatchKey[] = [];
  const { topicNumber, partition: number, first, next } = partition;
  const range = { start: seekKey(topicNumber, number, first), end: seekKey(topicNumber, number, next) };
  for (const bytes of tables.batches.getKeys({ ...range, limit: BATCHES_PER_STEP })) {
    const key = decodeBatchKey(bytes);
    if (key === null || key.appendedAtMs >= olderThanMs || !isOld(tables, key, olderThanMs)) break;
    old.push(key);
  }
  return old;
}

/** The key says it is old; the batch, under its checksum, has the last word, so that no flipped bit in a key deletes what is young. */
function isOld(tables: Tables, key: BatchKey, olderThanMs: number): boolean {
  const bytes = tables.batches.getBinaryFast(encodeBatchKey(key));
  const header = bytes === undefined ? null : decodeBatchHeader(bytes.subarray(0, bytes.length));
  return header === null || header.appendedAtMs < olderThanMs;
}
