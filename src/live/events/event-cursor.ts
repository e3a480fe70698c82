import { crc32 } from 'node:zlib';
import { LakegateError } from '../../platform/errors.ts';

/**
 * A place in a topic, behind what was read of it. Made of the log's own offsets, it is good after a restart, at another gateway, and for any filter.
 */
export interface EventCursor {
  readonly topic: string;
  readonly next: Offsets;
  /** What a slow reader had missed ends here: first everything up to it, then what follows. Null where there is no such end. */
  readonly until: Offsets | null;
}

/** By partition, the offset of the next record. */
export type Offsets = readonly bigint[];

/** Opaque to users, with a checksum: text that was cut or mixed up on the way is no other place. */
export function encodeEventCursor({ topic, next, until }: EventCursor): string {
  const body = [topic, ...[next, ...(until === null ? [] : [until])].map((offsets) => offsets.join('.'))].join('/');
  return `e1.${Buffer.from(`${body}/${checksum(body)}`).toString('base64url')}`;
}

export function decodeEventCursor(topic: string, partitions: number, text: string): EventCursor {
  const body = Buffer.from(text.replace(/^e1\./, ''), 'base64url').toString('utf8');
  const found = /^(.*)\/(\w+)$/s.exec(body);
  if (text.startsWith('e1.') && found?.[1] !== undefined && checksum(found[1]) === found[2]) {
    const [of, ...parts] = found[1].split('/');
    const [next = null, until = null] = parts.map((part) => offsetsOf(part, partitions));
    if (of === topic && next !== null) return { topic, next, until };
  }
  throw new LakegateError({ code: 'BAD_REQUEST', message: `after: expected a cursor of this stream (${topic})` });
}

/** True if every partition of `a` is at or before where it is in `b`. */
export function isBehind(a: Offsets, b: Offsets): boolean {
  return a.every((offset, partition) => offset <= (b[partition] ?? 0n));
}

function checksum(body: string): string {
  return crc32(body).toString(36);
}

/** Null where it has partitions that the topic has not. One that the topic got since then is read from its beginning. */
function offsetsOf(text: string, partitions: number): Offsets | null {
  if (!/^\d{1,19}(\.\d{1,19})*$/.test(text)) return null;
  const offsets = text.split('.').map(BigInt);
  if (offsets.length > partitions) return null;
  return [...offsets, ...Array.from({ length: partitions - offsets.length }, () => 0n)];
}
