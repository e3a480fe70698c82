import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testJob } from '../support/gap-operator.ts';
import { randomFrom } from '../support/random.ts';
import { openJobs } from '../support/running-jobs.ts';
import type { GivenEvent } from '../support/stamped-events.ts';
import { nodeArgs } from '../support/start-compiled.ts';

const T0 = Date.UTC(2026, 2, 1);
const KILLS = Number(process.env.LAKEGATE_TEST_KILLS ?? 6);
const COUNT = 2_000;

test(`killed ${KILLS} times in the middle of its commits, a job writes what it writes undisturbed, byte for byte`, async () => {
  const random = randomFrom(17);
  const events: readonly GivenEvent[] = Array.from({ length: COUNT }, (_, i) => ({
    key: `user-${random(40)}`,
    id: `t-${i}`,
    timeMs: T0 + i * 1000 - random(15_000),
  }));
  const [undisturbed, killed] = [await folder(), await folder()];
  for (const dir of [undisturbed, killed]) {
    const jobs = await openJobs({ dir });
    await jobs.append(events);
    if (dir === undisturbed) await jobs.runner.start(testJob());
    await jobs.caughtUp();
    await jobs.stop();
  }
  let died = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(
      process.execPath,
      [...nodeArgs('test/support/job-process.ts'), killed, String(T0), String(2 + random(7))],
      { stdio: 'inherit' },
    );
    const [, signal] = await once(child, 'exit');
    if (signal === 'SIGKILL') died++;
  }
  expect(died).toBe(KILLS);
  expect(await outputs(killed)).toEqual(await outputs(undisturbed));
}, 240_000);

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-killed-jobs-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

/** What is there once the job has gone to the end. */
async function outputs(dir: string) {
  const jobs = await openJobs({ dir });
  try {
    await jobs.runner.start(testJob());
    await jobs.caughtUp();
    const status = jobs.runner.statuses()[0];
    expect(status).toMatchObject({ recordsProcessed: COUNT, error: null });
    const { recordsProcessed, late, stateKeys, stateBytes } = status ?? {};
    const written = { results: await jobs.written('results'), late: await jobs.written('late') };
    expect(written.results.length).toBeGreaterThan(20);
    return { ...written, recordsProcessed, lateCount: late, stateKeys, stateBytes };
  } finally {
    await jobs.stop();
  }
}
