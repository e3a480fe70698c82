import net from 'node:net';
import tls from 'node:tls';
import { LakegateError } from '../../platform/errors.ts';
import { CONNECT_TIMEOUT_MS, type KafkaConnectionSettings, quietly } from './kafka-connection-settings.ts';
import {
  Broker,
  ConnectionPool,
  createInnerLogger,
  type Exchange,
  type InnerConnection,
  protocolError,
} from './kafkajs-inner.ts';
import { type Metadata, metadata, type TopicMetadata } from './requests/metadata.ts';

/** The default for answers that a broker gives at once: a frozen one is given up after this. */
export const ANSWER_TIMEOUT_MS = 3_000;

/**
 * The brokers of one cluster, and who leads which partition.
 *
 * A connection carries one request at a time: brokers answer in order, so a read that waits for records would hold up whatever is sent after
 * it. Connections are kept and used again; there are as many as there were requests at once.
 *
 * Whatever `send` and its kin reject with means: nobody knows whether the broker did it. What a broker refuses is in its answer. Their time
 * is that for an answer; finding the leader, and connecting, may take as long each.
 */
export class Brokers {
  readonly #settings: KafkaConnectionSettings;
  readonly #idle = new Map<string, OpenConnection[]>();
  readonly #open = new Set<OpenConnection>();
  readonly #nodes = new Map<number, string>();
  readonly #leaders = new Map<string, readonly number[]>();
  readonly #looking = new Map<string, Promise<readonly number[]>>();
  /** Whom to ask first: who answered last. */
  #addresses: readonly string[];
  #clusterId: string | null = null;
  #closed = false;

  constructor(settings: KafkaConnectionSettings) {
    this.#settings = settings;
    this.#addresses = settings.brokers;
  }

  /** As the brokers tell it with the topics; null before, and where they have none. */
  get clusterId(): string | null {
    return this.#clusterId;
  }

  async send<Answer>(nodeId: number, asked: Exchange<Answer>, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Answer> {
    const address = this.#nodes.get(nodeId);
    if (address === undefined) throw new Error(`broker ${nodeId} is not known`);
    return this.#sendTo(address, asked, timeoutMs);
  }

  /** To whoever leads the partition. After a failure the next call looks again who that is. */
  async sendToLeader<Answer>(
    topic: string,
    partition: number,
    asked: Exchange<Answer>,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ): Promise<Answer> {
    try {
      return await this.send(await this.leaderOf(topic, partition, timeoutMs), asked, timeoutMs);
    } catch (error) {
      this.forgetLeaders(topic);
      throw error;
    }
  }

  /** To one broker after the other until one answers. */
  async sendToAny<Answer>(asked: Exchange<Answer>, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Answer> {
    const failures: unknown[] = [];
    for (const address of this.#addresses) {
      try {
        const answer = await this.#sendTo(address, asked, timeoutMs);
        this.#addresses = [address, ...this.#addresses.filter((each) => each !== address)];
        return answer;
      } catch (error) {
        if (error instanceof LakegateError) throw error;
        failures.push(error);
      }
    }
    throw new AggregateError(failures, `no broker answers: ${failures.map(String).join('; ')}`);
  }

  /** Node ids by partition; -1 where nobody leads it now. */
  async leadersOf(topic: string, timeoutMs = ANSWER_TIMEOUT_MS): Promise<readonly number[]> {
    return this.#leaders.get(topic) ?? (await this.#lookUp(topic, timeoutMs));
  }

  async leaderOf(topic: string, partition: number, timeoutMs = ANSWER_TIMEOUT_MS): Promise<number> {
    const leader = (await this.leadersOf(topic, timeoutMs))[partition] ?? -1;
    if (leader < 0) throw new Error(`nobody leads partition ${partition} of ${topic}`);
    return leader;
  }

  /** The broker said it does not lead what we thought, or did not answer. */
  forgetLeaders(topic: string): void {
    this.#leaders.delete(topic);
  }

  /** What there is, and who answers for it. */
  async topics(names: readonly string[] | 'all', timeoutMs = ANSWER_TIMEOUT_MS): Promise<readonly TopicMetadata[]> {
    const answer = await this.sendToAny(metadata(names), timeoutMs);
    this.#learn(answer);
    return answer.topics;
  }

  async nodeIds(): Promise<readonly number[]> {
    const answer = await this.sendToAny(metadata([]));
    this.#learn(answer);
    return answer.brokers.map(({ nodeId }) => nodeId);
  }

  /** Requests under way fail. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#open) connection.destroy('this client is closed');
  }

  /** Asked by many at once, looked up once. */
  #lookUp(topic: string, timeoutMs: number): Promise<readonly number[]> {
    const looking =
      this.#looking.get(topic) ?? this.#lookUpNow(topic, timeoutMs).finally(() => this.#looking.delete(topic));
    this.#looking.set(topic, looking);
    return looking;
  }

  async #lookUpNow(topic: string, timeoutMs: number): Promise<readonly number[]> {
    const [found] = await this.topics([topic], Math.min(timeoutMs, ANSWER_TIMEOUT_MS));
    if (found === undefined || found.errorCode !== 0) {
      throw found === undefined ? new Error(`nothing is known of ${topic}`) : protocolError(found.errorCode);
    }
    const leaders = found.partitions.map(() => -1);
    for (const { partition, leader } of found.partitions) leaders[partition] = leader;
    if (leaders.every((leader) => leader >= 0)) this.#leaders.set(topic, leaders);
    return leaders;
  }

  #learn({ brokers, clusterId }: Metadata): void {
    this.#clusterId = clusterId ?? this.#clusterId;
    for (const { nodeId, host, port } of brokers) this.#nodes.set(nodeId, `${host}:${port}`);
    const known = new Set([...this.#addresses, ...brokers.map(({ host, port }) => `${host}:${port}`)]);
    this.#addresses = [...known];
  }

  async #sendTo<Answer>(address: string, asked: Exchange<Answer>, timeoutMs: number): Promise<Answer> {
    const connection = this.#takeIdle(address) ?? (await this.#connect(address, timeoutMs));
    const answer = await connection.send(asked, timeoutMs);
    const idle = this.#idle.get(address) ?? [];
    this.#idle.set(address, idle);
    idle.push(connection);
    return answer;
  }

  #takeIdle(address: string): OpenConnection | null {
    const idle = this.#idle.get(address) ?? [];
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (connection.isUsable()) return connection;
      connection.destroy('closed by the broker');
    }
    return null;
  }

  async #connect(address: string, timeoutMs: number): Promise<OpenConnection> {
    if (this.#closed) throw new Error('this client is closed');
    const connection = new OpenConnection(this.#settings, address, () => this.#open.delete(connection));
    this.#open.add(connection);
    await connection.open(Math.min(timeoutMs, CONNECT_TIMEOUT_MS));
    return connection;
  }
}

/** One connection. Once anything goes wrong on it, it is destroyed: what still comes back would belong to a request given up. */
class OpenConnection {
  readonly #settings: KafkaConnectionSettings;
  readonly #host: string;
  readonly #port: number;
  readonly #onEnd: () => void;
  #socket: net.Socket | null = null;
  #inner: InnerConnection | null = null;
  #ended: string | null = null;

  constructor(settings: KafkaConnectionSettings, address: string, onEnd: () => void) {
    const colon = address.lastIndexOf(':');
    this.#settings = settings;
    this.#host = address.slice(0, colon);
    this.#port = Number(address.slice(colon + 1));
    this.#onEnd = onEnd;
  }

  /** Until we are signed in. */
  open(timeoutMs: number): Promise<void> {
    return this.#within(timeoutMs, async () => {
      const logger = innerLogger(this.#settings);
      const { clientId, ssl, sasl } = this.#settings;
      const connectionPool = new ConnectionPool({
        host: this.#host,
        port: this.#port,
        clientId,
        ssl,
        sasl,
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: CONNECT_TIMEOUT_MS,
        // It would look ten times a second at every connection; `#within` gives up by itself.
        enforceRequestTimeout: false,
        socketFactory: (asked) => this.#openSocket(asked),
        logger,
      });
      const broker = new Broker({
        connectionPool,
        logger,
        authenticationTimeout: CONNECT_TIMEOUT_MS,
        allowAutoTopicCreation: false,
      });
      await broker.connect();
      this.#inner = await connectionPool.getConnection();
    });
  }

  send<Answer>(asked: Exchange<Answer>, timeoutMs: number): Promise<Answer> {
    return this.#within(Math.max(timeoutMs, asked.requestTimeout ?? 0), () => {
      if (this.#inner === null) throw new Error('not connected');
      return this.#inner.send({ ...asked, logResponseError: false });
    });
  }

  isUsable(): boolean {
    return this.#ended === null && (this.#inner?.isConnected() ?? false);
  }

  destroy(reason: string): void {
    if (this.#ended === null) this.#onEnd();
    this.#ended ??= reason;
    // Only an error tells kafkajs that what it waits for will not come.
    this.#socket?.destroy(new Error(reason));
  }

  async #within<Result>(timeoutMs: number, act: () => Promise<Result>): Promise<Result> {
    const where = `${this.#host}:${this.#port}`;
    const timer = setTimeout(() => this.destroy(`${where} did not answer within ${timeoutMs} ms`), timeoutMs);
    try {
      return await act();
    } catch (error) {
      const reason = this.#ended ?? `${where}: ${error instanceof Error ? error.message : error}`;
      this.destroy(reason);
      throw asFailure(error, reason);
    } finally {
      clearTimeout(timer);
    }
  }

  #openSocket({
    host,
    port,
    ssl,
    onConnect,
  }: {
    host: string;
    port: number;
    ssl?: tls.ConnectionOptions;
    onConnect: () => void;
  }) {
    const name = net.isIP(host) ? {} : { servername: host };
    this.#socket = ssl
      ? tls.connect({ host, port, ...name, ...ssl }, onConnect)
      : net.connect({ host, port }, onConnect);
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, KEEP_ALIVE_MS);
    if (this.#ended !== null) this.#socket.destroy(new Error(this.#ended));
    return this.#socket;
  }
}

/** A minute: half of what common firewalls let a silent connection live. */
const KEEP_ALIVE_MS = 60_000;

const WARN_LEVEL = 2;

function innerLogger({ logger }: KafkaConnectionSettings) {
  return createInnerLogger({ level: WARN_LEVEL, logCreator: () => quietly(logger) });
}

/** A name or password that is wrong stays wrong: nobody needs to try again. */
function asFailure(error: unknown, reason: string): Error {
  if (error instanceof Error && error.name === 'KafkaJSSASLAuthenticationError') {
    return new LakegateError({
      code: 'BAD_CONFIG',
      message: `Kafka refuses our credentials: ${error.message}`,
      cause: error,
    });
  }
  return new Error(reason, { cause: error });
}
