import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from '../../src/platform/data-dir-lock.ts';

let dataDir = '';
const holders: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lakegate-lock-'));
});

afterEach(() => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('a second holder is refused and told who has the directory', async () => {
  const holder = await holdInAnotherProcess();
  expect(() => lockDataDir(dataDir)).toThrow(
    expect.objectContaining({ code: 'DATA_DIR_LOCKED', message: expect.stringContaining(`"pid":${holder.pid}`) }),
  );
});

test('the lock dies with its process, however that ends', async () => {
  const holder = await holdInAnotherProcess();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockDataDir(dataDir).release();
});

test('a lock file that a dead process left behind holds nobody up, even when its process id lives again', () => {
  writeFileSync(join(dataDir, 'lock'), JSON.stringify({ pid: process.pid, host: 'here', since: 'yesterday' }));
  lockDataDir(dataDir).release();
});

test('what was released can be taken again, and only once at a time within one process too', () => {
  const first = lockDataDir(dataDir);
  expect(() => lockDataDir(dataDir)).toThrow(expect.objectContaining({ code: 'DATA_DIR_LOCKED' }));
  first.release();
  lockDataDir(dataDir).release();
});

async function holdInAnotherProcess(): Promise<ChildProcess> {
  const module = new URL('../../src/platform/data-dir-lock.ts', import.meta.url).href;
  const script = `const { lockDataDir } = await import(${JSON.stringify(module)});
    lockDataDir(${JSON.stringify(dataDir)}); process.stdout.write('locked'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holders.push(holder);
  await once(holder.stdout, 'data');
  return holder;
}
