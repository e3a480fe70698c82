import type { Rejection } from '../../model/validate/rejection.ts';

/**
 * What one step of admission decided about the events of one gateway, as one record of the verdicts. Events come in runs, so that a thousand
 * of them cost a few numbers. Offsets are those of `<plural>.in` (`at`) and of the kind's own topic (`first`), in the same partition.
 */
export interface VerdictRecord {
  /** The kind's plural. */
  readonly topic: string;
  readonly partition: number;
  readonly admitted: readonly AdmittedRun[];
  readonly duplicates: readonly SeenBefore[];
  readonly conflicts: readonly SeenBefore[];
  readonly rejections: readonly { readonly at: bigint; readonly rejection: Rejection }[];
}

/** The events at `at`, `at + 1` … were admitted at `first`, `first + 1` … */
interface AdmittedRun {
  readonly at: bigint;
  readonly first: bigint;
  readonly count: number;
}

/** The id of the event at `at` was admitted at `first`. */
export interface SeenBefore {
  readonly at: bigint;
  readonly first: bigint;
}

export function encodeVerdicts(record: VerdictRecord): Buffer {
  const { topic, partition, admitted, duplicates, conflicts, rejections } = record;
  const seen = ({ at, first }: SeenBefore): WrittenSeen => [String(at), String(first)];
  const written: WrittenVerdicts = {
    version: VERSION,
    topic,
    partition,
    admitted: admitted.map(({ at, first, count }) => [String(at), String(first), count]),
    duplicates: duplicates.map(seen),
    conflicts: conflicts.map(seen),
    rejections: rejections.map(({ at, rejection }) => [String(at), rejection]),
  };
  return Buffer.from(JSON.stringify(written));
}

/** Null where another version wrote it: whoever waits for it is then told that it is pending. */
export function decodeVerdicts(value: Uint8Array): VerdictRecord | null {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  const written = JSON.parse(text) as WrittenVerdicts;
  if (written.version !== VERSION) return null;
  const seen = ([at, first]: WrittenSeen): SeenBefore => ({ at: BigInt(at), first: BigInt(first) });
  return {
    topic: written.topic,
    partition: written.partition,
    admitted: written.admitted.map(([at, first, count]) => ({ at: BigInt(at), first: BigInt(first), count })),
    duplicates: written.duplicates.map(seen),
    conflicts: written.conflicts.map(seen),
    rejections: written.rejections.map(([at, rejection]) => ({ at: BigInt(at), rejection })),
  };
}

const VERSION = 1;

type WrittenSeen = readonly [at: string, first: string];

interface WrittenVerdicts {
  readonly version: number;
  readonly topic: string;
  readonly partition: number;
  readonly admitted: readonly (readonly [at: string, first: string, count: number])[];
  readonly duplicates: readonly WrittenSeen[];
  readonly conflicts: readonly WrittenSeen[];
  readonly rejections: readonly (readonly [at: string, Rejection])[];
}
