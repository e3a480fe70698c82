import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { freeze } from '../freeze.ts';
import { until } from '../until.ts';
import type { JavaServers } from './java-servers.ts';
import { startTied, type TiedProcess } from './tied-process.ts';

const run = promisify(execFile);

/** One node of a cluster: broker and controller in one process. */
export interface Broker {
  readonly id: number;
  /** `host:port`. */
  readonly address: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  readonly running: boolean;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers once it resolves. */
  freeze(): Promise<void>;
  /** SIGCONT. */
  thaw(): void;
  /** SIGTERM: leads nothing any more when it ends. Takes some seconds. */
  stop(): Promise<void>;
  /** Kills it where it runs, starts it on the same port and data, and waits until it serves. */
  restart(): Promise<void>;
  /** The end of what it wrote. */
  lastWords(): string;
}

/** What a node is started from. */
export interface BrokerPlan {
  readonly id: number;
  readonly port: number;
  readonly dir: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly servers: JavaServers;
  readonly javaOptions: readonly string[];
}

/** Starts quickly and stays small: compiling further pays off after minutes only, and the heap holds what tests send. */
export const JAVA_OPTIONS = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xmx256m',
  '-Xlog:all=error',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

/** Writes the node's data directory. Every node of a cluster is given the same cluster id. */
export async function formatBroker(plan: BrokerPlan): Promise<void> {
  const lines = Object.entries(plan.properties).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(propertiesFile(plan), lines.join(''));
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', propertiesFile(plan)];
  await run('java', [...javaArguments(plan), ...format]);
}

/** Any 16 bytes in base64: clusters of tests never meet. */
const CLUSTER_ID = 'bGFrZWdhdGUtdGVzdHMtMQ';

/** Starts the process only: `serves` says when it can be used. */
export function startBroker(plan: BrokerPlan): Broker {
  let current = startProcess(plan);
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    current.signal(signal);
    await current.ended;
  };
  const broker: Broker = {
    id: plan.id,
    address: addressOf(plan),
    get pid() {
      return current.pid;
    },
    get running() {
      return current.running;
    },
    kill: () => end('SIGKILL'),
    freeze: () => freeze(current.pid),
    thaw: () => current.signal('SIGCONT'),
    stop: () => end('SIGTERM'),
    restart: async () => {
      await end('SIGKILL');
      current = startProcess(plan);
      await serves(broker, [broker.id]);
    },
    lastWords: () => current.lastWords(),
  };
  return broker;
}

/** Resolves when this node names all of these as live brokers, and rejects when its process ends before. */
export async function serves(broker: Broker, ids: readonly number[]): Promise<void> {
  await until(async () => {
    if (!broker.running) throw new Error(`broker ${broker.id} ended while it started:\n${broker.lastWords()}`);
    const live = await liveBrokers(broker.address);
    return ids.every((id) => live.includes(id));
  }, SERVES_DEADLINE_MS);
}

/** Alone on an idle machine one takes 1.5 s, three on two busy cores some 10 s. */
const SERVES_DEADLINE_MS = 240_000;

async function liveBrokers(address: string): Promise<readonly number[]> {
  const kafka = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
    requestTimeout: 5_000,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers, controller } = await admin.describeCluster();
    return controller === null ? [] : brokers.map(({ nodeId }) => nodeId);
  } catch {
    // Not listening yet, or not yet told by the quorum: asked again.
    return [];
  } finally {
    await admin.disconnect();
  }
}

function startProcess(plan: BrokerPlan): TiedProcess {
  const args = [...javaArguments(plan), 'kafka.Kafka', propertiesFile(plan)];
  return startTied('java', args, plan.dir);
}

function javaArguments({ servers, javaOptions }: BrokerPlan): readonly string[] {
  return [...JAVA_OPTIONS, ...javaOptions, '-cp', servers.classPath];
}

function addressOf({ port }: BrokerPlan): string {
  return `127.0.0.1:${port}`;
}

function propertiesFile({ dir }: BrokerPlan): string {
  return join(dir, 'server.properties');
}
