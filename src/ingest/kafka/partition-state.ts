import { CLAIM_KEY_LENGTH } from '../../log/claim-store.ts';
import type { PartitionWatermarkState } from '../../model/partition-watermark.ts';
import { invariant, LakegateError } from '../../platform/errors.ts';

/** What the owner of a partition must know to go on where the last committed step ended, besides the claims. */
export interface PartitionState {
  /** Of the input. */
  readonly inputNext: bigint;
  /** Of the next event that is admitted. */
  readonly sequenceNext: bigint;
  /** One beyond the newest event in the kind's topic: where the next one may be. */
  readonly outputNext: bigint;
  readonly watermark: PartitionWatermarkState;
}

/** What one step claimed: the first event admitted lies at `firstOffset`, the others follow without a hole. */
export interface StepClaims {
  readonly firstOffset: bigint;
  readonly claims: readonly { readonly claimKey: string; readonly fingerprint: bigint }[];
}

export interface PartitionChange extends StepClaims {
  readonly state: PartitionState;
}

/**
 * A record of the changelog (little endian):
 *
 *   0  1  version, 1            25  8  newest event time, NaN for none      49  18  key of the first claim (24 characters of base64url)
 *   1  8  next input offset     33  8  raised floor, NaN for none           67   8  its fingerprint
 *   9  8  next sequence         41  8  offset of the first event claimed    75  …   and so on, 26 bytes each, to the end
 *  17  8  next output offset
 *
 * The state alone is the first 41 bytes.
 */
export function encodeChange({ state, firstOffset, claims }: PartitionChange): Buffer {
  const bytes = Buffer.allocUnsafe(CHANGE_BYTES + claims.length * CLAIM_BYTES);
  writeState(bytes, state);
  bytes.writeBigUInt64LE(firstOffset, STATE_BYTES);
  // Four times as fast as a Buffer's own methods, and there is one for each event.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = CHANGE_BYTES;
  for (const { claimKey, fingerprint } of claims) {
    const written = bytes.write(claimKey, at, 'base64url');
    invariant(written === CLAIM_KEY_BYTES, 'a claim key has 18 bytes');
    view.setBigUint64(at + CLAIM_KEY_BYTES, fingerprint, true);
    at += CLAIM_BYTES;
  }
  return bytes;
}

export function decodeChange(value: Uint8Array): PartitionChange {
  const bytes = bufferOver(value);
  const claimsBytes = bytes.length - CHANGE_BYTES;
  if (claimsBytes < 0 || claimsBytes % CLAIM_BYTES !== 0) throw unreadable(`${bytes.length} bytes`);
  const claims = [];
  for (let at = CHANGE_BYTES; at < bytes.length; at += CLAIM_BYTES) {
    const claimKey = bytes.toString('base64url', at, at + CLAIM_KEY_BYTES);
    claims.push({ claimKey, fingerprint: bytes.readBigUInt64LE(at + CLAIM_KEY_BYTES) });
  }
  return { state: decodeState(bytes), firstOffset: bytes.readBigUInt64LE(STATE_BYTES), claims };
}

export function encodeState(state: PartitionState): Buffer {
  const bytes = Buffer.allocUnsafe(STATE_BYTES);
  writeState(bytes, state);
  return bytes;
}

export function decodeState(value: Uint8Array): PartitionState {
  const bytes = bufferOver(value);
  if (bytes.length < STATE_BYTES || bytes[0] !== VERSION) throw unreadable(`version ${bytes[0]}`);
  return {
    inputNext: bytes.readBigUInt64LE(1),
    sequenceNext: bytes.readBigUInt64LE(9),
    outputNext: bytes.readBigUInt64LE(17),
    watermark: { newestTimeMs: numberAt(bytes, 25), raisedMs: numberAt(bytes, 33) },
  };
}

const VERSION = 1;
const STATE_BYTES = 41;
const CHANGE_BYTES = STATE_BYTES + 8;
const CLAIM_KEY_BYTES = (CLAIM_KEY_LENGTH * 3) / 4;
const CLAIM_BYTES = CLAIM_KEY_BYTES + 8;

function writeState(bytes: Buffer, { inputNext, sequenceNext, outputNext, watermark }: PartitionState): void {
  bytes[0] = VERSION;
  bytes.writeBigUInt64LE(inputNext, 1);
  bytes.writeBigUInt64LE(sequenceNext, 9);
  bytes.writeBigUInt64LE(outputNext, 17);
  bytes.writeDoubleLE(watermark.newestTimeMs ?? Number.NaN, 25);
  bytes.writeDoubleLE(watermark.raisedMs ?? Number.NaN, 33);
}

function numberAt(bytes: Buffer, at: number): number | null {
  const number = bytes.readDoubleLE(at);
  return Number.isNaN(number) ? null : number;
}

function bufferOver(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Written by another version of the product, or by somebody else: guessing would count events twice. */
function unreadable(got: string): LakegateError {
  return new LakegateError({
    code: 'LOG_CORRUPT',
    message: `The changelog of admission holds a record that this version cannot read: expected version ${VERSION}, got ${got}.`,
  });
}
