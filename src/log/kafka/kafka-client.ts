import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Kafka, SASLOptions } from 'kafkajs';
import { LakegateError } from '../../platform/errors.ts';
import { BEST_COMPRESSION, COMPRESSION, compress, DECOMPRESS } from './codecs.ts';

/** How to reach Kafka. One set for everything a process does with it. */
export interface KafkaConnectionOptions {
  /** host:port of some brokers; the others are learned from them. */
  readonly brokers: readonly string[];
  /** How this process is named in the logs and quotas of the brokers. */
  readonly clientId: string;
  /** Default none. `caFile`: whom to trust besides those Node trusts; `certFile` and `keyFile`: who we are, where brokers ask. */
  readonly tls?: boolean | KafkaTlsOptions;
  readonly sasl?: KafkaSaslOptions;
  readonly logger?: KafkaLogger;
}

export interface KafkaTlsOptions {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

export interface KafkaSaslOptions {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaLogger {
  warn(facts: object, message: string): void;
  debug?(facts: object, message: string): void;
}

/** What every connection is made of. */
export interface KafkaConnectionSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null;
  readonly sasl: SASLOptions | null;
  readonly logger: KafkaLogger;
}

/** Reads the files; what cannot be read is BAD_CONFIG. */
export async function kafkaConnectionSettings(options: KafkaConnectionOptions): Promise<KafkaConnectionSettings> {
  const { brokers, clientId, tls = false, sasl, logger = SILENT } = options;
  const malformed = brokers.filter((broker) => !/^[^\s:]+:\d{1,5}$/.test(broker));
  if (brokers.length === 0 || malformed.length > 0) {
    throw badConfig(`Expected brokers as host:port, got ${JSON.stringify(brokers)}.`);
  }
  return { brokers, clientId, ssl: await readTls(tls), sasl: sasl ?? null, logger };
}

const SILENT: KafkaLogger = { warn: () => {} };

async function readTls(tls: boolean | KafkaTlsOptions): Promise<KafkaConnectionSettings['ssl']> {
  if (tls === false) return null;
  if (tls === true) return {};
  const [ca, cert, key] = await Promise.all([tls.caFile, tls.certFile, tls.keyFile].map(readPem));
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

async function readPem(path: string | undefined): Promise<string | null> {
  if (path === undefined) return null;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw badConfig(`Expected a PEM file at ${path}; it cannot be read.`, cause);
  }
}

function badConfig(message: string, cause?: unknown): LakegateError {
  return new LakegateError({ code: 'BAD_CONFIG', message, cause });
}

/** Long enough for a handshake over a slow line, short enough to try the next broker within a caller's patience. */
export const CONNECT_TIMEOUT_MS = 3_000;

/**
 * A client of kafkajs, for what its own producers, consumers and admins do well: transactions, groups, topics. Whoever produces sets the
 * partition of every message, one partition a send, at most 2,000 messages (its grouping is quadratic), `compression: kafkaCompression`.
 */
export function createKafkaClient(settings: KafkaConnectionSettings): Kafka {
  registerCodecs();
  const { Kafka } = kafkajs();
  return new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ...(settings.ssl === null ? {} : { ssl: settings.ssl }),
    ...(settings.sasl === null ? {} : { sasl: settings.sasl }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    // What waits longer for an answer asks again: a frozen broker must not hold anybody for the default of half a minute.
    requestTimeout: 10_000,
    // About 2.5 s in all: whoever calls has a deadline of its own, and tries again with backoff around this.
    retry: { retries: 5, initialRetryTime: 100, multiplier: 2, maxRetryTime: 1_000 },
    logLevel: kafkajs().logLevel.WARN,
    logCreator: () => quietly(settings.logger),
  });
}

/** kafkajs calls a lost connection an error; here it is what Kafka is built for, and whoever waits for it says so himself. */
export function quietly(logger: KafkaLogger): (entry: { readonly namespace: string; readonly log: object }) => void {
  return ({ namespace, log }) => {
    const { message = '', ...facts } = log as { readonly message?: string };
    logger.debug?.({ from: `kafkajs ${namespace}`, ...facts }, message);
  };
}

type KafkajsPackage = typeof import('kafkajs');

/** It is loaded when Kafka is used and not before: most starts never need it. */
function kafkajs(): KafkajsPackage {
  return createRequire(import.meta.url)('kafkajs') as KafkajsPackage;
}

/** What a producer of kafkajs passes as `compression`. */
export const kafkaCompression = COMPRESSION[BEST_COMPRESSION];

/** kafkajs has gzip of its own. Codecs are registered once for the whole process. */
function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs();
  const { lz4, snappy } = DECOMPRESS;
  CompressionCodecs[CompressionTypes.Snappy] = () => ({ decompress: async (bytes: Buffer) => snappy?.(bytes) });
  if (lz4 === undefined) return;
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async (encoder: { readonly buffer: Buffer }) => compress(encoder.buffer, 'lz4'),
    decompress: async (bytes: Buffer) => lz4(bytes),
  });
}
