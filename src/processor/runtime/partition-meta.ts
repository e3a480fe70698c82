import type { KeyedState, Transaction } from '../../log/partition-work.ts';
import { LakegateError } from '../../platform/errors.ts';
import { SEAL_BYTES, seal, unseal } from './sealed-value.ts';

/** What a job knows of one of its partitions besides the states of keys: changes with every step, in the same transaction. */
export interface PartitionMeta {
  /** Of the state that is kept beside it. */
  readonly stateShape: string;
  readonly inputNext: bigint;
  /** How far event time has come: the watermark of the newest record, or what is known of all that may still come. Null before there is one. */
  readonly watermarkUs: number | null;
  /** Of the newest record alone. */
  readonly recordWatermarkUs: number | null;
  /** Of a job with a key of its own: how far event time has come in each partition of its sources, by `topic/partition`. */
  readonly marksUs: Readonly<Record<string, number>>;
  /** The greatest so far. */
  readonly receivedAtMs: number;
  readonly records: number;
  readonly late: number;
  readonly commits: number;
  readonly lastCommitAtMs: number | null;
  readonly stateKeys: number;
  readonly stateBytes: number;
}

export function readMeta(state: KeyedState): PartitionMeta | null {
  return decodeMeta(state.get(META));
}

/** Null where nothing is. */
export function decodeMeta(stored: Uint8Array | null): PartitionMeta | null {
  if (stored === null) return null;
  const written = JSON.parse(unseal(stored, 'its place in the input').toString('utf8', SEAL_BYTES));
  return { ...written, inputNext: BigInt(written.inputNext) };
}

export function writeMeta(transaction: Transaction, meta: PartitionMeta): void {
  const text = JSON.stringify({ ...meta, inputNext: meta.inputNext.toString() });
  const bytes = Buffer.allocUnsafe(SEAL_BYTES + Buffer.byteLength(text));
  bytes.write(text, SEAL_BYTES);
  transaction.put(META, seal(bytes));
}

/** Of a partition that has a place in its input and no state yet. */
export const NO_SHAPE = '';

export function firstMeta(stateShape: string): PartitionMeta {
  return {
    stateShape,
    inputNext: 0n,
    watermarkUs: null,
    recordWatermarkUs: null,
    marksUs: {},
    receivedAtMs: 0,
    records: 0,
    late: 0,
    commits: 0,
    lastCommitAtMs: null,
    stateKeys: 0,
    stateBytes: 0,
  };
}

export function checkShape(meta: PartitionMeta, stateShape: string, job: string): void {
  if (meta.stateShape === stateShape || meta.stateShape === NO_SHAPE) return;
  throw new LakegateError({
    code: 'BAD_REQUEST',
    message: `The job ${job} has kept state that it cannot read any more, because its operator, window, pattern or key is another one now. Cancel it and submit it anew to begin again from the first record.`,
    facts: { job, kept: meta.stateShape, wanted: stateShape },
  });
}

/** Under which it is kept. Sorts before the states of keys and their timers. */
export const META = 'm';
