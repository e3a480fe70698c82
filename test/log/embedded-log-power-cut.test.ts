import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { startAppender } from '../support/killed-appender.ts';
import { CUT_MODES, type CutMode, imageAfter, parseRecording, type Step, seededRandom } from '../support/power-cut.ts';
import { readTopic } from '../support/read-all.ts';
import { compileSharedLibrary } from '../support/shared-library.ts';

const TOPIC = 'things';
const CUTS = Number(process.env.POWER_CUTS ?? 80);
const SEED = Number(process.env.POWER_CUT_SEED ?? 1);

const recorder = compileSharedLibrary('record-writes.c');
if (recorder === null) console.log('SKIPPED BY NAME: "a power cut" needs a C compiler and LD_PRELOAD.');

describe.skipIf(recorder === null)('a power cut', () => {
  let scratch: string;
  let base: Buffer;
  let steps: readonly Step[];

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'lakegate-power-cut-'));
    const dir = join(scratch, 'log');
    await makeLog(dir);
    base = await readFile(join(dir, 'data.mdb'));
    steps = await recordAppends(dir, join(scratch, 'recording'));
    // The first proof is of the recording itself: all of it, replayed, is the file that is there.
    const real = await readFile(join(dir, 'data.mdb'));
    const replayed = imageAfter(base, steps, steps.length, 'all', () => 0);
    expect(replayed.equals(real)).toBe(true);
  }, 120_000);

  afterAll(async () => {
    await rm(scratch, { recursive: true });
  });

  test(`at any of ${CUTS} moments, whatever the disk kept of what was not synced, leaves a log that opens, has all it acknowledged, and goes on`, async () => {
    const random = seededRandom(SEED);
    for (let cut = 0; cut < CUTS; cut++) {
      const count = Math.floor(random() * (steps.length + 1));
      const mode = CUT_MODES[cut % CUT_MODES.length] as CutMode;
      const image = imageAfter(base, steps, count, mode, random);
      const lost = await lostFrom(image, toldBefore(steps, count));
      expect(lost, `lost by cut ${cut} behind step ${count}, mode ${mode}, seed ${SEED}`).toEqual([]);
    }
  }, 600_000);

  test('is noticed by this test where syncs are lies', async () => {
    const lies = steps.map((step): Step => (step.what === 'durable write' ? { ...step, what: 'write' } : step));
    const withoutSyncs = lies.filter(({ what }) => what !== 'sync begins' && what !== 'sync ended');
    const image = imageAfter(base, withoutSyncs, withoutSyncs.length, 'none', () => 0);
    expect((await lostFrom(image, toldBefore(steps, steps.length))).length).toBeGreaterThan(0);
  });

  /** Which of the told records are not in the image. Also appends one more, and reads that. */
  async function lostFrom(image: Buffer, told: readonly string[]): Promise<string[]> {
    const dir = join(scratch, 'image');
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir);
    await cp(join(scratch, 'log', 'FORMAT'), join(dir, 'FORMAT'));
    await writeFile(join(dir, 'data.mdb'), image);
    const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
    try {
      await log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.from('after the cut') }]);
      const found = await readTopic(log, TOPIC);
      const lines = new Set(
        found.map(
          ({ partition, offset, value }) => `${partition} ${offset} ${Buffer.from(value).toString().trimEnd()}`,
        ),
      );
      expect(found.some(({ value }) => Buffer.from(value).toString() === 'after the cut')).toBe(true);
      return told.filter((line) => !lines.has(line));
    } finally {
      await log.close();
    }
  }
});

async function makeLog(dir: string): Promise<void> {
  const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
  await log.createTopic({ topic: TOPIC, partitions: 4, retentionMs: null });
  await log.close();
}

async function recordAppends(dir: string, recording: string): Promise<Step[]> {
  const environment = { LD_PRELOAD: recorder ?? '', RECORD_DIR: dir, RECORD_LOG: recording };
  const appender = startAppender({ dir, topic: TOPIC, how: 'once', seed: 'cut', environment });
  await appender.until(() => appender.acknowledged.length >= 1_500);
  await appender.kill();
  return parseRecording(await readFile(recording));
}

/** The lines that were out before the cut; the last one may have been cut itself. */
function toldBefore(steps: readonly Step[], count: number): string[] {
  const text = steps
    .slice(0, count)
    .map((step) => (step.what === 'told' ? step.text : ''))
    .join('');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').filter((line) => /^\d/.test(line));
}
