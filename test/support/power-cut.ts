/** What record-writes.c wrote down, and what a power cut at any moment of it would have left of the file. */
export type Step =
  | { readonly what: 'write' | 'durable write'; readonly at: number; readonly bytes: Buffer }
  | { readonly what: 'truncate'; readonly size: number }
  | { readonly what: 'sync begins' | 'sync ended' }
  | { readonly what: 'told'; readonly text: string };

/** How the disk treated what was written and not yet synced when the power went: it may keep none, all, some, or torn sectors of it. */
export const CUT_MODES = ['none', 'all', 'some', 'torn'] as const;
export type CutMode = (typeof CUT_MODES)[number];

export function parseRecording(recording: Buffer): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at + 24 <= recording.length; ) {
    const what = String.fromCharCode(recording[at] ?? 0);
    const offset = Number(recording.readBigInt64LE(at + 8));
    const length = 'WDA'.includes(what) ? Number(recording.readBigInt64LE(at + 16)) : 0;
    const bytes = recording.subarray(at + 24, at + 24 + length);
    // The recorder was killed in the middle of its last entry.
    if (bytes.length < length) break;
    steps.push(stepOf(what, offset, bytes));
    at += 24 + length;
  }
  return steps;
}

function stepOf(what: string, offset: number, bytes: Buffer): Step {
  switch (what) {
    case 'W':
      return { what: 'write', at: offset, bytes };
    case 'D':
      return { what: 'durable write', at: offset, bytes };
    case 'T':
      return { what: 'truncate', size: offset };
    case 's':
      return { what: 'sync begins' };
    case 'S':
      return { what: 'sync ended' };
    case 'A':
      return { what: 'told', text: bytes.toString('utf8') };
    default:
      throw new Error(`a recording holds W, D, T, s, S and A, got "${what}"`);
  }
}

/** The file after a cut behind the first `count` steps. `random` gives numbers from 0 up to, not including, 1. */
export function imageAfter(
  base: Buffer,
  steps: readonly Step[],
  count: number,
  mode: CutMode,
  random: () => number,
): Buffer {
  let file: Buffer = Buffer.from(base);
  let pending: Write[] = [];
  let syncing = 0;
  for (const step of steps.slice(0, count)) {
    if (step.what === 'write') pending.push(step);
    else if (step.what === 'durable write') file = written(file, step.at, step.bytes);
    else if (step.what === 'truncate') file = resized(file, step.size);
    else if (step.what === 'sync begins') syncing = pending.length;
    else if (step.what === 'sync ended') {
      for (const { at, bytes } of pending.slice(0, syncing)) file = written(file, at, bytes);
      pending = pending.slice(syncing);
    }
  }
  for (const { at, bytes } of kept(pending, mode, random)) file = written(file, at, bytes);
  return file;
}

type Write = { readonly at: number; readonly bytes: Buffer };

const SECTOR_BYTES = 512;

function kept(pending: readonly Write[], mode: CutMode, random: () => number): readonly Write[] {
  switch (mode) {
    case 'none':
      return [];
    case 'all':
      return pending;
    case 'some':
      return shuffled(
        pending.filter(() => random() < 0.5),
        random,
      );
    case 'torn':
      return shuffled(pending, random).map(({ at, bytes }) => {
        const sectors = Math.floor(random() * (bytes.length / SECTOR_BYTES + 1));
        return { at, bytes: bytes.subarray(0, sectors * SECTOR_BYTES) };
      });
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function written(file: Buffer, at: number, bytes: Buffer): Buffer {
  const large = at + bytes.length > file.length ? resized(file, at + bytes.length) : file;
  bytes.copy(large, at);
  return large;
}

function resized(file: Buffer, size: number): Buffer {
  const other = Buffer.alloc(size);
  file.copy(other);
  return other;
}

/** mulberry32: a few lines, the same numbers on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
