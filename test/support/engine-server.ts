import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePorts } from './kafka/free-ports.ts';
import { isRunning, killAll, processTree } from './process-tree.ts';
import { nodeArgs } from './start-compiled.ts';

/**
 * The engine as a ClickHouse server that stands by itself, as several gateways share one: in a process of its own, at one address with one
 * password, whichever engine process answers behind it.
 */
export interface EngineServer {
  /** As LAKEGATE_CLICKHOUSE_URL takes it. */
  readonly url: string;
  /** SIGKILL to the engine itself. Another is started at once, as a server's supervisor does. */
  killEngine(): void;
  /** SIGSTOP to the engine itself. Gives back how to let it go on: whoever was killed meanwhile is gone. */
  freezeEngine(): () => void;
  stop(): Promise<void>;
}

export async function startEngineServer(options: {
  readonly dataDir: string;
  /** `host:port` of a Keeper. */
  readonly keeper?: string;
}): Promise<EngineServer> {
  const [port = 0] = await freePorts(1);
  const { PATH = '', HOME = '' } = process.env;
  const program = nodeArgs('test/support/engine-server-process.ts');
  const child = spawn(process.execPath, [...program, options.dataDir, String(port), options.keeper ?? ''], {
    env: { PATH, HOME },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await listening(child);
  return {
    url: `http://load:any@127.0.0.1:${port}`,
    killEngine: () => killAll(enginesBelow(child)),
    freezeEngine: () => {
      const engines = enginesBelow(child);
      for (const pid of engines) process.kill(pid, 'SIGSTOP');
      return () => {
        for (const pid of engines) if (isRunning(pid)) process.kill(pid, 'SIGCONT');
      };
    },
    stop: async () => {
      // Its standard input ends: it stops in order.
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

function enginesBelow({ pid = 0 }: ChildProcess): readonly number[] {
  return processTree(pid)
    .filter(({ command }) => command.includes('engine-process'))
    .map((engine) => engine.pid);
}

async function listening(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('the engine server has no standard output');
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
  if (typeof first[0] !== 'string') throw new Error(`the engine server ended with ${first[0]} instead of starting`);
}
