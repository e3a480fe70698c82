import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { type EngineServer, startEngineServer } from '../../support/engine-server.ts';
import type { Broker } from '../../support/kafka/broker.ts';
import { type KafkaHere, startKafka } from '../../support/kafka/start-kafka.ts';
import { startZooKeeper, type ZooKeeperHere } from '../../support/kafka/start-zookeeper.ts';
import { isRunning } from '../../support/process-tree.ts';
import { until } from '../../support/until.ts';
import { DrivenProduct } from '../driven-product.ts';
import type { Fault, Victim } from './fault-schedule.ts';

/** Longer than the ten seconds after which a silent member's partitions go to others. */
const MEMBER_FROZEN_MS = 13_000;
/** Longer than the three seconds after which a silent broker leads nothing any more. */
const BROKER_FROZEN_MS = 6_000;
/** Longer than the six seconds after which the group of a silent engine gives its partitions to others. */
const ENGINE_FROZEN_MS = 9_000;

export interface ClusterOptions {
  readonly dir: string;
  /** Offsets of the engine in a Keeper, or in the group. */
  readonly keeper: boolean;
}

/**
 * The product as it runs scaled out, on one machine: three brokers, a Keeper, an engine that stands by itself, and processes with a role each:
 * two gateways, three members of admission, one loader. Each of them can be killed or frozen, and comes back on the same data.
 */
export class DrivenCluster {
  readonly kafka: KafkaHere;
  readonly zooKeeper: ZooKeeperHere | null;
  readonly engine: EngineServer;
  readonly gateways: readonly DrivenProduct[];
  readonly members: readonly DrivenProduct[];
  readonly loader: DrivenProduct;
  /** Frozen processes that are not thawed yet. */
  readonly #thawing = new Set<Promise<void>>();

  private constructor(servers: Servers, options: ClusterOptions) {
    this.kafka = servers.kafka;
    this.zooKeeper = servers.zooKeeper;
    this.engine = servers.engine;
    const common = {
      LAKEGATE_KAFKA_BROKERS: servers.kafka.brokers,
      LAKEGATE_KAFKA_REPLICATION: '3',
      LAKEGATE_CLICKHOUSE_URL: servers.engine.url,
    };
    const processOf = (role: string, name: string) =>
      new DrivenProduct({ ...common, LAKEGATE_ROLES: role, LAKEGATE_DATA_DIR: join(options.dir, name) });
    this.loader = processOf('loader', 'loader');
    this.gateways = ['gateway-1', 'gateway-2'].map((name) => processOf('gateway', name));
    this.members = ['admission-1', 'admission-2', 'admission-3'].map((name) => processOf('admission', name));
  }

  static async start(options: ClusterOptions): Promise<DrivenCluster> {
    const [kafka, zooKeeper] = await Promise.all([
      startKafka({ brokers: 3 }),
      options.keeper ? startZooKeeper() : Promise.resolve(null),
    ]);
    const engine = await startEngineServer({
      dataDir: join(options.dir, 'engine'),
      ...(zooKeeper === null ? {} : { keeper: zooKeeper.address }),
    });
    const cluster = new DrivenCluster({ kafka, zooKeeper, engine }, options);
    await Promise.all(cluster.#products.map((each) => each.ready()));
    return cluster;
  }

  get processes(): readonly { readonly name: string; readonly product: DrivenProduct }[] {
    const named = (name: string) => (product: DrivenProduct, index: number) => ({
      name: `${name} ${index + 1}`,
      product,
    });
    return [
      { name: 'loader', product: this.loader },
      ...this.gateways.map(named('gateway')),
      ...this.members.map(named('member of admission')),
    ];
  }

  get #products(): readonly DrivenProduct[] {
    return this.processes.map(({ product }) => product);
  }

  /** What ended without being killed: must stay empty. */
  get unexpectedEnds(): readonly string[] {
    return this.#products.flatMap((each) => each.unexpectedEnds);
  }

  /** Does it, and waits until everybody is there again: those who are frozen come back later, in the middle of what follows. */
  async suffer({ victim, which, how, delayMs, againAfterMs }: Fault): Promise<void> {
    await pause(delayMs);
    // One of three at a time, or nobody could go on: the next is hit when all three hold everything again.
    if (victim === 'broker') await this.#brokersInSync();
    if (how === 'freeze') return this.#freeze(victim, which);
    await this.#kill(victim, which);
    if (againAfterMs !== null) {
      await pause(againAfterMs);
      await this.#kill(victim, which);
    }
    await Promise.all(this.#products.map((each) => each.ready()));
  }

  /** Everybody who was frozen goes on. */
  async thawed(): Promise<void> {
    await Promise.all(this.#thawing);
  }

  /** The sum of one figure over the members of admission, as they tell it to whoever scrapes. */
  async figureOfMembers(name: string): Promise<number> {
    const texts = await Promise.all(this.members.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    return texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.startsWith(name))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  async stop(): Promise<void> {
    await this.thawed();
    await Promise.all(this.#products.map((each) => each.stop()));
    await this.engine.stop();
    await Promise.all([this.kafka.stop(), this.zooKeeper?.stop()]);
  }

  async #kill(victim: Victim, which: number): Promise<void> {
    if (victim === 'engine') return this.engine.killEngine();
    if (victim === 'broker') return this.#broker(which).restart();
    const product = this.#product(victim, which);
    await product.kill('tree');
    product.launch();
  }

  async #freeze(victim: Victim, which: number): Promise<void> {
    if (victim === 'engine') {
      this.#thawLater(ENGINE_FROZEN_MS, this.engine.freezeEngine());
    } else if (victim === 'broker') {
      const broker = this.#broker(which);
      await broker.freeze();
      this.#thawLater(BROKER_FROZEN_MS, () => broker.thaw());
    } else {
      const { pid } = this.#product(victim, which);
      process.kill(pid, 'SIGSTOP');
      // Killed meanwhile, it is gone.
      this.#thawLater(MEMBER_FROZEN_MS, () => isRunning(pid) && process.kill(pid, 'SIGCONT'));
    }
  }

  async #brokersInSync(): Promise<void> {
    await this.thawed();
    const admin = new Kafka({ brokers: this.kafka.brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      await until(async () => {
        const { topics } = await admin.fetchTopicMetadata();
        return topics.every(({ partitions }) => partitions.every(({ isr }) => isr.length === this.kafka.nodes.length));
      }, 120_000);
    } finally {
      await admin.disconnect();
    }
  }

  #thawLater(afterMs: number, thaw: () => unknown): void {
    const thawing = pause(afterMs).then(() => {
      thaw();
      this.#thawing.delete(thawing);
    });
    this.#thawing.add(thawing);
  }

  #broker(which: number): Broker {
    return oneOf(this.kafka.nodes, which);
  }

  #product(victim: Victim, which: number): DrivenProduct {
    if (victim === 'loader') return this.loader;
    return oneOf(victim === 'gateway' ? this.gateways : this.members, which);
  }
}

interface Servers {
  readonly kafka: KafkaHere;
  readonly zooKeeper: ZooKeeperHere | null;
  readonly engine: EngineServer;
}

function oneOf<Item>(items: readonly Item[], which: number): Item {
  const item = items[which % items.length];
  if (item === undefined) throw new Error('nobody to choose from');
  return item;
}
