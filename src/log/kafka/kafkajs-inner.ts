import { createRequire } from 'node:module';
import type { ISocketFactory, SASLOptions } from 'kafkajs';

/**
 * The parts of kafkajs below its producers and consumers: a connection with TLS and SASL, and the encoders of requests. Its consumers cannot
 * read a partition without joining a group, and its producers lose track of what a moved leader answered. They are not part of what the
 * package promises, hence this one file, the pinned version, and requests of pinned versions, which brokers from 2.4 to 4.x answer.
 */
const load = createRequire(import.meta.url);

export interface InnerLogger {
  namespace(name: string): InnerLogger;
}

interface ConnectionPoolClass {
  new (options: {
    readonly host: string;
    readonly port: number;
    readonly clientId: string;
    readonly ssl: object | null;
    readonly sasl: SASLOptions | null;
    readonly connectionTimeout: number;
    /** Of each request, in milliseconds. */
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
    readonly socketFactory: ISocketFactory;
    readonly logger: InnerLogger;
  }): ConnectionPool;
}

interface ConnectionPool {
  getConnection(): Promise<InnerConnection>;
}

export interface InnerConnection {
  isConnected(): boolean;
  send<Answer>(exchange: Exchange<Answer> & { readonly logResponseError: boolean }): Promise<Answer>;
}

interface BrokerClass {
  new (options: {
    readonly connectionPool: ConnectionPool;
    readonly logger: InnerLogger;
    readonly authenticationTimeout: number;
    readonly allowAutoTopicCreation: boolean;
  }): Broker;
}

/** Learns what versions the broker speaks and signs in. */
interface Broker {
  connect(): Promise<void>;
}

/** One request, and what makes its answer of the bytes that come back. */
export interface Exchange<Answer> {
  readonly request: InnerRequest;
  readonly response: {
    decode(payload: Buffer): Promise<Decoded<Answer>>;
    parse(decoded: Decoded<Answer>): Promise<Answer>;
  };
  readonly requestTimeout?: number;
}

interface Decoded<Answer> {
  /** Quotas: how long the broker wants nothing more on this connection. */
  readonly clientSideThrottleTime: number;
  readonly answer: Answer;
}

interface InnerRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  readonly encode: () => Promise<InnerEncoder>;
}

/** What a frame is put together from: kafkajs asks for these two of its own encoders. */
interface InnerEncoder {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

export const ConnectionPool = load('kafkajs/src/network/connectionPool') as ConnectionPoolClass;
export const Broker = load('kafkajs/src/broker') as BrokerClass;
export const createInnerLogger = (
  load('kafkajs/src/loggers') as {
    createLogger(options: {
      readonly level: number;
      readonly logCreator: () => (entry: { readonly namespace: string; readonly log: object }) => void;
    }): InnerLogger;
  }
).createLogger;

const { createErrorFromCode } = load('kafkajs/src/protocol/error') as {
  createErrorFromCode(code: number): Error & { readonly type: string; readonly retriable: boolean };
};

/** The name and the nature of an error code, as the protocol defines them. */
export function protocolError(code: number): Error & { readonly type: string; readonly retriable: boolean } {
  return createErrorFromCode(code);
}

/** An exchange whose bytes we write and read ourselves. */
export function exchange<Answer>(made: {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  readonly body: Buffer;
  readonly decode: (payload: Buffer) => Answer;
  /** For an answer that takes longer than the connection would wait; a shorter time has no effect. */
  readonly requestTimeout?: number;
  /** Where the answer has the time for which the broker wants nothing more. Default first, where all but Produce have it. */
  readonly throttle?: 'first' | 'last';
}): Exchange<Answer> {
  const { apiKey, apiVersion, apiName, body, decode, requestTimeout, throttle = 'first' } = made;
  return {
    request: { apiKey, apiVersion, apiName, encode: async () => ({ buf: body, buffer: body }) },
    response: {
      decode: async (payload) => ({
        clientSideThrottleTime: payload.readInt32BE(throttle === 'first' ? 0 : payload.byteLength - 4),
        answer: decode(payload),
      }),
      parse: async ({ answer }) => answer,
    },
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
  };
}
