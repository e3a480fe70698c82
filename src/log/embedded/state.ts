import { crc32 } from 'node:zlib';
import type { PartitionEnd, TopicSpec } from '../log.ts';

/**
 * What the embedded log knows about itself, one sealed value each in the table "state":
 *
 *   key                          value
 *   topics                       JSON, every topic with its number
 *   notes                        JSON, pairs of key and value in base64: one value, so that none can vanish unseen
 *   claims                       JSON, which generation of claims is the current one and since when
 *   end/<topic number>/<part.>   first and next offset, two uint64 little endian
 *
 * Sealed: a crc32 of the bytes before the bytes. The ends repeat what the batches tell, so that a batch that is lost from the end of a
 * partition by damage is missed.
 */
export const TOPICS_KEY = 'topics';
export const NOTES_KEY = 'notes';
export const CLAIMS_KEY = 'claims';

export function endKey(topicNumber: number, partition: number): string {
  return `end/${topicNumber}/${partition}`;
}

export interface NumberedTopic extends TopicSpec {
  /** Stands for the topic in keys; never used again for another. */
  readonly number: number;
}

export interface ClaimsState {
  readonly current: 0 | 1;
  readonly startedAtMs: number;
}

const CRC_BYTES = 4;

export function seal(bytes: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(CRC_BYTES + bytes.byteLength);
  sealed.writeUInt32LE(crc32(bytes), 0);
  sealed.set(bytes, CRC_BYTES);
  return sealed;
}

/** Null when the value is not there or damaged. */
export function unseal(sealed: Uint8Array | undefined): Buffer | null {
  if (sealed === undefined || sealed.byteLength < CRC_BYTES) return null;
  const value = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const bytes = value.subarray(CRC_BYTES);
  return crc32(bytes) === value.readUInt32LE(0) ? bytes : null;
}

export function sealJson(value: unknown): Buffer {
  return seal(Buffer.from(JSON.stringify(value), 'utf8'));
}

export function sealEnd(first: bigint, next: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeBigUInt64LE(first, 0);
  bytes.writeBigUInt64LE(next, 8);
  return seal(bytes);
}

export function unsealEnd(sealed: Uint8Array | undefined): Omit<PartitionEnd, 'partition'> | null {
  const bytes = unseal(sealed);
  if (bytes === null || bytes.byteLength !== 16) return null;
  return { first: bytes.readBigUInt64LE(0), next: bytes.readBigUInt64LE(8) };
}
