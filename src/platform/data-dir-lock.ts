import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LakegateError } from './errors.ts';

/**
 * One process per data directory. A second one is refused with DATA_DIR_LOCKED, which says who holds it.
 *
 * The lock is the kernel's (flock), on an open file of this process: it dies with the process however that ends, a process id that was
 * used again cannot be taken for its holder, and containers that share a volume see each other. Node has no call for it, but a lock of
 * this sort belongs to the open file and not to the process that asked: `flock`, which every Linux has (util-linux, busybox), is given our open
 * file, locks it and goes, and the lock stays for as long as we keep the file open. macOS can lock while opening.
 *
 * What the file says is only for the message. It is never removed: removing a lock file is a race that two starting processes can lose.
 */
export function lockDataDir(dataDir: string): DataDirLock {
  makeDataDir(dataDir);
  const path = join(dataDir, 'lock');
  const file = process.platform === 'darwin' ? openLocked(path) : openThenLock(path);
  if (file === null) throw lockedBy(dataDir, path);
  ftruncateSync(file);
  writeSync(file, JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() }), 0);
  return { release: () => closeSync(file) };
}

interface DataDirLock {
  release(): void;
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LakegateError({
      code: 'BAD_CONFIG',
      message: `LAKEGATE_DATA_DIR: expected a folder that can be made and written to, got ${reason}`,
      cause,
    });
  }
}

function openThenLock(path: string): number | null {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  const asked = spawnSync('flock', ['--exclusive', '--nonblock', '3'], { stdio: ['ignore', 'ignore', 'ignore', file] });
  if (asked.status === 0) return file;
  closeSync(file);
  if (asked.error !== undefined) {
    throw new LakegateError({
      code: 'BAD_CONFIG',
      message: `expected the program flock (part of util-linux) to lock the data directory with, got ${asked.error.message}`,
      cause: asked.error,
    });
  }
  return null;
}

/** O_EXLOCK, which Node does not name: lock while opening, as BSD does. */
const BSD_O_EXLOCK = 0x20;

function openLocked(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | BSD_O_EXLOCK, 0o644);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null;
    throw error;
  }
}

function lockedBy(dataDir: string, path: string): LakegateError {
  const holder = readFileSync(path, 'utf8');
  return new LakegateError({
    code: 'DATA_DIR_LOCKED',
    message:
      `expected the data directory ${dataDir} to be free, but another process has it: ${holder || 'it has not said who it is'}. ` +
      'Stop that one, or give this one another LAKEGATE_DATA_DIR.',
    facts: { dataDir },
  });
}
