import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { DATA_FILE, discard, emptyDir, markClosed, markOpen, reasonToDiscard } from './copy-dir.ts';
import {
  type ClaimGenerations,
  type ClaimTables,
  type ClaimWrite,
  encodeClaims,
  findClaim,
  isTurnDue,
  loadClaims,
  nextGeneration,
  turnGenerations,
  writeClaimsState,
} from './embedded/claims.ts';
import { seal, unseal } from './embedded/state.ts';
import { checkDataFile, checkRoom, commitIn, type LmdbEnvironment, openTable, TEXT_KEYS } from './embedded/store.ts';

/**
 * The claims on ids of one partition, on this machine's disk: what its changelog says, up to an offset, in a form that can be asked. It
 * may be larger than memory.
 *
 * - It is a copy. Nothing is lost with it: whoever finds it missing, damaged or of another changelog reads the changelog again.
 * - So nothing waits for the disk. A process that is killed leaves what it wrote to the operating system, whole; after the machine itself
 *   stopped without warning nobody knows what is there, and it is thrown away.
 * - It holds whole steps: claims, the offset up to which it is complete and the caller's note change in one transaction.
 */
export interface ClaimStore {
  /** Everything in the changelog before this offset is in here. 0 where nothing is. */
  readonly completeTo: bigint;
  /** What was noted with it; null where nothing is. */
  readonly note: Uint8Array | null;
  find(claimKey: string): KeptClaim | null;
  keep(change: ClaimChange): Promise<void>;
  /** Forgets everything, in new files: it turned out to be of another changelog, or damaged. */
  clear(nowMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface KeptClaim {
  readonly fingerprint: bigint;
  readonly offset: bigint;
}

export interface ClaimChange {
  readonly claims: readonly (KeptClaim & { readonly claimKey: string })[];
  /** When they were made: from then on they are kept. */
  readonly atMs: number;
  readonly completeTo: bigint;
  readonly note: Uint8Array;
}

export interface ClaimStoreOptions {
  /** For this store alone. */
  readonly dir: string;
  /** A claim is found for at least this long, and for twice this at most. */
  readonly keptMs: number;
  readonly nowMs: number;
  /** Told why everything is read again. */
  readonly onDiscard: (reason: string) => void;
}

/**
 * 144 bits of its SHA-256 in place of a claim of any length, as 24 characters. Nobody finds two claims that have the same: by chance a
 * trillion of them hold such a pair with a probability of 10^-20, and on purpose it takes 2^72 attempts.
 */
export function claimKeyOf(claim: string): string {
  // What holds surrogates is hashed in UTF-16, behind a byte that begins no UTF-8: that has no bytes for those outside of pairs.
  const hashed = SURROGATE.test(claim) ? Buffer.concat([NOT_UTF8, Buffer.from(claim, 'utf16le')]) : claim;
  return hash('sha256', hashed, 'base64url').slice(0, CLAIM_KEY_LENGTH);
}

const SURROGATE = /[\ud800-\udfff]/;
const NOT_UTF8 = Buffer.of(0xff);

export const CLAIM_KEY_LENGTH = 24;

export async function openClaimStore(options: ClaimStoreOptions): Promise<ClaimStore> {
  const { dir, keptMs, nowMs, onDiscard } = options;
  await mkdir(dir, { recursive: true });
  const doubt = await reasonToDiscard(dir);
  if (doubt !== null) await discard(dir, doubt, onDiscard);
  await markOpen(dir);
  const opened = await openOrNull(dir, keptMs);
  if (opened !== null) return new LmdbClaimStore(dir, opened);
  await discard(dir, 'it is damaged', onDiscard);
  await markOpen(dir);
  return new LmdbClaimStore(dir, await createStore(dir, keptMs, nowMs));
}

interface OpenStore {
  environment: LmdbEnvironment<ClaimTables>;
  generations: ClaimGenerations;
  completeTo: bigint;
  note: Uint8Array | null;
}

class LmdbClaimStore implements ClaimStore {
  readonly #dir: string;
  readonly #store: OpenStore;

  constructor(dir: string, store: OpenStore) {
    this.#dir = dir;
    this.#store = store;
  }

  get completeTo(): bigint {
    return this.#store.completeTo;
  }

  get note(): Uint8Array | null {
    return this.#store.note;
  }

  find(claimKey: string): KeptClaim | null {
    const { environment, generations } = this.#store;
    return findClaim(environment.tables, generations, claimKey);
  }

  async keep({ claims, atMs, completeTo, note }: ClaimChange): Promise<void> {
    const { generations } = this.#store;
    const isFirst = this.#store.completeTo === 0n;
    const turned = isFirst || isTurnDue(generations, atMs) ? nextGeneration(generations.state, atMs) : null;
    const encoded = encodeClaims(claims.map(ofThisPartition));
    const { current } = turned ?? generations.state;
    await this.#commit(claims.length, (tables) => {
      if (turned !== null) turnGenerations(tables, turned);
      for (const { claimKey, value } of encoded) tables.claims[current].put(claimKey, value);
      tables.state.put(COMPLETE_KEY, sealedPlace(completeTo, note));
    });
    if (turned !== null) Object.assign(generations, { state: turned, previousIsEmpty: isFirst });
    Object.assign(this.#store, { completeTo, note });
  }

  async clear(nowMs: number): Promise<void> {
    await this.#store.environment.root.close();
    await emptyDir(this.#dir);
    await markOpen(this.#dir);
    Object.assign(this.#store, await createStore(this.#dir, this.#store.generations.keptMs, nowMs));
  }

  async close(): Promise<void> {
    await this.#store.environment.root.close();
    await markClosed(this.#dir);
  }

  /** After a transaction that failed LMDB may refuse every other until it is opened anew. */
  async #commit(claims: number, change: (tables: ClaimTables) => void): Promise<void> {
    checkRoom(this.#dir, claims * DISK_BYTES_PER_CLAIM + DISK_BYTES_PER_CHANGE);
    try {
      await commitIn(this.#store.environment, change);
    } catch (error) {
      await this.#store.environment.root.close();
      this.#store.environment = openEnvironment(this.#dir, false);
      throw error;
    }
  }
}

/** Written out: a spread here costs a microsecond for each event. */
function ofThisPartition({ claimKey, fingerprint, offset }: ClaimChange['claims'][number]): ClaimWrite {
  return { claimKey, fingerprint, offset, topicNumber: 0, partition: 0 };
}

/** 8 KiB: at worst a claim copies a page of its own and splits it. */
const DISK_BYTES_PER_CLAIM = 8 * 1024;
/** 1 MiB: the pages above, the place, the list of free pages. */
const DISK_BYTES_PER_CHANGE = 1024 * 1024;

const COMPLETE_KEY = 'complete';
const NOTHING = new Uint8Array();

/** Offset, 8 bytes, then the note. */
function sealedPlace(completeTo: bigint, note: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(8 + note.byteLength);
  bytes.writeBigUInt64LE(completeTo, 0);
  bytes.set(note, 8);
  return seal(bytes);
}

/** Null where it cannot be opened, or lacks what every store has. */
async function openOrNull(dir: string, keptMs: number): Promise<OpenStore | null> {
  const dataFile = join(dir, DATA_FILE);
  if (!existsSync(dataFile)) return null;
  let environment: LmdbEnvironment<ClaimTables> | null = null;
  try {
    checkDataFile(dataFile);
    environment = openEnvironment(dir, false);
    const place = unseal(environment.tables.state.get(COMPLETE_KEY));
    if (place === null) throw new Error('it does not say up to where it is complete');
    const completeTo = place.readBigUInt64LE(0);
    const note = completeTo === 0n ? null : Uint8Array.from(place.subarray(8));
    return { environment, generations: loadClaims(environment.tables, keptMs), completeTo, note };
  } catch {
    await environment?.root.close();
    return null;
  }
}

async function createStore(dir: string, keptMs: number, nowMs: number): Promise<OpenStore> {
  const environment = openEnvironment(dir, true);
  await commitIn(environment, (tables) => {
    writeClaimsState(tables, { current: 0, startedAtMs: nowMs });
    tables.state.put(COMPLETE_KEY, sealedPlace(0n, NOTHING));
  });
  return { environment, generations: loadClaims(environment.tables, keptMs), completeTo: 0n, note: null };
}

function openEnvironment(dir: string, create: boolean): LmdbEnvironment<ClaimTables> {
  const root = openLmdb<Buffer, Uint8Array>(dir, {
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
    noSync: true,
    // Pages are changed where they are mapped, which halves what a claim costs: each step touches pages all over the file. What the system
    // cannot place in the file ends the process; `checkRoom` keeps more free than a step takes, and a process that ends loses nothing.
    useWritemap: true,
    maxDbs: 4,
  });
  const text = { encoding: 'binary', keyEncoder: TEXT_KEYS, create } as const;
  return {
    root,
    tables: {
      state: openTable(root, 'state', text),
      claims: [openTable(root, 'claims-0', text), openTable(root, 'claims-1', text)],
    },
  };
}
