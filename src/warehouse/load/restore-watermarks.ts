import type { Log, Notes, StoredRecord } from '../../log/log.ts';
import { watermarkOf } from '../../model/record-format.ts';
import { DISORDER_MS, KindWatermark } from '../../model/watermark.ts';
import { readLoadNote } from './load-note.ts';

/**
 * The watermark of each topic as it was before the last stop, however that came: at least what was ever shown (it is noted before),
 * and for every partition what its newest record knew. Call before admission and loading start, and give both the same instances.
 */
export async function restoreWatermarks(
  log: Log,
  notes: Notes,
  topics: readonly string[],
): Promise<ReadonlyMap<string, KindWatermark>> {
  const watermarks = new Map<string, KindWatermark>();
  for (const topic of topics) watermarks.set(topic, await restoreWatermark(log, notes, topic));
  return watermarks;
}

async function restoreWatermark(log: Log, notes: Notes, topic: string): Promise<KindWatermark> {
  const ends = await log.ends(topic);
  const watermark = new KindWatermark(ends.length, readLoadNote(notes, topic, ends.length)?.watermarkMs ?? null);
  for (const { partition, first, next } of ends) {
    if (next === first) continue;
    const last = await lastRecord(log, topic, partition, next - 1n);
    if (last === null) continue;
    // The record before may have been newer; what the last one met says how much.
    const metMs = watermarkOf(last.value);
    const newestBeforeMs = metMs === null ? Number.NEGATIVE_INFINITY : metMs + DISORDER_MS;
    watermark.restore(partition, Math.max(last.timeMs, newestBeforeMs), last.appendedAtMs);
  }
  return watermark;
}

async function lastRecord(log: Log, topic: string, partition: number, offset: bigint): Promise<StoredRecord | null> {
  const options = { signal: new AbortController().signal, follow: false, skipCorrupt: true };
  for await (const records of log.read(topic, partition, offset, options)) return records.at(-1) ?? null;
  return null;
}
