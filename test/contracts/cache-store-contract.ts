import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CacheStore } from '../../src/cache/cache-store.ts';
import { until } from '../support/until.ts';

/** What every store of the cache keeps to. `open` is called once. */
export function cacheStoreContract(open: () => Promise<CacheStore>): void {
  let store: CacheStore;
  beforeAll(async () => {
    store = await open();
    await until(() => store.set('ready', 'yes', LIFE_MS));
  });
  afterAll(() => store.close());

  test('what was put under a name is found under it, and nothing under another', async () => {
    await store.set('a', 'text of a', LIFE_MS);
    expect(await store.get('a')).toEqual({ state: 'kept', text: 'text of a' });
    expect(await store.get('a ')).toEqual({ state: 'nothing' });
  });

  test('a text comes back as it was: empty, with line breaks, of every script, and large', async () => {
    for (const text of ['', '\n', '{"a":"ü€𝄞"}\n\u0000', 'x'.repeat(3_000_000)]) {
      expect(await store.set('text', text, LIFE_MS)).toBe(true);
      expect(await store.get('text')).toEqual({ state: 'kept', text });
    }
  });

  test('what is put under a name again replaces what was there', async () => {
    await store.set('twice', 'first', LIFE_MS);
    await store.set('twice', 'second', LIFE_MS);
    expect(await store.get('twice')).toEqual({ state: 'kept', text: 'second' });
  });

  test('when its life is over it is gone', async () => {
    await store.set('short', 'text', 1);
    await until(async () => (await store.get('short')).state === 'nothing');
  });

  test('what is deleted is gone, and nothing else is', async () => {
    for (const name of ['d1', 'd2', 'd3']) await store.set(name, name, LIFE_MS);
    expect(await store.delete(['d1', 'd3', 'never there'])).toBe(true);
    const found = await Promise.all(['d1', 'd2', 'd3'].map(async (name) => (await store.get(name)).state));
    expect(found).toEqual(['nothing', 'kept', 'nothing']);
  });

  test('what begins with a prefix can be cleared, whatever signs are in it', async () => {
    const names = ['p*?[a]:1', 'p*?[a]:2', 'pxya:1', 'p'];
    for (const name of names) await store.set(name, name, LIFE_MS);
    expect(await store.clear('p*?[a]:')).toBe(true);
    const found = await Promise.all(names.map(async (name) => (await store.get(name)).state));
    expect(found).toEqual(['nothing', 'nothing', 'kept', 'kept']);
  });

  test('it says that it is well', () => {
    expect(store.health()).toMatchObject({ problem: null, damaged: 0 });
  });
}

const LIFE_MS = 600_000;
