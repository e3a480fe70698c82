import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { processTree } from '../test/support/process-tree.ts';
import type { AskBusy, Busy } from './busy.ts';
import type { EngineAddress, FromProduct, ToProduct } from './product-process.ts';

/** A server in a process of its own, ready. */
export interface Child {
  readonly url: string;
  /** Where the product's engine answers, for who asks it by itself. */
  readonly engine: EngineAddress | null;
  onVisible(listener: (message: Extract<FromProduct, { type: 'visible' }>) => void): () => void;
  tell(message: ToProduct): void;
  /** Processor time of the process and everything below it so far. */
  cpuMs(): number;
  /** Of the process alone, all its threads. */
  ownCpuMs(): number;
  /** How long its main thread has run so far, of a server that answers that. */
  busyMs(): Promise<number>;
  stop(): Promise<void>;
}

export async function startChild(
  script: 'product-process.ts' | 'nothing-process.ts' | 'static-process.ts' | 'broadcast-process.ts',
  env: Record<string, string>,
): Promise<Child> {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(join(import.meta.dirname, script), {
    // As npm start has it.
    execArgv: ['--min-semi-space-size=64', '--max-semi-space-size=128', '--import', 'tsx'],
    env: { PATH, HOME, NODE_ENV: 'production', ...env },
  });
  const ready = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  const [message] = ready as [FromProduct | number | null];
  if (message === null || typeof message === 'number' || message.type !== 'ready')
    throw new Error(`${script} did not start`);
  return {
    url: message.url,
    engine: message.engine,
    onVisible: (listener) => onVisible(child, listener),
    tell: (order) => void child.send(order),
    cpuMs: () => processTree(child.pid ?? 0).reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    ownCpuMs: () => processTree(child.pid ?? 0).find(({ pid }) => pid === child.pid)?.cpuMs ?? 0,
    busyMs: () => busyMs(child),
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function busyMs(child: ChildProcess): Promise<number> {
  const answered = new Promise<number>((resolve) => {
    const listen = (message: FromProduct | Busy): void => {
      if (message.type !== 'busy') return;
      child.off('message', listen);
      resolve(message.ms);
    };
    child.on('message', listen);
  });
  child.send({ type: 'busy' } satisfies AskBusy);
  return answered;
}

function onVisible(
  child: ChildProcess,
  listener: (message: Extract<FromProduct, { type: 'visible' }>) => void,
): () => void {
  const listen = (message: FromProduct): void => {
    if (message.type === 'visible') listener(message);
  };
  child.on('message', listen);
  return () => void child.off('message', listen);
}
