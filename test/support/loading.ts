import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { logKey, REJECTED_TOPIC, recordHead } from '../../src/model/record-format.ts';
import { tableDefinitions } from '../../src/model/tables/tables.ts';
import type { Version } from '../../src/model/version.ts';
import type { KindWatermark } from '../../src/model/watermark.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type Loader, type LoaderOptions, startLoader } from '../../src/warehouse/load/load-from-log.ts';
import { loadTarget, rejectedTarget } from '../../src/warehouse/load/load-target.ts';
import { restoreWatermarks } from '../../src/warehouse/load/restore-watermarks.ts';
import { loadMigrations, migrate } from '../../src/warehouse/migrate.ts';
import { startTestWarehouse, type TestWarehouse, type TestWarehouseOptions } from './warehouse.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A real log, a real engine with the tables of some sample kinds, and a loader between them. */
export interface LoadingBench {
  readonly log: EmbeddedLog;
  readonly test: TestWarehouse;
  readonly kinds: readonly KindModel[];
  readonly watermarks: ReadonlyMap<string, KindWatermark>;
  loader: Loader;
  /** Another loader on the same log and warehouse, as after a restart of the product. The one before must have been stopped. */
  restartLoader(options?: Partial<LoaderOptions>): Promise<void>;
  stop(): Promise<void>;
}

export interface LoadingBenchOptions {
  /** The sample kinds to have, by their singular. */
  readonly kinds: readonly string[];
  readonly loader?: Partial<LoaderOptions>;
  readonly engine?: TestWarehouseOptions;
  readonly dir?: string;
}

export async function openLoadingBench(options: LoadingBenchOptions): Promise<LoadingBench> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'lakegate-loading-')));
  const kinds = sampleKinds(options.kinds);
  const test = await startTestWarehouse({ dir, ...options.engine });
  await migrate(test.warehouse, [
    ...(await loadMigrations(join(ROOT, 'clickhouse'))),
    ...kinds.flatMap((kind) => tableDefinitions(kind).map(({ path, sql }) => ({ name: path, sql }))),
  ]);
  const log = await openEmbeddedLog({ dir: join(dir, 'log'), clock: systemClock, claimsKeptMs: 8 * 86_400_000 });
  for (const kind of kinds) await log.createTopic({ topic: kind.plural, partitions: 4, retentionMs: null });
  await log.createTopic({ topic: REJECTED_TOPIC, partitions: 1, retentionMs: null });
  const bench = {
    log,
    test,
    kinds,
    watermarks: new Map<string, KindWatermark>(),
    loader: NO_LOADER,
    restartLoader: async (more: Partial<LoaderOptions> = {}) => {
      const watermarks = await restoreWatermarks(
        log,
        log.notes,
        kinds.map(({ plural }) => plural),
      );
      bench.watermarks.clear();
      for (const [topic, watermark] of watermarks) bench.watermarks.set(topic, watermark);
      bench.loader = await startLoader({
        log,
        notes: log.notes,
        warehouse: test.warehouse,
        targets: [...kinds.map(loadTarget), rejectedTarget()],
        watermarks,
        ...options.loader,
        ...more,
      });
    },
    stop: async () => {
      await bench.loader.stop(5_000);
      await log.close();
      await test.stop();
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
  await bench.restartLoader();
  return bench;
}

export function sampleKinds(singulars: readonly string[]): readonly KindModel[] {
  const { kinds } = loadDeclarations(join(ROOT, 'schema/events'));
  return kinds.filter(({ singular }) => singulars.includes(singular));
}

let transactionsMade = 0;

/** Records of transactions with random contents. Times fall within `spreadMs` before `newestMs`. */
export function randomTransactions(
  count: number,
  options: { readonly newestMs?: number; readonly spreadMs?: number; readonly watermarkMs?: number } = {},
): readonly { readonly key: string; readonly timeMs: number; readonly value: Uint8Array }[] {
  const { newestMs = Date.now(), spreadMs = 3_600_000, watermarkMs = null } = options;
  return Array.from({ length: count }, () => {
    const timeMs = newestMs - Math.floor(Math.random() * spreadMs);
    const id = `t${process.pid}-${transactionsMade++}`;
    const user = `u${Math.floor(Math.random() * 500)}`;
    const head = recordHead({
      tenant: 'default',
      timeUs: BigInt(timeMs) * 1000n,
      receivedAtMs: newestMs,
      watermarkMs,
      sequence: null,
      compositeId: null,
    });
    const event = {
      id,
      userId: user,
      amount: (Math.random() * 1000 + 0.01).toFixed(4),
      currency: pick(['EUR', 'USD']),
      status: pick(['CAPTURED', 'DECLINED', 'REFUNDED']),
      category: pick(['food', 'books', 'games']),
      country: pick(['DE', 'FR', null]),
      merchant: `m${Math.floor(Math.random() * 20)}`,
      occurredAt: new Date(timeMs).toISOString(),
    };
    return {
      key: logKey('default', user),
      timeMs,
      value: Buffer.from(head + JSON.stringify(event).slice(1)),
    };
  });
}

/** Everything that is in the log now. */
export async function logVersion(log: EmbeddedLog, topics: readonly string[]): Promise<Version> {
  const offsets = new Map<string, ReadonlyMap<number, bigint>>();
  for (const topic of topics) {
    const ends = (await log.ends(topic)).filter(({ next }) => next > 0n);
    offsets.set(topic, new Map(ends.map(({ partition, next }) => [partition, next - 1n])));
  }
  return { offsets, watermarksMs: new Map() };
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}

const NO_LOADER: Loader = {
  get progress(): never {
    throw new Error('the loader is not started');
  },
  status: () => [],
  stopWaiting: () => {},
  stop: async () => {},
};

/** Waits until everything that is in the log now is visible. */
export async function loadEverything(
  bench: LoadingBench,
  topics: readonly string[],
  deadlineMs = 40_000,
): Promise<void> {
  await bench.loader.progress.waitFor(await logVersion(bench.log, topics), deadlineMs);
}
