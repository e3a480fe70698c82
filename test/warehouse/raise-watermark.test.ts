import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { watermarkOf } from '../../src/model/record-format.ts';
import { KindWatermark } from '../../src/model/watermark.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { raiseWatermark } from '../../src/warehouse/load/raise-watermark.ts';
import { restoreWatermarks } from '../../src/warehouse/load/restore-watermarks.ts';
import { readAll } from '../support/read-all.ts';

const TOPIC = 'things';
const PARTITIONS = 3;
const START_MS = 1_795_000_000_000;
let dir: string;
let log: EmbeddedLog;
let watermark: KindWatermark;
let nowMs: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lakegate-watermark-'));
  log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 86_400_000 });
  await log.createTopic({ topic: TOPIC, partitions: PARTITIONS, retentionMs: null });
  watermark = new KindWatermark(PARTITIONS, null);
  nowMs = START_MS;
});
afterEach(async () => {
  await log.close();
  await rm(dir, { recursive: true, force: true });
});

test('while admission goes on, whatever is not visible yet is not older than the watermark, unless it came late', async () => {
  const loaded = Array.from({ length: PARTITIONS }, () => -1n);
  const lastWatermarksMs: (number | null)[] = Array.from({ length: PARTITIONS }, () => null);
  let raised = 0;
  for (let round = 0; round < 150; round++) {
    const admitting = Array.from({ length: Math.floor(Math.random() * 4) }, () => admit());
    // Somewhere between: what is loaded is a part of what is durable.
    for (const { partition, next } of await log.ends(TOPIC)) {
      if (Math.random() < 0.2 || next === 0n || next - 1n < (loaded[partition] ?? -1n)) continue;
      loaded[partition] = next - 1n;
      lastWatermarksMs[partition] = watermarkOf(
        (await readAll(log, TOPIC, partition)).at(Number(next - 1n))?.value ?? new Uint8Array(),
      );
    }
    const shownMs = await raiseWatermark(slowToAnswer(log), TOPIC, watermark, { loaded, lastWatermarksMs }, nowMs);
    await Promise.all(admitting);
    nowMs += Math.floor(Math.random() * 15_000);
    if (shownMs === null) continue;
    raised++;
    expect(await earliestNotLateBehind(loaded)).toBeGreaterThanOrEqual(shownMs);
  }
  expect(raised).toBeGreaterThan(10);
});

test('after a restart every partition meets at least what it met before', async () => {
  for (let count = 0; count < 30; count++) await admit();
  const restored = (await restoreWatermarks(log, log.notes, [TOPIC])).get(TOPIC);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    expect(restored?.judge(partition, START_MS, nowMs)).toBe(watermark.judge(partition, START_MS, nowMs));
  }
});

/** Its answers are true when they are made and come later, as those of a log in another process do. */
function slowToAnswer(from: EmbeddedLog): EmbeddedLog {
  return {
    ...from,
    ends: async (topic) => {
      const ends = await from.ends(topic);
      for (let turns = Math.floor(Math.random() * 12); turns > 0; turns--) await new Promise(setImmediate);
      return ends;
    },
  };
}

let ids = 0;

/** As admission does it: judged in offset order inside the transaction, settled when it is durable. */
async function admit(): Promise<void> {
  const timeMs = nowMs - Math.floor(Math.random() * 20_000);
  const id = `i${ids++}`;
  const claimed = { key: id, timeMs, bytesMax: 100, claim: id, fingerprint: 1n };
  const [outcome] = await log.appendOnce(TOPIC, [claimed], (_, partition) =>
    Buffer.from(`{"_watermark":${watermark.judge(partition, timeMs, nowMs) ?? 0}}`),
  );
  watermark.settled(outcome?.position.partition ?? 0, 1);
}

async function earliestNotLateBehind(loaded: readonly bigint[]): Promise<number> {
  const times: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (const { offset, timeMs, value } of await readAll(log, TOPIC, partition)) {
      const late = timeMs < (watermarkOf(value) ?? 0);
      if (offset > (loaded[partition] ?? -1n) && !late) times.push(timeMs);
    }
  }
  return Math.min(...times);
}
