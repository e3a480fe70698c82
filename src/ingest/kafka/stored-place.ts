import { crc32 } from 'node:zlib';
import { decodeState, encodeState, type PartitionState } from './partition-state.ts';

/** A record of the changelog: where it lies, and what it says. */
export interface StoredPlace {
  readonly offset: bigint;
  readonly value: Uint8Array;
}

/**
 * What is noted with the claims on disk: the state, and by which record of the changelog they can be told to be of it. A topic that was
 * deleted and made again has another record there, or none.
 *
 *   0  8  offset of the record       8  4  its crc32       12  …  the state
 */
export function encodePlace({ offset, value }: StoredPlace): Buffer {
  const head = Buffer.allocUnsafe(12);
  head.writeBigUInt64LE(offset, 0);
  head.writeUInt32LE(crc32(value), 8);
  return Buffer.concat([head, encodeState(decodeState(value))]);
}

export interface NotedPlace {
  readonly offset: bigint;
  readonly state: PartitionState;
  isOf(value: Uint8Array): boolean;
}

export function decodePlace(note: Uint8Array): NotedPlace {
  const bytes = Buffer.from(note.buffer, note.byteOffset, note.byteLength);
  const crc = bytes.readUInt32LE(8);
  return {
    offset: bytes.readBigUInt64LE(0),
    state: decodeState(bytes.subarray(12)),
    isOf: (value) => crc32(value) === crc,
  };
}
