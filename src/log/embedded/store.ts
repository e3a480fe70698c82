import { closeSync, existsSync, ftruncateSync, openSync, readSync, statfsSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Database, open as openLmdb, type RootDatabase } from 'lmdb';
import { LakegateError } from '../../platform/errors.ts';

/**
 * The files under the embedded log: an LMDB environment with five tables, and one way to write, `commit`. Nothing outside this file
 * knows the library.
 *
 * `overlappingSync` is off on purpose. With it (the library's default) a commit is seen by readers before it is on disk, a failing
 * fdatasync leaves it there unsynced, and a failing write of the second meta page is answered with success. Without it a commit is what
 * LMDB is known for: pages, fdatasync, then the meta page through O_DSYNC; until the last of them worked the old state stands, and
 * what a failed transaction wrote is referenced by nothing. It costs the same: 0.38 ms a transaction either way. (`safeRestore` chooses
 * among the meta pages of overlapping syncs and has nothing to choose here.)
 */
export interface EmbeddedStore {
  readonly tables: Tables;
  /**
   * Every put and remove made inside `change` becomes durable together, before the promise resolves; or rejects with StoreFailure.
   * `change` must not throw: what it had put until then would be written. `bytesMax` is how much the disk may have to find for it.
   */
  commit(bytesMax: number, change: (tables: Tables) => void): Promise<void>;
  /**
   * After a commit that failed inside LMDB: it may refuse every transaction until the environment is opened anew. A process has one of a file,
   * however many of its threads opened it: all of them have to let go first.
   */
  reopen(): Promise<void>;
  /** Other threads that have the files open. */
  readonly sharers: Set<StoreSharer>;
  close(): Promise<void>;
}

export interface StoreSharer {
  letGo(): Promise<void>;
  openAgain(): void;
}

export interface Tables {
  readonly batches: ByteTable;
  readonly state: TextTable;
  readonly claims: readonly [TextTable, TextTable];
  /** Of tasks of shared work, see work-state.ts. */
  readonly work: TextTable;
}
export type ByteTable = Database<Buffer, Uint8Array>;
export type TextTable = Database<Uint8Array, string>;

/** Why a commit failed, as the operating system or LMDB names it: ENOSPC, EIO, MDB_MAP_FULL … */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly reason: string;
  /** False when the disk was found full before LMDB was asked: the environment is as it was. */
  readonly reopen: boolean;
  constructor(made: { readonly reason: string; readonly reopen: boolean; readonly cause?: unknown }) {
    super(`the store of the log could not write: ${made.reason}`, { cause: made.cause });
    this.reason = made.reason;
    this.reopen = made.reopen;
  }
}

/** `initialise` writes what every log has, once. */
export async function openEmbeddedStore(dir: string, initialise: (tables: Tables) => void): Promise<EmbeddedStore> {
  await mkdir(dir, { recursive: true });
  const isNew = !existsSync(join(dir, FORMAT_FILE));
  if (!isNew) {
    checkDataFile(join(dir, DATA_FILE));
    await breakCloseSeal(dir);
  }
  let environment: Environment | null = openEnvironment(dir, isNew);
  if (isNew) {
    await commitIn(environment, initialise);
    await writeFormatFile(dir);
  }
  await noteWorkTable(environment);
  const sharers = new Set<StoreSharer>();
  return {
    sharers,
    get tables() {
      return opened(environment).tables;
    },
    commit: async (bytesMax, change) => {
      checkRoom(dir, bytesMax);
      await commitIn(opened(environment), change);
    },
    reopen: async () => {
      const old = environment;
      environment = null;
      await Promise.all([...sharers].map((each) => each.letGo()));
      await old?.root.close();
      environment = openEnvironment(dir, false);
      for (const each of sharers) each.openAgain();
    },
    close: async () => {
      if (environment === null) return;
      await environment.root.close();
      await writeCloseSeal(dir);
    },
  };
}

/** The files in another thread than the one that writes them, which has them open. */
export interface OpenedFiles {
  readonly tables: Tables;
  /** What is read from now on is as new as what was committed last. */
  refresh(): void;
  close(): Promise<void>;
}

export function openStoreFiles(dir: string): OpenedFiles {
  let environment: Environment | null = openEnvironment(dir, false);
  return {
    get tables() {
      return opened(environment).tables;
    },
    refresh: () => environment?.root.resetReadTxn(),
    close: async () => {
      const old = environment;
      environment = null;
      await old?.root.close();
    },
  };
}

/**
 * Written when the log is closed: a crc32 of LMDB's two meta pages, which have no checksum and of which one flipped bit can make LMDB take an
 * older state for the newest. It is compared and removed, durably, before anything else is written; after a crash there is none.
 */
const CLOSED_FILE = 'CLOSED';

/** Whole or not at all, by renaming. A disk that is full leaves the log without a seal, which is only less to compare. */
async function writeCloseSeal(dir: string): Promise<void> {
  const path = join(dir, CLOSED_FILE);
  try {
    await writeFile(`${path}.new`, `${metaPagesCrc(dir)}\n`, { flush: true });
    await rename(`${path}.new`, path);
  } catch (error) {
    if (error instanceof LakegateError) throw error;
    await rm(`${path}.new`, { force: true });
  }
}

async function breakCloseSeal(dir: string): Promise<void> {
  const path = join(dir, CLOSED_FILE);
  if (!existsSync(path)) return;
  const sealed = await readFile(path, 'utf8');
  if (sealed.trim() !== `${metaPagesCrc(dir)}`)
    throw damaged('has first pages that are not the ones it was closed with');
  await unlink(path);
  await syncDirectory(dir);
}

/** Names in a directory are durable only once the directory is. */
async function syncDirectory(dir: string): Promise<void> {
  const directory = await open(dir, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function metaPagesCrc(dir: string): number {
  const path = join(dir, DATA_FILE);
  return crc32(readBytes(path, 0, 2 * readMeta(path, 0).pageBytes));
}

/** There is no environment while it is being opened anew, and none after that failed. */
function opened(environment: Environment | null): Environment {
  if (environment !== null) return environment;
  throw new LakegateError({
    code: 'READ_ONLY',
    message: 'The log can neither be read nor written at the moment. Nothing acknowledged is lost; try again later.',
    retryAfterMs: REOPENED_AFTER_MS,
  });
}

/** A second: as often as it is tried. */
const REOPENED_AFTER_MS = 1_000;

/**
 * 32 MiB that the log leaves free. A page that LMDB cannot write is more than an error: while it puts the message together, version 3.5.6
 * of the library writes past the end of a buffer of 100 bytes, and the process may die of it. So a full disk is noticed before the
 * library meets it; something else would have to take 32 MiB in the millisecond between the two.
 */
const ROOM_KEPT_BYTES = 32 * 1024 * 1024;

export function checkRoom(dir: string, bytesMax: number): void {
  const { bavail, bsize } = statfsSync(dir);
  const roomBytes = bavail * bsize;
  if (roomBytes >= bytesMax + ROOM_KEPT_BYTES) return;
  throw new StoreFailure({ reason: `ENOSPC: ${roomBytes} bytes are free on the disk`, reopen: false });
}

const DATA_FILE = 'data.mdb';

/**
 * Written once a log is there, whole. A directory that has it and lacks something was damaged, and is never taken for an empty log.
 */
const FORMAT_FILE = 'FORMAT';

export interface LmdbEnvironment<Of> {
  readonly root: RootDatabase<Buffer, Uint8Array>;
  readonly tables: Of;
}
type Environment = LmdbEnvironment<Tables>;

function openEnvironment(dir: string, create: boolean): Environment {
  try {
    const root = openLmdb<Buffer, Uint8Array>(dir, {
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
      maxDbs: 8,
    });
    const text = { encoding: 'binary', keyEncoder: TEXT_KEYS, create } as const;
    const state: TextTable = openTable(root, 'state', text);
    const tables: Tables = {
      batches: openTable(root, 'batches', { encoding: 'binary', keyEncoding: 'binary', create }),
      state,
      claims: [openTable(root, 'claims-0', text), openTable(root, 'claims-1', text)],
      work: openTable(root, 'work', { ...text, create: state.get(WORK_TABLE_KEY) === undefined }),
    };
    return { root, tables };
  } catch (error) {
    throw openingError(error);
  }
}

/** There once the table of tasks' state was made, which logs of before did not have: from then on one that is missing is damage. */
const WORK_TABLE_KEY = 'work-table';

async function noteWorkTable(environment: Environment): Promise<void> {
  if (environment.tables.state.get(WORK_TABLE_KEY) !== undefined) return;
  await commitIn(environment, ({ state }) => state.put(WORK_TABLE_KEY, Buffer.of(1)));
}

/** LMDB's own codes are negative and tell of what it found in the file; positive ones are the operating system's. */
function openingError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LakegateError) return error;
  const code = 'code' in error && typeof error.code === 'number' ? error.code : 0;
  if (code <= 0) return damaged(`cannot be opened: ${error.message}`, error);
  return new LakegateError({
    code: 'READ_ONLY',
    message: `The files of the log cannot be opened for writing: ${error.message}.`,
    facts: { errno: code },
    cause: error,
  });
}

export function openTable<V extends Uint8Array, K extends Uint8Array | string>(
  root: RootDatabase<Buffer, Uint8Array>,
  name: string,
  options: { readonly encoding: 'binary'; readonly create: boolean } & Record<string, unknown>,
): Database<V, K> {
  const table: Database<V, K> | undefined = root.openDB<V, K>(name, options);
  if (table === undefined) throw damaged(`has lost its table "${name}"`);
  return table;
}

/**
 * Text keys are their UTF-8 bytes, written straight into the library's buffer: no object is made per key. (The library itself hands in an
 * empty buffer where an instruction has no key.)
 */
export const TEXT_KEYS = {
  writeKey: (key: string | Buffer, target: Buffer, start: number): number =>
    start + (typeof key === 'string' ? target.write(key, start, 'utf8') : key.copy(target, start)),
  readKey: (source: Buffer, start: number, end: number): string =>
    Buffer.from(source.buffer, source.byteOffset + start, end - start).toString('utf8'),
};

/** Everything put and removed in `change`, or a StoreFailure. */
export async function commitIn<Of>(environment: LmdbEnvironment<Of>, change: (tables: Of) => void): Promise<void> {
  try {
    await environment.root.batch(() => change(environment.tables));
  } catch (error) {
    // The library has a promise of its own for the same transaction, that `close` looks at: too late for one that rejected meanwhile.
    void environment.root.committed.then(undefined, () => {});
    throw await storeFailureOf(error);
  }
}

/**
 * The library rejects a failed transaction with a general error and rejects a second promise, `commitError`, with the cause. Left alone,
 * that second rejection would end the process.
 */
async function storeFailureOf(error: unknown): Promise<StoreFailure> {
  const cause = hasCommitError(error)
    ? await error.commitError.then(
        () => error,
        (inner: unknown) => inner,
      )
    : error;
  return new StoreFailure({
    reason: cause instanceof Error ? cause.message : String(cause),
    reopen: true,
    cause: error,
  });
}

function hasCommitError(error: unknown): error is { readonly commitError: Promise<unknown> } {
  return error instanceof Error && 'commitError' in error && error.commitError instanceof Promise;
}

/**
 * What LMDB takes on trust from its first two pages, checked before it maps the file: a page that is named but lies beyond the end of
 * the file would end the process with SIGBUS when it is touched.
 */
export function checkDataFile(path: string): void {
  if (!existsSync(path)) throw damaged('has lost its data file');
  const metas = readMetas(path);
  const newest = metas.reduce((a, b) => (b.transaction > a.transaction ? b : a));
  const expectedBytes = Number(newest.pageLast + 1n) * newest.pageBytes;
  const { size } = statSync(path);
  if (expectedBytes - size > TAIL_BYTES_MAX) {
    throw damaged(`is too short: expected about ${expectedBytes} bytes, found ${size}`);
  }
  for (const root of newest.roots) {
    if (root !== NO_PAGE && root > newest.pageLast) throw damaged(`names page ${root} of ${newest.pageLast}`);
  }
  if (size < expectedBytes) extendWithZeros(path, expectedBytes);
}

/** 64 MiB: pages one transaction took and gave back may be missing at the end of a sound file; no more than one transaction's worth. */
const TAIL_BYTES_MAX = 64 * 1024 * 1024;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

interface Meta {
  readonly pageBytes: number;
  readonly roots: readonly bigint[];
  readonly pageLast: bigint;
  readonly transaction: bigint;
}

/**
 * LMDB's meta pages, the first two of the file; after a header of 24 bytes each (little endian):
 *
 *   0  4  magic 0xbeefc0de      24  4  page size                   112  8  root page of the main table
 *   4  4  version               64  8  root page of the free list  120  8  last page      128  8  transaction
 */
function readMetas(path: string): Meta[] {
  const first = readMeta(path, 0);
  return [first, readMeta(path, first.pageBytes)];
}

const META_BYTES = 24 + 136;
const META_MAGIC = 0xbeefc0de;

function readMeta(path: string, pageAt: number): Meta {
  const page = readBytes(path, pageAt, META_BYTES);
  const meta = page.subarray(24);
  const pageBytes = meta.readUInt32LE(24);
  if (meta.readUInt32LE(0) !== META_MAGIC || pageBytes < 512 || pageBytes > 65_536 || pageBytes % 512 !== 0) {
    throw damaged(`has a broken first page at byte ${pageAt}`);
  }
  return {
    pageBytes,
    roots: [meta.readBigUInt64LE(64), meta.readBigUInt64LE(112)],
    pageLast: meta.readBigUInt64LE(120),
    transaction: meta.readBigUInt64LE(128),
  };
}

function readBytes(path: string, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, bytes, 0, length, at) !== length) throw damaged('ends within its first pages');
  } finally {
    closeSync(file);
  }
  return bytes;
}

function extendWithZeros(path: string, bytes: number): void {
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

async function writeFormatFile(dir: string): Promise<void> {
  await writeFile(join(dir, FORMAT_FILE), 'lakegate embedded log, format 1\n', { flush: true });
  await syncDirectory(dir);
  await syncDirectory(dirname(resolve(dir)));
}

function damaged(what: string, cause?: unknown): LakegateError {
  return new LakegateError({
    code: 'LOG_CORRUPT',
    message: `The file of the log is damaged: it ${what}. Restore the data directory from a copy; nothing was changed.`,
    facts: { damage: what },
    cause,
  });
}
