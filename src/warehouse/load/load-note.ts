import type { Notes } from '../../log/log.ts';
import type { OffsetRange, RecordPlace } from './batch.ts';

/**
 * What the loader has written down of a topic, beside the log: enough to know after any crash what is loaded, what was being loaded, and
 * what a loss of power may have taken.
 */
export interface LoadNote {
  /** Grows when everything is loaded again into an empty warehouse: those are other batches than the ones before. */
  readonly epoch: number;
  /** Last offset of each partition that is in every table. -1 before the first. */
  readonly loaded: readonly bigint[];
  /** The watermark that was published, or was about to be. */
  readonly watermarkMs: number | null;
  /** The start of the machine under which this was written. */
  readonly bootId: string;
  /** What was loaded lately, oldest first. */
  readonly recent: readonly RecentLoads[];
  /** Records that the warehouse can never take, newest last. */
  readonly leftOut: readonly RecordPlace[];
  /** The batch whose outcome is not known. */
  readonly batch: BatchNote | null;
}

export interface BatchNote {
  readonly ranges: readonly OffsetRange[];
  readonly leftOut: readonly RecordPlace[];
  readonly rows: number;
  readonly token: string;
  /** Those that shape blocks: the same for every attempt, or the tokens would not fit. */
  readonly settings: Readonly<Record<string, string | number>>;
  /**
   * `inserting`: attempts may have been made, and may be made again. `verifying`: what the tables hold is compared with the log and mended;
   * from here on the insert is never repeated, because mending changes parts whose tokens the engine may have forgotten.
   */
  readonly phase: 'inserting' | 'verifying';
}

/** Loads of one minute of wall-clock time: from which offset on, and the hours of event time they touched. */
interface RecentLoads {
  readonly minute: number;
  readonly from: readonly bigint[];
  readonly hours: readonly number[];
}

/**
 * The operating system writes what the engine wrote to disk within about half a minute; a quarter of an hour leaves room for a slow disk
 * and for parts that were merged meanwhile (the engine keeps their sources for eight minutes or does not remove them unsynced).
 */
const RECENT_MINUTES = 15;

export function noteKey(topic: string): string {
  return `load/${topic}`;
}

export function readLoadNote(notes: Notes, topic: string, partitionCount: number): LoadNote | null {
  const bytes = notes.get(noteKey(topic));
  if (bytes === null) return null;
  const note = JSON.parse(Buffer.from(bytes).toString('utf8'), reviveOffsets) as LoadNote;
  const missing = Array.from({ length: Math.max(0, partitionCount - note.loaded.length) }, () => -1n);
  return { ...note, loaded: [...note.loaded, ...missing] };
}

export function encodeLoadNote(note: LoadNote): Uint8Array {
  return Buffer.from(JSON.stringify(note, writeOffsets));
}

/** Adds a batch that was loaded to what is remembered as recent, and forgets what is older. */
export function rememberLoad(
  recent: readonly RecentLoads[],
  load: { readonly ranges: readonly OffsetRange[]; readonly minutes: readonly number[] },
  loadedBefore: readonly bigint[],
  nowMs: number,
): readonly RecentLoads[] {
  const minute = Math.floor(nowMs / 60_000);
  const kept = recent.filter((entry) => entry.minute > minute - RECENT_MINUTES && entry.minute !== minute);
  const same = recent.find((entry) => entry.minute === minute);
  const hours = new Set(same?.hours ?? []);
  for (const touched of load.minutes) hours.add(Math.floor(touched / 60));
  const from = same?.from ?? loadedBefore.map((offset) => offset + 1n);
  return [...kept, { minute, from, hours: [...hours] }];
}

/** A thousand places are 30 KB; what is more than that is no longer a matter of single records. */
const LEFT_OUT_MAX = 1000;

export function rememberLeftOut(known: readonly RecordPlace[], more: readonly RecordPlace[]): readonly RecordPlace[] {
  return more.length === 0 ? known : [...known, ...more].slice(-LEFT_OUT_MAX);
}

/** Offsets stand as text with an `n` behind: `"17n"`. JSON has no integers of 64 bits. */
function writeOffsets(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function reviveOffsets(_key: string, value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
}
