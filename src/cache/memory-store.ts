import { CacheableMemory } from '@cacheable/memory';
import { type CacheStore, NOTHING } from './cache-store.ts';

/** This process's memory. Whoever puts things there sees to it that they are not too many. */
export function createMemoryStore(): CacheStore {
  // Texts need no copies, and one map holds as many names as are ever here: to look for the right one of several takes longer than to look into it.
  const memory = new CacheableMemory({ useClone: false, storeHashSize: 1 });
  return {
    isShared: false,
    async get(name) {
      const text: unknown = memory.get(name);
      return typeof text === 'string' ? { state: 'kept', text } : NOTHING;
    },
    async set(name, text, lifeMs) {
      memory.set(name, text, lifeMs);
      return true;
    },
    async delete(names) {
      memory.deleteMany([...names]);
      return true;
    },
    async clear(prefix) {
      memory.deleteMany([...memory.keys].filter((name) => name.startsWith(prefix)));
      return true;
    },
    health: () => ({ name: 'memory', problem: null, failures: 0, damaged: 0 }),
    async close() {
      memory.clear();
      memory.stopIntervalCheck();
    },
  };
}
