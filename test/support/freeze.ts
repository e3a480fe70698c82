import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/**
 * SIGSTOP, and waits until every thread of the process stands still: until one of them has taken the signal, which on a busy machine can be some
 * time later, the others go on and answer.
 */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until(() => threadsOf(pid).every((thread) => isStopped(pid, thread)));
}

function threadsOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`);
}

/** The state follows the name, which stands in parentheses and may hold any character. A thread that has ended meanwhile answers nobody. */
function isStopped(pid: number, thread: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return /^ [TtZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
  } catch {
    return true;
  }
}
