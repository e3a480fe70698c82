import type { Log } from '../../log/log.ts';
import { LakegateError } from '../../platform/errors.ts';
import { encodeEventCursor, type Offsets } from './event-cursor.ts';

/** Refuses a place in front of what is kept: what came there is gone, and nobody knows how much of it the reader wanted. And one behind the end. */
export async function checkKept(log: Log, topic: string, next: Offsets): Promise<void> {
  const ends = await log.ends(topic);
  if (ends.some(({ partition, first }) => (next[partition] ?? 0n) < first)) {
    const oldest = ends.map(({ partition, first }) => {
      const asked = next[partition] ?? 0n;
      return asked < first ? first : asked;
    });
    const cursor = encodeEventCursor({ topic, next: oldest, until: null });
    throw new LakegateError({
      code: 'CURSOR_EXPIRED',
      message: `after: the events that follow are no longer kept; the oldest that are follow ${cursor}`,
    });
  }
  if (ends.some(({ partition, next: end }) => (next[partition] ?? 0n) > end)) {
    throw new LakegateError({
      code: 'BAD_REQUEST',
      message: 'after: expected a cursor of this log, got one of a place that this log has not reached',
    });
  }
}
