import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { nodeArgs } from './start-compiled.ts';

/** What a process that appends was told is durable. */
export interface Acknowledged {
  readonly partition: number;
  readonly offset: bigint;
  readonly text: string;
}

/** A process that appends to a log for ever. */
export interface Appender {
  readonly acknowledged: readonly Acknowledged[];
  /** Codes of refused calls, in order. */
  readonly refused: readonly string[];
  /** Resolves when the condition, looked at after every line, holds; rejects when the process ended by itself before. */
  until(condition: () => boolean): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

/** The directory of an embedded log, or kafka://<brokers>/<prefix>. */
export type LogPlace = string;

export function startAppender(options: {
  readonly dir: LogPlace;
  readonly topic: string;
  readonly how: 'append' | 'once';
  readonly seed: string;
  readonly environment?: Readonly<Record<string, string>>;
}): Appender {
  const { dir, topic, how, seed, environment = {} } = options;
  const child = spawn(process.execPath, [...nodeArgs('test/support/log-appender.ts'), dir, topic, how, seed], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const acknowledged: Acknowledged[] = [];
  const refused: string[] = [];
  const complaints: string[] = [];
  const watchers = new Set<() => void>();
  // The last line may be cut off by the kill; what was not told whole was not told.
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [partition = '', offset = '', text] = line.split(' ');
    if (partition === '!') refused.push(offset);
    else if (text !== undefined) acknowledged.push({ partition: Number(partition), offset: BigInt(offset), text });
    for (const look of watchers) look();
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => complaints.push(piece));
  const closed = once(child, 'close');
  return {
    acknowledged,
    refused,
    until: (condition) =>
      Promise.race([
        new Promise<void>((resolve) => {
          const look = () => {
            if (!condition()) return;
            watchers.delete(look);
            resolve();
          };
          watchers.add(look);
          look();
        }),
        closed.then(([code, signal]) => {
          throw new Error(`the appender ended by itself: code ${code}, signal ${signal}\n${complaints.join('')}`);
        }),
      ]),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Starts a process that appends, kills it once it has acknowledged `acknowledgedMin` records, and returns all it was told. */
export async function appendUntilKilled(options: {
  readonly dir: LogPlace;
  readonly topic: string;
  readonly how: 'append' | 'once';
  readonly seed: string;
  readonly acknowledgedMin: number;
}): Promise<readonly Acknowledged[]> {
  const appender = startAppender(options);
  await appender.until(() => appender.acknowledged.length >= options.acknowledgedMin);
  await appender.kill();
  return appender.acknowledged;
}
