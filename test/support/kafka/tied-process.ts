import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process that does not outlive this one, however this one ends; nor does the folder it works in. */
export interface TiedProcess {
  readonly pid: number;
  readonly running: boolean;
  /** Does nothing when the process has ended. */
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** The end of what it wrote. */
  lastWords(): string;
}

/**
 * `read` returns when the other end of the pipe is closed, which the kernel does for a killed process too. The signals of a terminal reach the
 * whole group: the watcher must be the last to go.
 */
const WATCHER = `trap '' INT TERM HUP; read _; kill -9 "$0"; rm -rf "$1"`;

export function startTied(command: string, args: readonly string[], dir: string): TiedProcess {
  const outputFile = join(dir, 'output.log');
  const output = openSync(outputFile, 'a');
  const child = spawn(command, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  const watcher = spawn('sh', ['-c', WATCHER, String(pid), dir], { stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.unref();
  const ended = once(child, 'exit').then(() => {
    watcher.kill('SIGKILL');
  });
  return {
    pid,
    get running() {
      return isRunning(child);
    },
    signal: (name) => {
      if (isRunning(child)) child.kill(name);
    },
    ended,
    lastWords: () => readFileSync(outputFile, 'utf8').split('\n').slice(-LAST_LINES).join('\n'),
  };
}

/** A stack of Java and what led to it. */
const LAST_LINES = 40;

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
