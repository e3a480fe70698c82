import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type Appender, startAppender } from '../support/killed-appender.ts';
import { readTopic } from '../support/read-all.ts';
import { compileSharedLibrary } from '../support/shared-library.ts';
import { nodeArgs } from '../support/start-compiled.ts';

const TOPIC = 'things';

let scratch: string;
const mounts: string[] = [];

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lakegate-log-faults-'));
});

afterEach(async () => {
  for (const mount of mounts.splice(0)) execFileSync('umount', ['--lazy', mount]);
  await rm(scratch, { recursive: true });
});

async function makeLog(dir: string): Promise<void> {
  const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
  await log.createTopic({ topic: TOPIC, partitions: 4, retentionMs: null });
  await log.close();
}

/** Everything acknowledged is there, in its place; nothing is there twice; every record that is there has its claim. */
async function expectNothingLost(dir: string, appender: Appender): Promise<void> {
  const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
  const found = await readTopic(log, TOPIC);
  const byText = new Map(found.map((record) => [Buffer.from(record.value).toString('utf8').trimEnd(), record]));
  expect(byText.size).toBe(found.length);
  const lost = appender.acknowledged.filter(({ text, partition, offset }) => {
    const record = byText.get(text);
    return record?.partition !== partition || record.offset !== offset;
  });
  expect(lost).toEqual([]);
  for (const [text, { partition, offset }] of byText) {
    expect(await log.findClaim(text)).toMatchObject({ position: { partition, offset } });
  }
  await log.close();
}

/** Waits until the log refuses, then `heals`, then waits until it takes records again, all in one and the same process. */
async function expectRecovery(appender: Appender, heal: () => Promise<void> | void): Promise<void> {
  const before = appender.refused.length;
  await appender.until(() => appender.refused.length >= before + 20);
  expect(new Set(appender.refused)).toEqual(new Set(['READ_ONLY']));
  await heal();
  const taken = appender.acknowledged.length;
  await appender.until(() => appender.acknowledged.length >= taken + 200);
}

const canMount =
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0 && process.getuid?.() === 0;
if (!canMount) console.log('SKIPPED BY NAME: "a disk that is full" needs the right to mount a small tmpfs.');

describe.skipIf(!canMount)('a disk that is full', () => {
  test('makes the log read-only, loses nothing acknowledged, and is left behind without a restart when there is room', async () => {
    const dir = join(scratch, 'small');
    execFileSync('mkdir', [dir]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'none', dir]);
    mounts.push(dir);
    await makeLog(dir);
    const appender = startAppender({ dir, topic: TOPIC, how: 'once', seed: 'full' });
    await appender.until(() => appender.acknowledged.length > 0);
    await expectRecovery(appender, () => void execFileSync('mount', ['-o', 'remount,size=200m', dir]));
    await appender.kill();
    await expectNothingLost(dir, appender);
  }, 120_000);
});

describe.skipIf(!canMount)('while the disk is full', () => {
  test('reading goes on, health says why, appends are told when to come back, and all is well when there is room', async () => {
    const dir = join(scratch, 'small');
    execFileSync('mkdir', [dir]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=60m', 'none', dir]);
    mounts.push(dir);
    await makeLog(dir);
    const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000 });
    const append = (text: string) => log.append(TOPIC, [{ key: 'k', timeMs: 0, value: Buffer.from(text) }]);
    await append('before');
    await writeFile(join(dir, 'filler'), Buffer.alloc(30_000_000));
    await expect(append('full')).rejects.toMatchObject({ code: 'READ_ONLY', retryAfterMs: expect.any(Number) });
    await expect(log.notes.put({ a: Buffer.of(1) })).rejects.toMatchObject({ code: 'READ_ONLY' });
    expect(log.notes.get('a')).toBeNull();
    expect(log.health()).toMatchObject({ state: 'read-only', reason: expect.stringContaining('ENOSPC') });
    expect((await readTopic(log, TOPIC)).map(({ value }) => Buffer.from(value).toString())).toEqual(['before']);
    await rm(join(dir, 'filler'));
    await expect.poll(() => log.health()).toEqual({ state: 'ok' });
    await append('after');
    expect((await readTopic(log, TOPIC)).map(({ value }) => Buffer.from(value).toString())).toEqual([
      'before',
      'after',
    ]);
    await log.close();
  });
});

const failingDisk = compileSharedLibrary('failing-disk.c');
if (failingDisk === null) console.log('SKIPPED BY NAME: "a disk that fails" needs a C compiler and LD_PRELOAD.');

describe.skipIf(failingDisk === null)('a disk that fails', () => {
  const EIO = 5;
  const ENOSPC = 28;
  test.each([
    ['fdatasync with EIO', `sync ${EIO}`],
    ['fdatasync with ENOSPC', `sync ${ENOSPC}`],
    ['the write that makes a transaction valid with EIO', `meta ${EIO}`],
    ['the write that makes a transaction valid with ENOSPC', `meta ${ENOSPC}`],
  ])(
    'at %s makes the log read-only; nothing acknowledged is lost, and it goes on by itself, twice over',
    async (_, fault) => {
      const dir = join(scratch, 'log');
      const control = join(scratch, 'control');
      await makeLog(dir);
      const environment = { LD_PRELOAD: failingDisk ?? '', FAILING_DISK: control };
      const appender = startAppender({ dir, topic: TOPIC, how: 'once', seed: 'eio', environment });
      for (let round = 0; round < 2; round++) {
        const taken = appender.acknowledged.length;
        await appender.until(() => appender.acknowledged.length >= taken + 100);
        await writeFile(control, fault);
        await expectRecovery(appender, () => rm(control));
      }
      await appender.kill();
      await expectNothingLost(dir, appender);
    },
    120_000,
  );

  /** The library may die while it tells of a page it could not write; the log keeps clear of a full disk, but not of a broken one. */
  test('in the writing of pages may end the process; what it had acknowledged is there when it starts again', async () => {
    const dir = join(scratch, 'log');
    const control = join(scratch, 'control');
    await makeLog(dir);
    const environment = { LD_PRELOAD: failingDisk ?? '', FAILING_DISK: control };
    for (let round = 0; round < 4; round++) {
      const appender = startAppender({ dir, topic: TOPIC, how: 'once', seed: `round${round}`, environment });
      await appender.until(() => appender.acknowledged.length >= 100);
      await writeFile(control, `write ${round % 2 === 0 ? EIO : ENOSPC}`);
      await appender.until(() => appender.refused.length >= 20).catch(() => undefined);
      await rm(control);
      await appender.kill();
      await expectNothingLost(dir, appender);
    }
  }, 120_000);
});

describe('flipped bits', () => {
  const FLIPS = 200;
  test(`${FLIPS} of them, one at a time in a closed log, are each harmless or told; nothing that was stored is ever changed or missing in silence`, async () => {
    const dir = join(scratch, 'log');
    await fillForFlips(dir);
    const verdicts = await verdictsOnFlips(dir, FLIPS);
    const silent = verdicts.filter((verdict) => verdict.startsWith('SILENT'));
    expect(silent).toEqual([]);
    expect(verdicts).toHaveLength(FLIPS);
    expect(verdicts.filter((verdict) => verdict === 'detected').length).toBeGreaterThan(FLIPS / 4);
  }, 120_000);
});

/** 400 records of about 2 kB with claims, in batches of five, and two notes: 1 MB in which most bytes matter. */
async function fillForFlips(dir: string): Promise<void> {
  const log = await openEmbeddedLog({ dir, clock: systemClock, claimsKeptMs: 3_600_000_000 });
  await log.createTopic({ topic: TOPIC, partitions: 3, retentionMs: null });
  for (let call = 0; call < 80; call++) {
    const claims = Array.from({ length: 5 }, (_, i) => `claim-${call * 5 + i}`);
    const records = claims.map((claim) => ({
      key: claim,
      timeMs: call,
      bytesMax: 3_000,
      claim,
      fingerprint: BigInt(call),
    }));
    await log.appendOnce(TOPIC, records, (i) => Buffer.from(`${claims[i]}/`.repeat(200)));
  }
  await log.notes.put({ a: Buffer.from('note a'), b: Buffer.from('note b') });
  await log.close();
}

/** A flip that ends the checking process is one that was noticed; another process goes on behind it. */
async function verdictsOnFlips(dir: string, count: number): Promise<string[]> {
  const verdicts: string[] = [];
  while (verdicts.length < count) {
    const checker = nodeArgs('test/support/log-flip-checker.ts');
    const range = ['1', `${verdicts.length}`, `${count}`];
    const run = spawnSync(process.execPath, [...checker, dir, join(scratch, 'copy'), ...range], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    const told = run.stdout.split('\n').filter((line) => /^\d+ [a-zS]/.test(line));
    verdicts.push(...told.map((line) => line.slice(line.indexOf(' ') + 1)));
    if (verdicts.length < count) verdicts.push(`the process ended: ${run.signal ?? run.status}`);
  }
  return verdicts;
}
