import type { HeadedRecord, StoredHeadedRecord } from '../../log/partition-work.ts';
import { type EventSource, type StoredEvent, storedEvent } from './stored-event.ts';

/**
 * What is in the topic through which events come to the partition of another key: a line of JSON, and for an event its record as it was.
 *
 *   {"topic":"transactions","partition":3,"offset":"118"}⏎{"_tenant":"default","_time":…}      the event of that place
 *   {"topic":"transactions","partition":3,"watermarkUs":1795263990000000}                       event time has come this far in that partition
 */
export type ByKeyRecord =
  | { readonly event: StoredEvent; readonly mark: null }
  | { readonly event: null; readonly mark: WatermarkMark };

export interface WatermarkMark {
  readonly topic: string;
  readonly partition: number;
  readonly watermarkUs: number;
}

export function eventByKey(event: StoredEvent, { timeMs, value }: StoredHeadedRecord, key: string): HeadedRecord {
  const { topic, partition, offset } = event;
  const line = `${JSON.stringify({ topic, partition, offset: offset.toString() })}\n`;
  return { key, timeMs, value: Buffer.concat([Buffer.from(line), value]) };
}

export function markRecord({ topic, partition, watermarkUs }: WatermarkMark): HeadedRecord {
  const value = Buffer.from(JSON.stringify({ topic, partition, watermarkUs }));
  return { key: `${topic}/${partition}`, timeMs: Math.floor(watermarkUs / 1000), value };
}

export type SourceOf = (topic: string, partition: number) => EventSource;

export function readByKey(record: StoredHeadedRecord, sourceOf: SourceOf): ByKeyRecord {
  const bytes = record.value;
  const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lineEnd = value.indexOf(LINE_END);
  if (lineEnd < 0) return { event: null, mark: JSON.parse(value.toString('utf8')) };
  const { topic, partition, offset } = JSON.parse(value.toString('utf8', 0, lineEnd));
  const original = { key: record.key, value: value.subarray(lineEnd + 1), offset: BigInt(offset) };
  return { event: storedEvent(original, sourceOf(topic, partition)), mark: null };
}

const LINE_END = 0x0a;
