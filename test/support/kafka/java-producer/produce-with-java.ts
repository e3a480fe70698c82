import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { JAVA_OPTIONS } from '../broker.ts';
import { javaServers } from '../java-servers.ts';

/** A record as another program would send it. */
export interface ForeignRecord {
  readonly topic: string;
  /** Default: left to the producer, which takes the key's hash, or any. */
  readonly partition?: number;
  readonly key?: string | Uint8Array;
  /** null is a tombstone. */
  readonly value: string | Uint8Array | null;
  readonly headers?: Readonly<Record<string, string | Uint8Array>>;
}

export interface HowToProduce {
  readonly brokers: string;
  /** Default: one by one, outside of a transaction. An abandoned transaction is left open by a producer that ends. */
  readonly transaction?: 'commit' | 'abort' | 'abandon';
  /** The producer's own configuration, such as `enable.idempotence` or `compression.type`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Sends records with Apache Kafka's own producer. Resolves, with the place of each, when all are stored and the transaction has ended. */
export async function produceWithJava(
  how: HowToProduce,
  records: readonly ForeignRecord[],
): Promise<readonly { readonly partition: number; readonly offset: bigint }[]> {
  const { classPath } = await javaServers();
  const source = join(import.meta.dirname, 'JavaProducer.java');
  const args = [...JAVA_OPTIONS, '-cp', classPath, source, how.transaction ?? 'send', how.brokers, ...configOf(how)];
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(records.map(lineOf).join(''));
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the producer in Java ended with ${code}:\n${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }));
}

function configOf({ transaction, config = {} }: HowToProduce): readonly string[] {
  const own = transaction === undefined ? {} : { 'transactional.id': `java-${crypto.randomUUID()}` };
  return Object.entries({ ...own, ...config }).map(([name, value]) => `${name}=${value}`);
}

function lineOf({ topic, partition, key, value, headers = {} }: ForeignRecord): string {
  const inBase64 = Object.entries(headers).map(([name, bytes]) => [name, base64(bytes)]);
  const bytes = { key: base64(key ?? null), value: base64(value), headers: Object.fromEntries(inBase64) };
  return `${JSON.stringify({ topic, partition: partition ?? null, ...bytes })}\n`;
}

function base64(bytes: string | Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}
