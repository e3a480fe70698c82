import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
  /** Processor time used so far, in user and in kernel mode together. */
  readonly cpuMs: number;
}

/** A process and everything below it, as /proc shows it now. Empty when it is gone. */
export function processTree(rootPid: number): readonly RunningProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const tree = all.filter(({ pid }) => pid === rootPid);
  for (let at = 0; at < tree.length; at++) tree.push(...all.filter(({ parentPid }) => parentPid === tree[at]?.pid));
  return tree;
}

/** SIGKILL to each of these, whichever of them are still there. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

export function isRunning(pid: number): boolean {
  const found = readProcess(pid);
  return found !== null;
}

/** The unit of times in /proc/<pid>/stat: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

function readProcess(pid: number): RunningProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything: fields are counted behind its end. state, ppid, …; utime and stime are the 12th and 13th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parentPid: Number(fields[1]), command, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    // It ended between listing and reading: then it is not there.
    return null;
  }
}
