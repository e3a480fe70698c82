import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.ts';
import { JAVA_OPTIONS } from './broker.ts';
import { freePorts } from './free-ports.ts';
import { javaServers } from './java-servers.ts';
import { startTied } from './tied-process.ts';

/** A real ZooKeeper, which serves the engine as its Keeper. */
export interface ZooKeeperHere {
  /** `host:port`, as LAKEGATE_KEEPER takes it. */
  readonly address: string;
  readonly pid: number;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** Kills it where it runs, starts it on the same port and data, and waits until it serves. */
  restart(): Promise<void>;
  /** A word of four letters and its answer: `srvr`, `mntr`, `dump`. Empty where nobody answers. */
  ask(word: string): Promise<string>;
  /** Ends it and deletes what it stored. */
  stop(): Promise<void>;
}

export async function startZooKeeper(): Promise<ZooKeeperHere> {
  const { classPath } = await javaServers();
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-zookeeper-'));
  const [port = 0] = await freePorts(1);
  const file = join(dir, 'zoo.cfg');
  await writeFile(file, settings(dir, port));
  // What a machine loses when it loses power is not asked of it: without waiting for the disk a change takes less than 1 ms.
  const args = [...JAVA_OPTIONS, '-Dzookeeper.forceSync=no', '-cp', classPath, MAIN, file];
  const startProcess = () => startTied('java', args, dir);
  let current = startProcess();
  const serves = () =>
    until(async () => {
      if (!current.running) throw new Error(`ZooKeeper ended while it started:\n${current.lastWords()}`);
      // It says that it is well (`ruok`) before it serves.
      return (await askWord(port, 'srvr')).includes('Mode: ');
    }, 240_000);
  const kill = async () => {
    current.signal('SIGKILL');
    await current.ended;
  };
  await serves();
  return {
    address: `127.0.0.1:${port}`,
    get pid() {
      return current.pid;
    },
    kill,
    restart: async () => {
      await kill();
      current = startProcess();
      await serves();
    },
    ask: (word) => askWord(port, word),
    stop: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const MAIN = 'org.apache.zookeeper.server.ZooKeeperServerMain';

function settings(dir: string, port: number): string {
  return [
    `dataDir=${join(dir, 'data')}`,
    'clientPortAddress=127.0.0.1',
    `clientPort=${port}`,
    'admin.enableServer=false',
    '4lw.commands.whitelist=*',
    'maxClientCnxns=0',
    // Sessions from 1 s: two ticks at the least, twenty at the most.
    'tickTime=500',
    'maxSessionTimeout=60000',
    '',
  ].join('\n');
}

async function askWord(port: number, word: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy());
  socket.end(word);
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  // Nobody listens, or a frozen one was given up: no answer.
  socket.on('error', () => socket.destroy());
  await new Promise((closed) => socket.once('close', closed));
  return answer;
}
