import { readFile } from 'node:fs/promises';
import type { SASLOptions } from 'kafkajs';
import { LakegateError } from '../../platform/errors.ts';

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

/** kafkajs calls a lost connection an error; here it is what Kafka is built for, and whoever waits for it says so himself. */
export function quietly(logger: KafkaLogger): (entry: { readonly namespace: string; readonly log: object }) => void {
  return ({ namespace, log }) => {
    const { message = '', ...facts } = log as { readonly message?: string };
    logger.debug?.({ from: `kafkajs ${namespace}`, ...facts }, message);
  };
}
