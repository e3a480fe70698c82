import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { ALERTS_TOPIC } from '../../src/model/streams/stream-topics.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { BATCH_LIMITS, type Batch, cutBatch, readBatch, shareRows } from '../../src/warehouse/load/batch.ts';
import { damageFile } from '../support/damage-file.ts';

const TOPIC = 'things';
const DAY_MS = 86_400_000;
const signal = new AbortController().signal;
let dir: string;
let log: EmbeddedLog;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lakegate-batch-'));
  log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: DAY_MS });
  await log.createTopic({ topic: TOPIC, partitions: 3, retentionMs: null });
});
afterEach(async () => {
  await log.close();
  await rm(dir, { recursive: true, force: true });
});

describe('a batch', () => {
  test('is one line a record, its place in front of the bytes that came', async () => {
    await append(['a', 'b', 'c', 'd', 'e']);
    const batch = await cut();
    const lines = linesOf(batch);
    expect(lines).toHaveLength(5);
    for (const { _partition, _offset, ...own } of lines) {
      expect(own).toEqual({ _watermark: 5, name: expect.any(String) });
      expect(rangeOf(batch, Number(_partition))?.first).toBeLessThanOrEqual(BigInt(Number(_offset)));
    }
    expect(batch?.rows).toBe(5);
    expect([...(batch?.lastWatermarksMs.values() ?? [])]).toEqual(batch?.ranges.map(() => 5));
  });

  test('of alerts says of each line also when it was appended, as Kafka would, and the same when it is made again', async () => {
    await log.createTopic({ topic: ALERTS_TOPIC, partitions: 1, retentionMs: null });
    const value = Buffer.from(`{"_watermark":5,"id":"a"}`);
    await log.append(
      ALERTS_TOPIC,
      [1, 2].map((n) => ({ key: `k${n}`, timeMs: 1000 * n, value })),
    );
    const appendedAtMs: number[] = [];
    for await (const records of log.read(ALERTS_TOPIC, 0, 0n, { signal, follow: false }))
      appendedAtMs.push(...records.map((record) => record.appendedAtMs));
    const batch = await cutBatch(log, ALERTS_TOPIC, [{ partition: 0, from: 0n, next: 2n }], BATCH_LIMITS, signal);
    expect(linesOf(batch).map(({ _timestamp_ms }) => Date.parse(String(_timestamp_ms)))).toEqual(appendedAtMs);
    const again = await readBatch(log, ALERTS_TOPIC, batch?.ranges ?? [], [], signal);
    expect(Buffer.from(again.bytes).equals(Buffer.from(batch?.bytes ?? []))).toBe(true);
  });

  test('made again from its ranges has the same bytes', async () => {
    await append(Array.from({ length: 200 }, (_, index) => `k${index}`));
    const batch = await cut({ rowsMax: 70 });
    const again = await readBatch(log, TOPIC, batch?.ranges ?? [], [], signal);
    expect(Buffer.from(again.bytes).equals(Buffer.from(batch?.bytes ?? []))).toBe(true);
  });

  test('ends at its limits, and the next begins where it ended', async () => {
    await append(Array.from({ length: 200 }, (_, index) => `k${index}`));
    const seen = new Set<string>();
    let batches = 0;
    let from = [0n, 0n, 0n];
    for (;;) {
      const batch = await cut({ rowsMax: 30, bytesMax: 900 }, from);
      if (batch === null) break;
      expect(batch.rows).toBeLessThanOrEqual(30);
      expect(batch.bytes.length).toBeLessThan(900 + 64);
      for (const line of linesOf(batch)) seen.add(String(line.name));
      from = from.map((offset, partition) => (rangeOf(batch, partition)?.last ?? offset - 1n) + 1n);
      batches++;
    }
    expect(seen.size).toBe(200);
    expect(batches).toBeGreaterThan(6);
  });

  test('touches no more days than the limit', async () => {
    await log.append(
      TOPIC,
      Array.from({ length: 10 }, (_, day) => ({ ...record('same'), timeMs: day * DAY_MS })),
    );
    const batch = await cut({ daysMax: 4 });
    expect(batch).toMatchObject({ rows: 4, cutShort: true, minutes: [0, 1440, 2880, 4320] });
  });

  test('without some records says what is left in it', async () => {
    const [first, second, third] = await log.append(
      TOPIC,
      ['same', 'same', 'same'].map((key) => record(key)),
    );
    if (first === undefined || second === undefined || third === undefined) throw new Error('three positions');
    const range = { partition: first.partition, first: first.offset, last: third.offset };
    const batch = await readBatch(log, TOPIC, [range], [first], signal);
    expect(batch).toMatchObject({ ranges: [range], loaded: [{ ...range, first: second.offset, rows: 2 }], rows: 2 });
  });

  test('ends before a hole in the offsets and says that there is more; made again, it names what the log lost of it', async () => {
    const keys = Array.from({ length: 5 }, () => 'same');
    const places = [];
    for (const [number, key] of keys.entries()) places.push(...(await log.append(TOPIC, [record(key, number)])));
    const whole = await cut();
    await damageFile(join(dir, 'data.mdb'), record('same', 2).value);
    const partition = places[0]?.partition;
    expect(await cut()).toMatchObject({ ranges: [{ partition, first: 0n, last: 1n }], cutShort: true });
    const again = await readBatch(log, TOPIC, whole?.ranges ?? [], [], signal);
    expect(again).toMatchObject({
      ranges: [
        { partition, first: 0n, last: 1n },
        { partition, first: 3n, last: 4n },
      ],
      loaded: [{ partition, first: 0n, last: 4n, rows: 4 }],
      missing: [{ partition, first: 2n, last: 2n }],
      rows: 4,
    });
  });

  test('is not taken for damaged where reading it was stopped', async () => {
    await append(['a', 'b', 'c']);
    const whole = await cut();
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(readBatch(log, TOPIC, whole?.ranges ?? [], [], stopped)).rejects.toThrow('stopped');
  });

  test('gives short partitions all they have and shares the rest among the long ones', () => {
    const spans = [span(0, 1000n), span(1, 10n), span(2, 500n), span(3, 0n)];
    expect(shareRows(spans, 300).map(({ partition, rowsMax }) => [partition, rowsMax])).toEqual([
      [0, 145],
      [1, 10],
      [2, 145],
    ]);
  });
});

function span(partition: number, next: bigint) {
  return { partition, from: 0n, next };
}

function record(key: string, number?: number) {
  const own = number === undefined ? '' : `,"number":${number}`;
  return { key, timeMs: 0, value: Buffer.from(`{"_watermark":5,"name":"${key}"${own}}`) };
}

async function append(keys: readonly string[]): Promise<void> {
  await log.append(
    TOPIC,
    keys.map((key) => record(key)),
  );
}

async function cut(
  limits: Partial<typeof BATCH_LIMITS> = {},
  from: readonly bigint[] = [0n, 0n, 0n],
): Promise<Batch | null> {
  const ends = await log.ends(TOPIC);
  const spans = ends.map(({ partition, next }) => ({ partition, from: from[partition] ?? 0n, next }));
  return cutBatch(log, TOPIC, spans, { ...BATCH_LIMITS, ...limits }, signal);
}

function linesOf(batch: Batch | null): readonly Record<string, unknown>[] {
  const text = Buffer.from(batch?.bytes ?? []).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function rangeOf(batch: Batch | null, partition: number) {
  return batch?.ranges.find((range) => range.partition === partition);
}
