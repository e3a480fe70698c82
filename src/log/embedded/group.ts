import {
  addToDraft,
  type BatchDraft,
  type BatchHeader,
  emptyDraft,
  encodeBatch,
  encodeBatchKey,
} from './batch-format.ts';
import {
  type Claim,
  type ClaimGenerations,
  type ClaimWrite,
  type EncodedClaim,
  encodeClaims,
  findClaim,
  isTurnDue,
  nextGeneration,
  turnGenerations,
} from './claims.ts';
import { type ClaimsState, endKey, sealEnd } from './state.ts';
import type { Tables } from './store.ts';
import type { OpenPartition } from './topics.ts';

/**
 * What one transaction will hold, put together in memory from all the calls that were waiting. This process is the only writer, so
 * whether an id is new, and which offset a record gets, is decided here, before the transaction: from what is stored and from what the
 * group itself already took in.
 */
export interface Group {
  readonly appendedAtMs: number;
  readonly open: Map<OpenPartition, OpenBatch>;
  readonly closed: OpenBatch[];
  readonly claimed: Map<string, Claim>;
  readonly claimWrites: ClaimWrite[];
  readonly nextClaims: ClaimsState | null;
  readonly changes: ((tables: Tables) => void)[];
  /** How many single values the changes put or remove, where they are many. */
  changedValues: number;
}

interface OpenBatch {
  readonly partition: OpenPartition;
  readonly baseOffset: bigint;
  readonly draft: BatchDraft;
}

/** 1 MiB, what a reader takes at once by default. A batch is checked and copied whole, so much larger ones would make small reads slow. */
const BATCH_BYTES_MAX = 1024 * 1024;

export function newGroup(generations: ClaimGenerations, appendedAtMs: number): Group {
  const turns = isTurnDue(generations, appendedAtMs);
  return {
    appendedAtMs,
    open: new Map(),
    closed: [],
    claimed: new Map(),
    claimWrites: [],
    nextClaims: turns ? nextGeneration(generations.state, appendedAtMs) : null,
    changes: [],
    changedValues: 0,
  };
}

/** Takes a record in and gives it its offset. */
export function addRecord(
  group: Group,
  partition: OpenPartition,
  record: { readonly key: string; readonly timeMs: number },
  value: Uint8Array,
): bigint {
  const offset = partition.nextGiven;
  let batch = group.open.get(partition);
  if (batch === undefined || batch.draft.bytesMax >= BATCH_BYTES_MAX) {
    if (batch !== undefined) group.closed.push(batch);
    batch = { partition, baseOffset: offset, draft: emptyDraft() };
    group.open.set(partition, batch);
  }
  addToDraft(batch.draft, record.key, record.timeMs, value);
  partition.nextGiven = offset + 1n;
  return offset;
}

export function findInGroupOrStore(
  group: Group,
  tables: Tables,
  generations: ClaimGenerations,
  claimKey: string,
): Claim | null {
  return group.claimed.get(claimKey) ?? findClaim(tables, generations, claimKey);
}

export function addClaim(group: Group, write: ClaimWrite): void {
  group.claimed.set(write.claimKey, write);
  group.claimWrites.push(write);
}

/** The group as bytes. Everything that can go wrong goes wrong here, before the transaction. */
export interface EncodedGroup {
  readonly group: Group;
  readonly batches: readonly { readonly key: Buffer; readonly value: Buffer }[];
  readonly claims: readonly EncodedClaim[];
  /** How much the disk may have to find. */
  readonly bytesMax: number;
}

/** 8 KiB: at worst a value copies a page of its own and splits it. */
const DISK_BYTES_PER_VALUE = 8 * 1024;
/** 1 MiB: the pages above, ends, notes, the list of free pages. */
const DISK_BYTES_PER_GROUP = 1024 * 1024;

export function encodeGroup(group: Group): EncodedGroup {
  const batches = [...group.closed, ...group.open.values()].map((batch) => encodeOpenBatch(batch, group.appendedAtMs));
  const claims = encodeClaims(group.claimWrites);
  const batchBytes = batches.reduce((sum, { value }) => sum + value.byteLength, 0);
  const values = claims.length + group.changedValues;
  return { group, batches, claims, bytesMax: batchBytes + values * DISK_BYTES_PER_VALUE + DISK_BYTES_PER_GROUP };
}

function encodeOpenBatch(batch: OpenBatch, appendedAtMs: number): EncodedGroup['batches'][number] {
  const header: BatchHeader = {
    topicNumber: batch.partition.topicNumber,
    partition: batch.partition.partition,
    baseOffset: batch.baseOffset,
    recordCount: batch.draft.keys.length,
    appendedAtMs,
  };
  return { key: encodeBatchKey(header), value: encodeBatch(batch.draft, header) };
}

/** Runs inside the transaction, and only puts. */
export function writeGroup(tables: Tables, encoded: EncodedGroup, generations: ClaimGenerations): void {
  const { group, batches, claims } = encoded;
  for (const { key, value } of batches) tables.batches.put(key, value);
  for (const partition of group.open.keys()) writeEnd(tables, partition);
  if (group.nextClaims !== null) turnGenerations(tables, group.nextClaims);
  const table = tables.claims[(group.nextClaims ?? generations.state).current];
  for (const { claimKey, value } of claims) table.put(claimKey, value);
  for (const change of group.changes) change(tables);
}

export function writeEnd(tables: Tables, partition: OpenPartition): void {
  const { topicNumber, partition: number, first, nextGiven } = partition;
  tables.state.put(endKey(topicNumber, number), sealEnd(first, nextGiven));
}
