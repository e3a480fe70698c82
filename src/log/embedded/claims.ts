import { createHash } from 'node:crypto';
import { CLAIMS_KEY, type ClaimsState, sealJson, unseal } from './state.ts';
import type { Tables, TextTable } from './store.ts';
import { stateDamaged } from './topics.ts';

/**
 * Which ids were seen, kept in two generations. New claims go into the current one, a claim is looked for in both. A generation
 * lasts `keptMs`; then the older one is emptied and becomes the current one:
 *
 *   time      0          keptMs       2·keptMs      3·keptMs
 *   table 0   ├─ current ┤─ previous ─┤─ current … (emptied first)
 *   table 1              ├─ current ──┤─ previous ──┤
 *
 * So a claim made at any moment is found for `keptMs` at least and twice that at most, and forgetting is one drop of a table instead
 * of a search for old entries.
 */
export interface ClaimGenerations {
  state: ClaimsState;
  readonly keptMs: number;
  /** Spares a look-up for each record until the first generation is full. */
  previousIsEmpty: boolean;
}

/** What is kept of a claim: where its record is, and 64 bits of what the record said. */
export interface Claim {
  readonly fingerprint: bigint;
  readonly topicNumber: number;
  readonly partition: number;
  readonly offset: bigint;
}

/** The tables that claims live in. */
export type ClaimTables = Pick<Tables, 'state' | 'claims'>;

export function loadClaims(tables: ClaimTables, keptMs: number): ClaimGenerations {
  const bytes = unseal(tables.state.get(CLAIMS_KEY));
  if (bytes === null) throw stateDamaged('its account of claims');
  const state = JSON.parse(bytes.toString('utf8')) as ClaimsState;
  return { state, keptMs, previousIsEmpty: isEmpty(tables.claims[older(state.current)]) };
}

export function findClaim(tables: ClaimTables, generations: ClaimGenerations, claimKey: string): Claim | null {
  const { current } = generations.state;
  return (
    claimIn(tables.claims[current], claimKey) ??
    (generations.previousIsEmpty ? null : claimIn(tables.claims[older(current)], claimKey))
  );
}

export function isTurnDue(generations: ClaimGenerations, nowMs: number): boolean {
  return nowMs - generations.state.startedAtMs >= generations.keptMs;
}

/** Inside a transaction. What is claimed after it in the same transaction goes into the emptied table. */
export function turnGenerations(tables: ClaimTables, next: ClaimsState): void {
  tables.claims[next.current].clearAsync();
  writeClaimsState(tables, next);
}

export function writeClaimsState(tables: ClaimTables, state: ClaimsState): void {
  tables.state.put(CLAIMS_KEY, sealJson(state));
}

export function nextGeneration(state: ClaimsState, nowMs: number): ClaimsState {
  return { current: older(state.current), startedAtMs: nowMs };
}

/** LMDB takes keys up to 1,978 bytes; above 400 a claim costs more than it is worth, ten of them fill a page. */
const CLAIM_BYTES_MAX = 400;
const HASHED = '\u0001';

/** Outside of pairs, UTF-8 has no bytes for these: different claims would become equal. */
const SURROGATE = /[\ud800-\udfff]/;

/** The claim itself, or HASHED and its sha256: when it is long, empty (no key in LMDB), holds a surrogate, or begins as if it were hashed. */
export function claimKeyOf(claim: string): string {
  const fits = claim.length * 3 <= CLAIM_BYTES_MAX || Buffer.byteLength(claim) <= CLAIM_BYTES_MAX;
  if (fits && claim.length > 0 && claim.charCodeAt(0) !== 1 && !SURROGATE.test(claim)) return claim;
  return HASHED + createHash('sha256').update(Buffer.from(claim, 'utf16le')).digest('base64url');
}

/**
 *   0  8  fingerprint      10  2  partition      20  4  check over the bytes before
 *   8  2  topic number     12  8  offset
 */
const CLAIM_BYTES = 24;

export interface ClaimWrite extends Claim {
  readonly claimKey: string;
}

export interface EncodedClaim {
  readonly claimKey: string;
  readonly value: Uint8Array;
}

export function encodeClaims(claims: readonly ClaimWrite[]): EncodedClaim[] {
  const bytes = Buffer.allocUnsafeSlow(CLAIM_BYTES * claims.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return claims.map((claim, i) => {
    const at = i * CLAIM_BYTES;
    view.setBigUint64(at, claim.fingerprint, true);
    view.setUint16(at + 8, claim.topicNumber, true);
    view.setUint16(at + 10, claim.partition, true);
    view.setBigUint64(at + 12, claim.offset, true);
    view.setUint32(at + 20, checkOf(view, at), true);
    return { claimKey: claim.claimKey, value: new Uint8Array(bytes.buffer, bytes.byteOffset + at, CLAIM_BYTES) };
  });
}

/** A claim that is there and damaged is never taken for none: the record would be stored twice. */
function claimIn(table: TextTable, claimKey: string): Claim | null {
  const bytes = claimBytes(table, claimKey);
  if (bytes === undefined) return null;
  if (bytes.length !== CLAIM_BYTES) throw stateDamaged('a claim');
  const view = new DataView(bytes.buffer, bytes.byteOffset, CLAIM_BYTES);
  if (view.getUint32(20, true) !== checkOf(view, 0)) throw stateDamaged('a claim');
  return {
    fingerprint: view.getBigUint64(0, true),
    topicNumber: view.getUint16(8, true),
    partition: view.getUint16(10, true),
    offset: view.getBigUint64(12, true),
  };
}

/** LMDB throws where it meets a page that cannot be one of its own. */
function claimBytes(table: TextTable, claimKey: string): Uint8Array | undefined {
  try {
    return table.getBinaryFast(claimKey);
  } catch (error) {
    throw stateDamaged('some of its claims', error);
  }
}

/** Five multiplications instead of a crc32 call: one runs for each record, and any single flipped bit changes it. */
function checkOf(view: DataView, at: number): number {
  let check = 0x9e3779b9;
  for (let word = 0; word < 20; word += 4) {
    check = Math.imul(check ^ view.getUint32(at + word, true), 0x85ebca6b);
    check ^= check >>> 15;
  }
  return check >>> 0;
}

function older(current: 0 | 1): 0 | 1 {
  return current === 0 ? 1 : 0;
}

function isEmpty(table: TextTable): boolean {
  for (const _ of table.getKeys({ start: '\u0000', limit: 1 })) return false;
  return true;
}
