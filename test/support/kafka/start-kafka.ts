import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, type BrokerPlan, formatBroker, serves, startBroker } from './broker.ts';
import { freePorts } from './free-ports.ts';
import { type JavaServers, javaServers } from './java-servers.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** A cluster of the test's own, on loopback. */
export interface KafkaHere {
  /** `host:port,…` of every node, as LAKEGATE_KAFKA_BROKERS takes it. */
  readonly brokers: string;
  readonly nodes: readonly Broker[];
  /** Ends every node, whatever state it is in, and deletes what it stored. */
  stop(): Promise<void>;
}

export interface KafkaOptions {
  /** Default 1. Three stay one cluster when one of them ends. */
  readonly brokers?: 1 | 3;
  /** Entries of server.properties beside or instead of those of the support. */
  readonly properties?: Readonly<Record<string, string>>;
  /** One more listener of a cluster of one, as NAME://host:port. What it speaks is in the properties. */
  readonly listener?: string;
}

/** Real brokers without ZooKeeper, each of them a controller too. Topics are not created by being named. Resolves when all serve. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaHere> {
  const servers = await javaServers();
  const archive = join(servers.dir, 'broker.jsa');
  if (!existsSync(archive)) await oneAtATime(`${archive}.lock`, () => archiveClasses(servers, archive));
  return startNodes({ servers, options, javaOptions: [`${READS_ARCHIVE}${archive}`] });
}

const READS_ARCHIVE = '-XX:SharedArchiveFile=';

/**
 * Classes of a broker as the JVM keeps them in memory, written when a broker ends in good order: a node that maps them listens after 1.0 s
 * instead of 2.5 s.
 */
async function archiveClasses(servers: JavaServers, archive: string): Promise<void> {
  if (existsSync(archive)) return;
  const written = `${archive}.${process.pid}`;
  const kafka = await startNodes({ servers, options: {}, javaOptions: [`-XX:ArchiveClassesAtExit=${written}`] });
  for (const node of kafka.nodes) await node.stop();
  await kafka.stop();
  await rename(written, archive);
}

async function startNodes(given: {
  readonly servers: JavaServers;
  readonly options: KafkaOptions;
  readonly javaOptions: readonly string[];
}): Promise<KafkaHere> {
  const { servers, options, javaOptions } = given;
  const plans = (await planNodes(options)).map((plan) => ({ ...plan, servers }));
  // Formatting ends in good order too: told to write an archive, it would write one of its own. To read one saves it a third.
  const formatting = javaOptions.filter((option) => option.startsWith(READS_ARCHIVE));
  await Promise.all(plans.map((plan) => formatBroker({ ...plan, javaOptions: formatting })));
  const nodes = plans.map((plan) => startBroker({ ...plan, javaOptions }));
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await Promise.all(plans.map(({ dir }) => rm(dir, { recursive: true, force: true })));
  };
  try {
    const ids = nodes.map(({ id }) => id);
    await Promise.all(nodes.map((node) => serves(node, ids)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers: nodes.map(({ address }) => address).join(','), nodes, stop };
}

async function planNodes({
  brokers = 1,
  properties = {},
  listener: another,
}: KafkaOptions): Promise<readonly Omit<BrokerPlan, 'servers' | 'javaOptions'>[]> {
  const ids = Array.from({ length: brokers }, (_, index) => index + 1);
  const ports = await freePorts(2 * brokers);
  const portOf = (id: number) => ports[id - 1] ?? 0;
  const controllerOf = (id: number) => `127.0.0.1:${ports[brokers + id - 1]}`;
  const voters = ids.map((id) => `${id}@${controllerOf(id)}`).join(',');
  // A folder for each: it goes with the node's process, should this one be killed.
  const dirs = await Promise.all(ids.map(() => mkdtemp(join(tmpdir(), 'lakegate-kafka-'))));
  return ids.map((id) => {
    const dir = dirs[id - 1] ?? '';
    const plain = `PLAINTEXT://127.0.0.1:${portOf(id)}`;
    const listener = another === undefined ? plain : `${plain},${another}`;
    const own = {
      'node.id': String(id),
      'process.roles': 'broker,controller',
      'controller.quorum.voters': voters,
      'controller.listener.names': 'CONTROLLER',
      listeners: `${listener},CONTROLLER://${controllerOf(id)}`,
      'advertised.listeners': listener,
      'log.dirs': join(dir, 'data'),
    };
    return { id, port: portOf(id), dir, properties: { ...own, ...clusterProperties(brokers), ...properties } };
  });
}

function clusterProperties(brokers: 1 | 3): Readonly<Record<string, string>> {
  // One of three may be away and everything goes on; what was acknowledged is then on two others.
  const replication = String(brokers);
  const inSyncMin = brokers === 1 ? '1' : '2';
  return {
    'auto.create.topics.enable': 'false',
    'default.replication.factor': replication,
    'min.insync.replicas': inSyncMin,
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': inSyncMin,
    // Each partition is a folder that three nodes make before the first member joins: the defaults are 50.
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.num.partitions': '8',
    // A member that joins does not wait for others that might.
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
    // Transactions of members that were killed end soon: the default looks every 10 s.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
    // A node that ended or stands still is missed after 3 s instead of 9 s. One that starts again is let in no sooner.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    // The default of 128 MiB would be half of the heap. 16 MiB hold 600,000 keys.
    'log.cleaner.dedupe.buffer.size': '16777216',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'background.threads': '2',
  };
}
