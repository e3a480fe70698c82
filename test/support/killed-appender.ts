import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a killed process had been told is durable. */
export interface Acknowledged {
  readonly partition: number;
  readonly offset: bigint;
  readonly text: string;
}

const APPENDER = fileURLToPath(new URL('./log-appender.ts', import.meta.url));

/** Starts a process that appends, kills it once it has acknowledged `callsMin` records, and returns all it acknowledged. */
export async function appendUntilKilled(options: {
  readonly dir: string;
  readonly topic: string;
  readonly how: 'append' | 'once';
  readonly seed: string;
  readonly acknowledgedMin: number;
}): Promise<readonly Acknowledged[]> {
  const { dir, topic, how, seed, acknowledgedMin } = options;
  const child = spawn(process.execPath, ['--import', 'tsx', APPENDER, dir, topic, how, seed], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let text = '';
  let lines = 0;
  child.stdout.setEncoding('utf8');
  for await (const piece of child.stdout) {
    text += piece;
    lines += (piece as string).split('\n').length - 1;
    if (lines >= acknowledgedMin) child.kill('SIGKILL');
  }
  const [code, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error(`the appender ended by itself: code ${code}, signal ${signal}`);
  return parse(text);
}

/** The last line may be cut off by the kill: it was not told. */
function parse(text: string): Acknowledged[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [partition, offset, value] = line.split(' ');
      return { partition: Number(partition), offset: BigInt(offset ?? ''), text: value ?? '' };
    });
}
