import { KeyvCacheableMemory } from '@cacheable/memory';
import { Keyv } from 'keyv';
import { type CacheStore, NOTHING } from './cache-store.ts';

/** This process's memory. Whoever puts things there sees to it that they are not too many. */
export function createMemoryStore(): CacheStore {
  const keyv = new Keyv({ store: new KeyvCacheableMemory({ useClone: false }), useKeyPrefix: false });
  // Text in, text out: an object would be turned into JSON and back for nothing.
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  // Names, because the store cannot list them.
  const names = new Set<string>();
  return {
    async get(name) {
      const text: unknown = await keyv.get(name);
      if (typeof text === 'string') return { state: 'kept', text };
      names.delete(name);
      return NOTHING;
    },
    async set(name, text, lifeMs) {
      names.add(name);
      return keyv.set(name, text, lifeMs);
    },
    async delete(gone) {
      for (const name of gone) {
        names.delete(name);
        await keyv.delete(name);
      }
      return true;
    },
    async clear(prefix) {
      for (const name of [...names].filter((each) => each.startsWith(prefix))) {
        names.delete(name);
        await keyv.delete(name);
      }
      return true;
    },
    health: () => ({ name: 'memory', problem: null, failures: 0, damaged: 0 }),
    close: () => keyv.disconnect(),
  };
}
