import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder that holds a copy of what is elsewhere, and whether it can be trusted. Nothing waits for the disk: a process that is killed leaves what
 * it wrote to the operating system, whole; after the machine itself stopped without warning nobody knows what is there, and it is thrown away.
 */
export const DATA_FILE = 'data.mdb';

/** There while the store is open, and after a kill: which start of the machine wrote to it. */
const OPEN_FILE = 'OPEN';

export async function reasonToDiscard(dir: string): Promise<string | null> {
  const path = join(dir, OPEN_FILE);
  if (!existsSync(path)) return null;
  const boot = await readFile(path, 'utf8');
  const sameStart = boot.trim() !== '' && boot.trim() === bootId();
  return sameStart ? null : 'the machine stopped while it was in use';
}

/** On disk before anything is written that might not be. */
export async function markOpen(dir: string): Promise<void> {
  await writeFile(join(dir, OPEN_FILE), `${bootId() ?? ''}\n`, { flush: true });
  await syncPath(dir);
}

/** What was written is on disk before this says so. */
export async function markClosed(dir: string): Promise<void> {
  await syncPath(join(dir, DATA_FILE));
  await unlink(join(dir, OPEN_FILE));
  await syncPath(dir);
}

export async function discard(dir: string, reason: string, onDiscard: (reason: string) => void): Promise<void> {
  if (existsSync(join(dir, DATA_FILE))) onDiscard(reason);
  await emptyDir(dir);
}

export async function emptyDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Changes with every start of the machine. Null where the system does not tell: then every kill is taken for a stop of the machine. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
