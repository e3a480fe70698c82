import KeyvRedis, { createClient } from '@keyv/redis';
import { type CacheStore, NOTHING, UNAVAILABLE } from './cache-store.ts';
import { CallGuard } from './call-guard.ts';
import { seal, unseal } from './sealed-text.ts';

export interface RedisStoreOptions {
  /** redis:// or rediss://, with user and password where it asks for them. */
  readonly url: string;
  /** In front of every name: what belongs to another product, another format or other data is never seen. */
  readonly prefix: string;
  /** How long a call may take. Default: 50 ms. */
  readonly patienceMs?: number;
  readonly logger: { warn(facts: object, message: string): void };
}

/**
 * Redis or Valkey, shared by all who use the same prefix. When it is away, slow, hangs or was emptied, nothing is found for a while; it is
 * connected to again by itself.
 */
export function createRedisStore({ url, prefix, patienceMs = PATIENCE_MS, logger }: RedisStoreOptions): CacheStore {
  const client = createClient({
    url,
    // What cannot be sent now is of no use later: the answer was computed meanwhile.
    disableOfflineQueue: true,
    commandsQueueMaxLength: COMMANDS_MAX,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      reconnectStrategy: (attempts) => Math.min(50 * 2 ** attempts, RECONNECT_MS),
    },
  });
  const redis = new KeyvRedis<string>(client, { useUnlink: true, throwOnErrors: true });
  redis.on('error', () => {});
  // The guard tells what became of each call; this is said once for every time that the connection is lost.
  let isSaid = false;
  client.on('error', (error: unknown) => {
    if (!isSaid) logger.warn({ err: error }, 'Redis cannot be reached; answers are computed until it is back');
    isSaid = true;
  });
  client.on('ready', () => {
    isSaid = false;
  });
  // Tried again and again until it is there or the store is closed, which ends it with an error.
  client.connect().catch(() => {});
  const guard = new CallGuard(patienceMs);
  let damaged = 0;
  return {
    isShared: true,
    async get(name) {
      const got = await guard.run(() => redis.get(prefix + name));
      if (got === null) return UNAVAILABLE;
      if (typeof got.value !== 'string') return NOTHING;
      const text = unseal(name, got.value);
      if (text !== null) return { state: 'kept', text };
      damaged++;
      return NOTHING;
    },
    async set(name, text, lifeMs) {
      return (await guard.run(() => redis.set(prefix + name, seal(name, text), lifeMs))) !== null;
    },
    async delete(names) {
      if (names.length === 0) return true;
      return (await guard.run(() => redis.deleteMany(names.map((name) => prefix + name)))) !== null;
    },
    async clear(of) {
      const clear = async () => {
        const found = client.scanIterator({ MATCH: `${literally(prefix + of)}*`, COUNT: 1000 });
        for await (const names of found) if (names.length > 0) await client.unlink(names);
      };
      return (await guard.run(clear, CLEAR_MS)) !== null;
    },
    health: () => ({ name: 'redis', problem: guard.problem, failures: guard.failures, damaged }),
    async close() {
      if (client.isOpen) client.destroy();
    },
  };
}

/** Ten times what a call to a Redis nearby takes at its slowest, and about what an answer takes that is computed. */
const PATIENCE_MS = 50;
/** A million names in thousands. */
const CLEAR_MS = 5_000;
const CONNECT_MS = 2_000;
const RECONNECT_MS = 2_000;
/**
 * A server that hangs must not fill this process's memory with what is on its way there: whoever takes nothing for so long is hung up on. One that
 * is well answers a ping three times meanwhile, also when nobody asks anything of it.
 */
const SILENT_MS = 3_000;
const PING_MS = 1_000;
/** Ten seconds of a busy gateway. */
const COMMANDS_MAX = 10_000;

/** In a pattern these mean something. */
function literally(text: string): string {
  return text.replace(/[*?[\]\\^]/g, '\\$&');
}
