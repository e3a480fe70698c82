import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { invariant } from '../../../platform/errors.ts';
import { DATA_FILE, discard, markClosed, markOpen, reasonToDiscard } from '../../copy-dir.ts';
import { seal, unseal } from '../../embedded/state.ts';
import {
  checkDataFile,
  checkRoom,
  commitIn,
  type LmdbEnvironment,
  openTable,
  TEXT_KEYS,
  type TextTable,
} from '../../embedded/store.ts';
import type { InputPlace, KeyedState, StoredHeadedRecord } from '../../partition-work.ts';
import { inputPrefix, openWorkState, statePrefix } from '../../work/work-state.ts';
import { TOMBSTONE } from '../record-batch.ts';

/**
 * The keyed state of one partition on this machine's disk: what its changelog says, up to an offset. A copy: nothing is lost with it. It takes
 * only what is committed, so that it is never ahead of the changelog, and whole steps with the offset they end at in one transaction.
 */
export interface StateCopy extends KeyedState {
  /** Everything in the changelog before this offset is in here. 0 where nothing is. */
  readonly completeTo: bigint;
  /** The record is the one it took last. */
  isLast(record: StoredHeadedRecord): boolean;
  /** Records of the changelog, in order. */
  restore(records: readonly StoredHeadedRecord[]): Promise<void>;
  /** There is no more to restore. */
  restored(): Promise<void>;
  keep(change: StateChange): Promise<void>;
  clear(): Promise<void>;
}

export interface StateChange {
  readonly puts: ReadonlyMap<string, Uint8Array | null>;
  readonly completeTo: bigint;
}

interface CopyTables {
  readonly work: TextTable;
  /** By place: up to where, and the record before. */
  readonly places: TextTable;
}

/** All copies of a process, in one folder of their own. Open while somebody uses them. */
export class StateCopies {
  readonly #dir: string;
  readonly #warn: (message: string, facts: object) => void;
  #users = 0;
  #opened: Promise<LmdbEnvironment<CopyTables>> | null = null;
  #closing: Promise<void> = Promise.resolve();

  constructor(dir: string, warn: (message: string, facts: object) => void) {
    this.#dir = dir;
    this.#warn = warn;
  }

  use(): void {
    this.#users++;
  }

  async release(): Promise<void> {
    if (--this.#users > 0 || this.#opened === null) return;
    const opened = this.#opened;
    this.#opened = null;
    this.#closing = this.#closing.then(async () => {
      await (await opened).root.close();
      await markClosed(this.#dir);
    });
    await this.#closing;
  }

  async open(group: string, place: InputPlace): Promise<StateCopy> {
    return new LmdbStateCopy(await this.#open(), this.#dir, group, place);
  }

  /** Every copy of an input of the group, of partitions too that others have by now. Nobody may have one open. */
  async forget(group: string, topic: string): Promise<void> {
    const environment = await this.#open();
    const { work, places } = environment.tables;
    const name = inputPrefix(group, topic);
    // Their places first: a copy that is half empty must not look like a whole one.
    for (const table of [places, work]) {
      for (;;) {
        const keys = [...table.getKeys({ start: name, end: name + BEHIND_PARTITIONS, limit: CLEARED_TOGETHER })];
        if (keys.length === 0) break;
        await commitIn(environment, () => {
          for (const key of keys) table.remove(key);
        });
      }
    }
  }

  #open(): Promise<LmdbEnvironment<CopyTables>> {
    invariant(this.#users > 0, 'copies of state are in use');
    const opened = this.#opened ?? this.#closing.then(() => openCopies(this.#dir, this.#warn));
    this.#opened = opened;
    opened.catch(() => {
      this.#opened = null;
    });
    return opened;
  }
}

async function openCopies(
  dir: string,
  warn: (message: string, facts: object) => void,
): Promise<LmdbEnvironment<CopyTables>> {
  const onDiscard = (reason: string) => warn('copies of state are thrown away and read again', { dir, reason });
  await mkdir(dir, { recursive: true });
  const doubt = await reasonToDiscard(dir);
  if (doubt !== null) await discard(dir, doubt, onDiscard);
  await markOpen(dir);
  try {
    if (existsSync(join(dir, DATA_FILE))) checkDataFile(join(dir, DATA_FILE));
    return openEnvironment(dir);
  } catch {
    await discard(dir, 'they are damaged', onDiscard);
    await markOpen(dir);
    return openEnvironment(dir);
  }
}

/** As that of claims, and for the same reasons: what a crash of the machine leaves is thrown away. */
function openEnvironment(dir: string): LmdbEnvironment<CopyTables> {
  const root = openLmdb<Buffer, Uint8Array>(dir, {
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
    noSync: true,
    useWritemap: true,
    maxDbs: 4,
  });
  const text = { encoding: 'binary', keyEncoder: TEXT_KEYS, create: true } as const;
  return { root, tables: { work: openTable(root, 'work', text), places: openTable(root, 'places', text) } };
}

class LmdbStateCopy implements StateCopy {
  readonly #environment: LmdbEnvironment<CopyTables>;
  readonly #dir: string;
  readonly #prefix: string;
  readonly #state: KeyedState;
  #place: Place;
  /** Records that wait to be written together. */
  #restoring: StoredHeadedRecord[] = [];
  #restoringBytes = 0;

  constructor(environment: LmdbEnvironment<CopyTables>, dir: string, group: string, place: InputPlace) {
    this.#environment = environment;
    this.#dir = dir;
    this.#prefix = statePrefix(group, place);
    this.#state = openWorkState(() => environment.tables, group, place);
    this.#place = decodePlace(environment.tables.places.get(this.#prefix));
  }

  get completeTo(): bigint {
    return this.#place.completeTo;
  }

  get(key: string): Uint8Array | null {
    return this.#state.get(key);
  }

  range(from: string, to: string, countMax: number) {
    return this.#state.range(from, to, countMax);
  }

  isLast({ key, value }: StoredHeadedRecord): boolean {
    return key === this.#place.lastKey && Buffer.from(value).equals(this.#place.lastValue);
  }

  async restore(records: readonly StoredHeadedRecord[]): Promise<void> {
    for (const record of records) {
      this.#restoring.push(record);
      this.#restoringBytes += record.key.length + record.value.byteLength;
    }
    if (this.#restoringBytes >= RESTORED_TOGETHER_BYTES) await this.restored();
  }

  async restored(): Promise<void> {
    const records = this.#restoring;
    const last = records.at(-1);
    if (last === undefined) return;
    this.#restoring = [];
    this.#restoringBytes = 0;
    const puts = new Map(records.map(({ key, value }) => [key, value === TOMBSTONE ? null : value]));
    // The last put of the map is not the last record where a key came twice.
    await this.#write(puts, { completeTo: last.offset + 1n, lastKey: last.key, lastValue: Buffer.from(last.value) });
  }

  async keep({ puts, completeTo }: StateChange): Promise<void> {
    const [lastKey, lastValue] = [...puts].at(-1) ?? ['', null];
    await this.#write(puts, { completeTo, lastKey, lastValue: Buffer.from(lastValue ?? NOTHING) });
  }

  async #write(puts: StateChange['puts'], place: Place): Promise<void> {
    checkRoom(this.#dir, puts.size * DISK_BYTES_PER_VALUE);
    await commitIn(this.#environment, ({ work, places }) => {
      for (const [key, value] of puts) {
        if (value === null) work.remove(this.#prefix + key);
        else work.put(this.#prefix + key, value);
      }
      places.put(this.#prefix, encodePlace(place));
    });
    this.#place = place;
  }

  async clear(): Promise<void> {
    // Its place first: a copy that is half empty must not look like a whole one.
    await commitIn(this.#environment, ({ places }) => places.remove(this.#prefix));
    this.#place = NOWHERE;
    for (;;) {
      const some = this.#state.range('', ALL, CLEARED_TOGETHER);
      if (some.length === 0) return;
      await commitIn(this.#environment, ({ work }) => {
        for (const { key } of some) work.remove(this.#prefix + key);
      });
    }
  }
}

/** 8 MiB: some ten thousand keys in one transaction, which is what makes a million of them a matter of seconds. */
const RESTORED_TOGETHER_BYTES = 8 * 1024 * 1024;
const CLEARED_TOGETHER = 8_192;
/** Behind the number of every partition. */
const BEHIND_PARTITIONS = '~';
/** Behind every key in UTF-8. */
const ALL = '\u{10ffff}';
/** 8 KiB: at worst a value copies a page of its own and splits it. */
const DISK_BYTES_PER_VALUE = 8 * 1024;

/**
 * The offset, 8 bytes; the length of the key of the last record, 2 bytes; that key; the value of the last record.
 */
interface Place {
  readonly completeTo: bigint;
  readonly lastKey: string;
  readonly lastValue: Buffer;
}

const NOTHING = new Uint8Array();
const NOWHERE: Place = { completeTo: 0n, lastKey: '', lastValue: Buffer.alloc(0) };
const PLACE_HEAD_BYTES = 10;

function encodePlace({ completeTo, lastKey, lastValue }: Place): Buffer {
  const key = Buffer.from(lastKey);
  const head = Buffer.alloc(PLACE_HEAD_BYTES);
  head.writeBigUInt64LE(completeTo, 0);
  head.writeUInt16LE(key.byteLength, 8);
  return seal(Buffer.concat([head, key, lastValue]));
}

/** One that is damaged is none. */
function decodePlace(sealed: Uint8Array | undefined): Place {
  const bytes = unseal(sealed);
  if (bytes === null) return NOWHERE;
  const keyEnd = PLACE_HEAD_BYTES + bytes.readUInt16LE(8);
  return {
    completeTo: bytes.readBigUInt64LE(0),
    lastKey: bytes.toString('utf8', PLACE_HEAD_BYTES, keyEnd),
    lastValue: Buffer.from(bytes.subarray(keyEnd)),
  };
}
