import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { randomFrom } from '../../support/random.ts';
import { nodeArgs } from '../../support/start-compiled.ts';
import type { LogPlace } from './log-at.ts';

export interface KillPlan {
  readonly place: LogPlace;
  readonly recording: string;
  readonly lines: number;
  readonly jobsFile: string;
  /** See `ProcessingOptions`. */
  readonly threads: number;
  readonly kills: number;
  readonly lifeMsMax: number;
  readonly seed: number;
}

/**
 * One process after another takes the recording a little further and is killed at a random moment: while it opens what the one before left, while
 * it works, or when it has come as far as it may and only time goes on. The last one is left to finish.
 */
export async function killAgainAndAgain(plan: KillPlan): Promise<void> {
  const below = randomFrom(plan.seed);
  for (let life = 1; life <= plan.kills; life++) {
    const child = startChild(plan, Math.floor((plan.lines * life) / (plan.kills + 1)));
    // One in five does not live to see the log open; on threads, which take their time to come up, another one does not see them.
    const fate = below(5);
    if (fate > 0) await child.said('open');
    if (fate > 1 && plan.threads > 0) await child.said('joined');
    await new Promise((resolve) => setTimeout(resolve, below(plan.lifeMsMax)));
    await child.kill();
  }
  const last = startChild(plan, plan.lines);
  await last.said('finished');
  await last.kill();
}

interface Child {
  /** Rejects, with its last words, when it ends before. */
  said(word: string): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

function startChild({ place, recording, jobsFile, threads }: KillPlan, upTo: number): Child {
  const program = nodeArgs('test/processor/oracle/processing-child.ts');
  const args = [...program, place, recording, jobsFile, String(threads), String(upTo)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const words = new Set<string>();
  let complaints = '';
  createInterface({ input: child.stdout }).on('line', (word) => words.add(word));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaints += piece;
  });
  return {
    said: (word) => said(child, words, word, () => complaints),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function said(child: ChildProcess, words: ReadonlySet<string>, word: string, complaints: () => string) {
  while (!words.has(word)) {
    if (child.exitCode !== null) throw new Error(`the member ended with ${child.exitCode}:\n${complaints()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
