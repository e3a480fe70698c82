import { expect } from 'vitest';
import { decodeFloor } from '../../../src/ingest/kafka/floor-board.ts';
import { WATERMARKS_TOPIC } from '../../../src/model/topics.ts';
import type { StoredEvent } from '../open-ingest.ts';
import { readTopic } from '../read-all.ts';
import type { KafkaIngest } from './open-kafka-ingest.ts';

/**
 * What holds of a kind's topic at any time: every id is there once, events are numbered from 0 without a hole in the order of their offsets, and
 * none met a watermark below a floor that was declared before it. Returns the events.
 */
export async function expectSound(ingest: KafkaIngest): Promise<readonly StoredEvent[]> {
  const { plural } = ingest.kind;
  const events = await ingest.stored(plural);
  expect(new Set(events.map(({ members }) => members.id)).size).toBe(events.length);
  for (const partition of new Set(events.map((event) => event.partition))) {
    const ofPartition = events.filter((event) => event.partition === partition);
    expect(ofPartition.map(({ members }) => members._sequence)).toEqual(ofPartition.map((_, n) => n));
    await expectFloorsKept(ingest, partition, ofPartition);
  }
  return events;
}

async function expectFloorsKept(ingest: KafkaIngest, partition: number, events: readonly StoredEvent[]): Promise<void> {
  const floors = (await readTopic(ingest.log, WATERMARKS_TOPIC)).map(({ value }) => decodeFloor(value));
  const own = floors.filter((floor) => floor.partition === partition);
  expect(own.map(({ floorMs }) => floorMs)).toEqual(own.map(({ floorMs }) => floorMs).sort((a, b) => a - b));
  for (const { next, floorMs } of own) {
    const later = events.filter(({ offset }) => offset >= BigInt(next));
    expect(later.filter(({ members }) => Number(members._watermark) < floorMs)).toEqual([]);
  }
}
