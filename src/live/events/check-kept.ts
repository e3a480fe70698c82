import { setTimeout as pause } from 'node:timers/promises';
import type { Log, PartitionEnd } from '../../log/log.ts';
import { LakegateError } from '../../platform/errors.ts';
import { encodeEventCursor, type Offsets } from './event-cursor.ts';

/** Refuses a place in front of what is kept: what came there is gone, and nobody knows how much of it the reader wanted. And one behind the end. */
export async function checkKept(log: Log, topic: string, next: Offsets): Promise<void> {
  const ends = await endsThatReach(log, topic, next);
  if (ends.some(({ partition, first }) => asked(next, partition) < first)) {
    const oldest = ends.map(({ partition, first }) => {
      const isGone = asked(next, partition) < first;
      return isGone ? first : asked(next, partition);
    });
    const cursor = encodeEventCursor({ topic, next: oldest, until: null });
    throw new LakegateError({
      code: 'CURSOR_EXPIRED',
      message: `after: the events that follow are no longer kept; the oldest that are follow ${cursor}`,
    });
  }
  if (!reach(ends, next)) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: 'after: expected a cursor of this log, got one of a place that this log has not reached',
    });
  }
}

/** A broker that has only just become the leader may for a moment not know how far others have read. */
async function endsThatReach(log: Log, topic: string, next: Offsets): Promise<readonly PartitionEnd[]> {
  for (let left = log.contiguousOffsets ? 0 : LOOKS; ; left--) {
    const ends = await log.ends(topic);
    if (left === 0 || reach(ends, next)) return ends;
    await pause(LOOK_EVERY_MS);
  }
}

/** Three seconds: as long as a frozen broker is waited for. */
const LOOKS = 12;
const LOOK_EVERY_MS = 250;

function reach(ends: readonly PartitionEnd[], next: Offsets): boolean {
  return ends.every(({ partition, next: end }) => asked(next, partition) <= end);
}

function asked(next: Offsets, partition: number): bigint {
  return next[partition] ?? 0n;
}
