import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ClaimStore, claimKeyOf, openClaimStore } from '../../src/log/claim-store.ts';
import { damageFile } from '../support/damage-file.ts';

const KEPT_MS = 1_000_000;

describe('claims on disk', () => {
  let dir: string;
  let discarded: string[];
  let stores: ClaimStore[];
  const openStore = async (): Promise<ClaimStore> => {
    const store = await openClaimStore({ dir, keptMs: KEPT_MS, nowMs: 0, onDiscard: (why) => discarded.push(why) });
    stores.push(store);
    return store;
  };
  /** As a process leaves it that was killed: nothing said goodbye. */
  const killed = async (store: ClaimStore): Promise<void> => {
    const mark = await readFile(join(dir, 'OPEN'));
    await store.close();
    await writeFile(join(dir, 'OPEN'), mark);
  };
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lakegate-claims-'));
    discarded = [];
    stores = [];
  });
  afterEach(async () => {
    await Promise.allSettled(stores.map((store) => store.close()));
    await rm(dir, { recursive: true, force: true });
  });

  const keep = (store: ClaimStore, ids: readonly string[], completeTo: bigint, atMs = 0) =>
    store.keep({
      claims: ids.map((id, n) => ({
        claimKey: claimKeyOf(id),
        fingerprint: BigInt(n),
        offset: completeTo * 100n + BigInt(n),
      })),
      atMs,
      completeTo,
      note: Buffer.from(`note ${completeTo}`),
    });
  const noteOf = ({ note }: ClaimStore) => (note === null ? null : Buffer.from(note).toString());

  test('are found with what was kept of them, after a stop and after a kill', async () => {
    const first = await openStore();
    expect([first.completeTo, first.note]).toEqual([0n, null]);
    await keep(first, ['a', 'b'], 7n);
    await killed(first);
    const second = await openStore();
    expect(second.find(claimKeyOf('b'))).toMatchObject({ fingerprint: 1n, offset: 701n });
    expect(second.find(claimKeyOf('c'))).toBeNull();
    expect([second.completeTo, noteOf(second)]).toEqual([7n, 'note 7']);
    await keep(second, ['c'], 8n);
    await second.close();
    const third = await openStore();
    expect(third.find(claimKeyOf('a'))).toMatchObject({ offset: 700n });
    expect(third.find(claimKeyOf('c'))).toMatchObject({ offset: 800n });
    expect(third.completeTo).toBe(8n);
    expect(discarded).toEqual([]);
  });

  test('are thrown away when the machine stopped while they were in use, and not when it stopped later', async () => {
    const store = await openStore();
    await keep(store, ['a'], 1n);
    await store.close();
    expect(existsSync(join(dir, 'OPEN'))).toBe(false);
    const again = await openStore();
    expect(again.completeTo).toBe(1n);
    await killed(again);
    await writeFile(join(dir, 'OPEN'), 'another start of the machine\n');
    const after = await openStore();
    expect([after.completeTo, after.find(claimKeyOf('a'))]).toEqual([0n, null]);
    expect(discarded).toHaveLength(1);
  });

  test.each([
    ['the file is cut off', async () => writeFile(join(dir, 'data.mdb'), 'cut')],
    ['its account is damaged', async () => damageFile(join(dir, 'data.mdb'), Buffer.from('note 1'.padEnd(6)))],
  ])('are thrown away when %s', async (_, damage) => {
    const store = await openStore();
    await keep(store, ['a'], 1n);
    await store.close();
    await damage();
    const after = await openStore();
    expect(after.completeTo).toBe(0n);
    expect(discarded).toHaveLength(1);
    await keep(after, ['a'], 1n);
    expect(after.find(claimKeyOf('a'))).toMatchObject({ offset: 100n });
  });

  test('are kept for as long as asked, and not for ever', async () => {
    const store = await openStore();
    await keep(store, ['first'], 1n, 0);
    await keep(store, ['second'], 2n, KEPT_MS - 1);
    await keep(store, ['third'], 3n, KEPT_MS);
    expect(store.find(claimKeyOf('first'))).not.toBeNull();
    await keep(store, ['fourth'], 4n, 2 * KEPT_MS);
    expect(store.find(claimKeyOf('second'))).toBeNull();
    expect(store.find(claimKeyOf('third'))).not.toBeNull();
    expect(store.find(claimKeyOf('fourth'))).not.toBeNull();
  });

  test('that are read from an old changelog are as old as they are there', async () => {
    const store = await openClaimStore({ dir, keptMs: KEPT_MS, nowMs: 5 * KEPT_MS, onDiscard: () => {} });
    stores.push(store);
    await keep(store, ['old'], 1n, 0);
    await keep(store, ['newer'], 2n, KEPT_MS);
    await keep(store, ['newest'], 3n, 2 * KEPT_MS);
    expect(store.find(claimKeyOf('old'))).toBeNull();
    expect(store.find(claimKeyOf('newer'))).not.toBeNull();
  });

  test('of another changelog are forgotten together', async () => {
    const store = await openStore();
    await keep(store, ['a'], 9n);
    await store.clear(0);
    expect([store.completeTo, store.note, store.find(claimKeyOf('a'))]).toEqual([0n, null, null]);
    await keep(store, ['b'], 2n);
    await store.close();
    const again = await openStore();
    expect([again.completeTo, again.find(claimKeyOf('a'))]).toEqual([2n, null]);
  });

  test('have keys of one length, and different claims have different ones, whatever is in them', () => {
    const claims = ['', 'a', 'default/TRANSACTION/t-1', 'x'.repeat(5_000), '\ud800', '\udfff', '\ufffd', '\u0000'];
    const keys = claims.map(claimKeyOf);
    expect(new Set(keys).size).toBe(claims.length);
    for (const key of keys) expect(key).toMatch(/^[\w-]{24}$/);
  });
});
