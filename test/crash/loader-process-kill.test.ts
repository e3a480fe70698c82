import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadEverything, openLoadingBench } from '../support/loading.ts';
import { differencesFromRaw, rawCounts } from '../support/rollups-equal-raw.ts';
import { nodeArgs } from '../support/start-compiled.ts';

const KILLS = Math.ceil(Number(process.env.CRASH_KILLS ?? 60) / 10);

test('log, loader and engine killed together at random: what the log has is in every table once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-killed-'));
  for (let kill = 0; kill < KILLS; kill++) await loadAndKill(dir, Math.random() * 2_000);
  const bench = await openLoadingBench({ kinds: ['transaction'], dir });
  try {
    await loadEverything(bench, ['transactions'], 60_000);
    const ends = await bench.log.ends('transactions');
    const count = ends.reduce((sum, { next }) => sum + Number(next), 0);
    const [kind] = bench.kinds;
    if (kind === undefined) throw new Error('a kind');
    expect(count).toBeGreaterThan(KILLS * 400);
    expect(await rawCounts(bench.test.warehouse, kind)).toEqual({ rows: count, positions: count, ids: count });
    expect(await differencesFromRaw(bench.test.warehouse, bench.kinds)).toEqual([]);
  } finally {
    await bench.stop();
    await rm(dir, { recursive: true, force: true });
  }
});

/** The engine is a child of the child: it ends by itself when its parent is gone. */
async function loadAndKill(dir: string, afterMs: number): Promise<void> {
  const args = [...nodeArgs('test/support/loading-child.ts'), dir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const started = await Promise.race([once(child.stdout, 'data').then(() => true), closed.then(() => false)]);
  expect(started, 'it starts again after the kill').toBe(true);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await closed;
}
