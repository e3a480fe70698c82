import { readFile, rm, writeFile } from 'node:fs/promises';
import { until } from '../until.ts';

/** Processes that name the same lock file do this one after another. A holder that was killed does not keep the others out. */
export async function oneAtATime<Done>(lockFile: string, work: () => Promise<Done>): Promise<Done> {
  await until(() => taken(lockFile), 300_000);
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function taken(lockFile: string): Promise<boolean> {
  try {
    await writeFile(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const holder = Number(await readFile(lockFile, 'utf8').catch(() => '0'));
    if (holder > 0 && !isAlive(holder)) await rm(lockFile, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
