import { describe, expect, test } from 'vitest';
import { type CacheStore, UNAVAILABLE } from '../../src/cache/cache-store.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { type Computed, MovedMeanwhile, type ResultKey } from '../../src/cache/result-cache.ts';
import { encodeVersion, type Version } from '../../src/model/version.ts';
import { resultCacheInMemory } from '../support/result-cache.ts';

describe('an answer is kept under its question and the identity of its data', () => {
  test('the same question of the same data is computed once', async () => {
    const cache = resultCacheInMemory();
    const first = await cache.through(key(), answer('a'));
    const second = await cache.through(key(), failing());
    expect([first, second].map(({ text, outcome }) => [text, outcome])).toEqual([
      ['a', 'miss'],
      ['a', 'hit'],
    ]);
  });

  test('other data, another question or another tenant never gets it', async () => {
    const cache = resultCacheInMemory();
    await cache.through(key(), answer('a'));
    const others = [keyAt(version(2n)), key({ question: 'r' }), key({ tenant: 'u' })];
    for (const other of others) {
      expect(await cache.through(other, answer('b', other.version))).toMatchObject({ text: 'b', outcome: 'miss' });
    }
  });

  test('a tenant whose name runs into the question is another tenant', async () => {
    const cache = resultCacheInMemory();
    await cache.through(key({ tenant: 't","q', question: 'x' }), answer('theirs'));
    expect(await cache.through(key({ tenant: 't', question: 'q","x' }), answer('ours'))).toMatchObject({
      text: 'ours',
    });
  });

  test('a watermark that went on changes no key, and the answer carries the new one', async () => {
    const cache = resultCacheInMemory();
    await cache.through(key(), answer('a'));
    const later = { ...version(1n), watermarksMs: new Map([['payments', 5000]]) };
    expect(await cache.through(key({ version: later }), failing())).toMatchObject({
      text: 'a',
      identity: key().identity,
      version: later,
      outcome: 'hit',
    });
  });

  test('an answer from a newer version than asked for is kept under the newer one', async () => {
    const cache = resultCacheInMemory();
    const first = await cache.through(key(), answer('new', version(2n)));
    expect(first.version).toEqual(version(2n));
    expect(await cache.through(keyAt(version(2n)), failing())).toMatchObject({
      text: 'new',
      outcome: 'hit',
    });
    expect(await cache.through(key(), answer('x', version(2n)))).toMatchObject({
      outcome: 'miss',
    });
  });
});

describe('equal questions at the same time', () => {
  test('share one computation', async () => {
    const cache = resultCacheInMemory();
    let computations = 0;
    const compute = async () => {
      computations++;
      await new Promise(setImmediate);
      return { text: () => 'a', ...dataAt(version(1n)) };
    };
    const all = await Promise.all(Array.from({ length: 20 }, () => cache.through(key(), compute)));
    expect(computations).toBe(1);
    expect(new Set(all.map(({ text }) => text))).toEqual(new Set(['a']));
  });

  test('share its failure, and the next one computes anew', async () => {
    const cache = resultCacheInMemory();
    const both = [cache.through(key(), failing()), cache.through(key(), failing())];
    const settled = await Promise.allSettled(both);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.through(key(), answer('a'))).toMatchObject({ text: 'a', outcome: 'miss' });
  });
});

test('whoever joins a computation is told the version that was theirs, where it left the data as it was', async () => {
  const cache = resultCacheInMemory();
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const [older, newer] = [version(10n), version(11n)];
  const first = cache.through(key({ identity: 'i', version: older }), async () => {
    await gate;
    return { text: () => 'a', identity: 'i', version: older };
  });
  await new Promise(setImmediate);
  const second = cache.through(key({ identity: 'i', version: newer }), failing());
  await new Promise(setImmediate);
  release();
  expect((await first).version).toEqual(older);
  expect(await second).toMatchObject({ text: 'a', version: newer });
});

describe('whoever computed an answer has it', () => {
  const writing = (written: string[]) => async () => {
    const text = () => {
      written.push('text');
      return 'a';
    };
    return { text, ...dataAt(version(1n)) };
  };

  test('before its text is written, where nobody else looks into the store; who looks meanwhile finds it', async () => {
    const cache = resultCacheInMemory();
    const written: string[] = [];
    expect((await cache.through(key(), writing(written))).outcome).toBe('miss');
    expect(written).toEqual([]);
    expect(await cache.through(key(), failing())).toMatchObject({ text: 'a', outcome: 'hit' });
    await cache.through(key({ question: 'r' }), writing(written));
    await new Promise(setImmediate);
    expect(written).toEqual(['text', 'text']);
  });

  test('after it lies in a store that others look into', async () => {
    const store = { ...createMemoryStore(), isShared: true };
    const [ours, theirs] = [resultCacheInMemory({ store }), resultCacheInMemory({ store })];
    await ours.through(key(), answer('a'));
    expect(await theirs.through(key(), failing())).toMatchObject({ text: 'a', outcome: 'hit' });
  });
});

describe('memory is bounded', () => {
  test('by bytes: what was not used for longest goes first', async () => {
    const each = await bytesOf('a', 'x'.repeat(100));
    const cache = resultCacheInMemory({ bytesMax: 8 * each });
    const ask = (question: string) => cache.through(key({ question }), answer('x'.repeat(100)));
    for (const question of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await ask(question);
    await ask('a');
    await ask('i');
    expect(cache.counters()).toMatchObject({ entries: 8, bytes: 8 * each, evictions: 1 });
    expect((await ask('a')).outcome).toBe('hit');
    expect((await ask('b')).outcome).toBe('miss');
  });

  test('and a question takes room as an answer does', async () => {
    const [short, long] = [await bytesOf('q', 'x'), await bytesOf('q'.repeat(10_001), 'x')];
    expect(long - short).toBe(20_000);
    // The request as it was understood, to make the answer anew.
    expect(short).toBeGreaterThan(6_000);
  });

  test('by entries', async () => {
    const cache = resultCacheInMemory({ entriesMax: 3 });
    for (const question of ['a', 'b', 'c', 'd']) await cache.through(key({ question }), answer('x'));
    expect(cache.counters()).toMatchObject({ entries: 3, evictions: 1 });
  });

  test('one answer too large to share the room is given out and not kept', async () => {
    const large = 'x'.repeat(100);
    const cache = resultCacheInMemory({ bytesMax: 8 * (await bytesOf('q', large)) - 1 });
    expect(await cache.through(key(), answer(large))).toMatchObject({ text: large, outcome: 'miss' });
    expect(cache.counters()).toMatchObject({ entries: 0, bytes: 0 });
  });
});

test('a store that fails makes answers slower, not wrong', async () => {
  const cache = resultCacheInMemory({ store: BROKEN });
  for (const text of ['a', 'b']) {
    expect(await cache.through(key(), answer(text))).toMatchObject({ text, outcome: 'miss' });
  }
  expect(cache.counters()).toMatchObject({ hits: 0, misses: 2, entries: 0 });
});

test('clearing leaves nothing of the tenant behind, and everything of others', async () => {
  const cache = resultCacheInMemory();
  await cache.through(key(), answer('a'));
  await cache.through(key({ tenant: 'u' }), answer('theirs'));
  const bytesFreed = cache.answers.entries('t')[0]?.bytes;
  expect(await cache.answers.clear('t')).toEqual({ removed: 1, bytesFreed });
  expect(await cache.through(key(), answer('b'))).toMatchObject({ text: 'b', outcome: 'miss' });
  expect(await cache.through(key({ tenant: 'u' }), failing())).toMatchObject({ text: 'theirs', outcome: 'hit' });
});

describe('an entry made anew', () => {
  test('replaces the old one, which is given out until then', async () => {
    const cache = resultCacheInMemory();
    let text = 'old';
    let release = () => {};
    const compute = async () => {
      if (text === 'new') await new Promise<void>((resolve) => (release = resolve));
      const made = text;
      return { text: () => made, ...dataAt(version(1n)) };
    };
    const { entry } = await cache.through(key(), compute);
    text = 'new';
    const refreshing = cache.answers.entry('t', entry)?.recompute();
    expect(await cache.through(key(), failing())).toMatchObject({ text: 'old', outcome: 'hit' });
    release();
    await refreshing;
    expect(await cache.through(key(), failing())).toMatchObject({ text: 'new', outcome: 'hit' });
  });

  test('of data that has gone on is kept under what it is now, and the old one goes', async () => {
    const cache = resultCacheInMemory();
    let at = version(1n);
    const { entry } = await cache.through(key(), async () => ({ text: () => 'a', ...dataAt(at) }));
    at = version(2n);
    await cache.answers.entry('t', entry)?.recompute();
    expect(cache.answers.entry('t', entry)).toBeNull();
    expect(await cache.through(keyAt(at), failing())).toMatchObject({ outcome: 'hit' });
  });

  test('that turns out to be of no moment goes', async () => {
    const cache = resultCacheInMemory();
    let hasMoved = false;
    const { entry } = await cache.through(key(), async () => {
      if (hasMoved) throw new MovedMeanwhile();
      return { text: () => 'a', ...dataAt(version(1n)) };
    });
    hasMoved = true;
    await cache.answers.entry('t', entry)?.recompute();
    expect(cache.answers.entry('t', entry)).toBeNull();
  });
});

const BROKEN: CacheStore = {
  isShared: true,
  get: async () => UNAVAILABLE,
  set: async () => false,
  delete: async () => false,
  clear: async () => false,
  health: () => ({ name: 'redis', problem: 'broken', failures: 1, damaged: 0 }),
  close: async () => {},
};

async function bytesOf(question: string, text: string): Promise<number> {
  const cache = resultCacheInMemory({});
  await cache.through(key({ question }), answer(text));
  return cache.counters().bytes;
}

function version(offset: bigint): Version {
  return { offsets: new Map([['payments', new Map([[0, offset]])]]), watermarksMs: new Map() };
}

function dataAt(at: Version): Pick<ResultKey, 'identity' | 'version'> {
  return { identity: encodeVersion(at), version: at };
}

function key(of: Partial<ResultKey> = {}): ResultKey {
  return { tenant: 't', question: 'q', ...dataAt(version(1n)), ...of };
}

function keyAt(at: Version): ResultKey {
  return key(dataAt(at));
}

function answer(text: string, from: Version = version(1n)): () => Promise<Computed> {
  return async () => ({ text: () => text, ...dataAt(from) });
}

function failing(): () => Promise<Computed> {
  return async () => {
    throw new Error('computed again');
  };
}
