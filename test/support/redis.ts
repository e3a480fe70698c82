import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe } from 'vitest';
import { freePorts } from './kafka/free-ports.ts';
import { startTied, type TiedProcess } from './kafka/tied-process.ts';
import { temporaryDir } from './lakegate.ts';
import { until } from './until.ts';

/** A suite on a real Redis. Where there is none it is named as skipped; LAKEGATE_TEST_ALL=1 makes that a failure. */
export function describeWithRedis(name: string, suite: () => void): void {
  const here = spawnSync('redis-server', ['--version']).status === 0;
  if (!here && process.env.LAKEGATE_TEST_ALL === '1') throw new Error(`expected redis-server here: "${name}" needs it`);
  describe.skipIf(!here)(`${name} (needs redis-server)`, suite);
}

export interface TestRedis {
  readonly url: string;
  /** One command, as redis-cli would send it; what came back, undigested. */
  command(...words: readonly (string | Buffer)[]): Promise<string>;
  /** It holds its connections and answers nothing. Resolves when every thread of it has stopped. */
  freeze(): Promise<void>;
  resume(): void;
  /** SIGKILL; with `restart` it is there again on the same port, empty. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** On a free port, without a file of its data. */
export async function startRedis(): Promise<TestRedis> {
  const [port = 0] = await freePorts(1);
  const dir = temporaryDir();
  let server = await run(port, dir);
  return {
    url: `redis://127.0.0.1:${port}/0`,
    command: (...words) => command(port, words),
    async freeze() {
      server.signal('SIGSTOP');
      await until(() => isStopped(server.pid));
    },
    resume: () => server.signal('SIGCONT'),
    async kill() {
      server.signal('SIGKILL');
      await server.ended;
    },
    async restart() {
      server = await run(port, dir);
    },
    async stop() {
      server.signal('SIGKILL');
      await server.ended;
    },
  };
}

async function run(port: number, dir: string): Promise<TiedProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no'];
  const server = startTied('redis-server', options, dir);
  await until(() => answers(port));
  return server;
}

async function answers(port: number): Promise<boolean> {
  return (await command(port, ['PING']).catch(() => '')).startsWith('+PONG');
}

function command(port: number, words: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(reply.toString('utf8'));
    });
    const parts = words.map((word) => Buffer.from(word));
    socket.write(`*${parts.length}\r\n`);
    for (const part of parts) {
      socket.write(`$${part.length}\r\n`);
      socket.write(part);
      socket.write('\r\n');
    }
  });
}

function isStopped(pid: number): boolean {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.every((thread) => /\) T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
}
