import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts } from './kafka/free-ports.ts';
import { killAll, processTree } from './process-tree.ts';

/**
 * The engine as a ClickHouse server that stands by itself, as several gateways share one: in a process of its own, at one address with one
 * password, whichever engine process answers behind it.
 */
export interface EngineServer {
  /** As LAKEGATE_CLICKHOUSE_URL takes it. */
  readonly url: string;
  /** SIGKILL to the engine itself. Another is started at once, as a server's supervisor does. */
  killEngine(): void;
  stop(): Promise<void>;
}

export async function startEngineServer(options: {
  readonly dataDir: string;
  /** `host:port` of a Keeper. */
  readonly keeper?: string;
}): Promise<EngineServer> {
  const [port = 0] = await freePorts(1);
  const { PATH = '', HOME = '' } = process.env;
  const args = ['--import', 'tsx', join(import.meta.dirname, 'engine-server-process.ts')];
  const child = spawn(process.execPath, [...args, options.dataDir, String(port), options.keeper ?? ''], {
    env: { PATH, HOME },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await listening(child);
  return {
    url: `http://load:any@127.0.0.1:${port}`,
    killEngine: () => {
      const engines = processTree(child.pid ?? 0).filter(({ command }) => command.includes('engine-process'));
      killAll(engines.map(({ pid }) => pid));
    },
    stop: async () => {
      // Its standard input ends: it stops in order.
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

async function listening(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('the engine server has no standard output');
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
  if (typeof first[0] !== 'string') throw new Error(`the engine server ended with ${first[0]} instead of starting`);
}
