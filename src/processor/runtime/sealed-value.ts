import { crc32 } from 'node:zlib';
import { LakegateError } from '../../platform/errors.ts';

/** LMDB has no checksums of its own: whatever a job keeps carries one in front, so that a flipped bit is an error and never a wrong result. */
export const SEAL_BYTES = 4;

/** Writes the checksum into the first bytes, which are free for it. */
export function seal(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(SEAL_BYTES)), 0);
  return bytes;
}

/** The same bytes as a Buffer, after a look at the checksum. */
export function unseal(bytes: Uint8Array, what: string): Buffer {
  const sealed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (sealed.byteLength >= SEAL_BYTES && crc32(sealed.subarray(SEAL_BYTES)) === sealed.readUInt32LE(0)) return sealed;
  throw new LakegateError({
    code: 'LOG_CORRUPT',
    message: `The state of a job is damaged: ${what}. Restore the data directory from a copy, or submit the job anew.`,
    facts: { damage: what },
  });
}
