import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createResultCache } from '../cache/result-cache.ts';
import { executableSchema } from '../gateway/executable-schema.ts';
import { type Gateway, openGateway, openHealthDoor } from '../gateway/gateway.ts';
import type { HealthSources } from '../gateway/health.ts';
import { keepRefusedRequests, type RefusedRequest } from '../gateway/keep-refused-requests.ts';
import { refuseRoundedDecimals } from '../gateway/refuse-rounded-decimals.ts';
import { reportCacheOutcomes } from '../gateway/report-cache-outcomes.ts';
import { type Admission, openAdmission } from '../ingest/admission.ts';
import { claimOf } from '../ingest/admit-events.ts';
import { openBulkDoor } from '../ingest/bulk-door.ts';
import { DUPLICATES_TOPIC, keepDuplicates } from '../ingest/keep-duplicates.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../log/embedded-log.ts';
import { loadDeclarations } from '../model/declare/load-declarations.ts';
import type { EventModel } from '../model/event-model.ts';
import { REJECTED_TOPIC, TENANT_DEFAULT } from '../model/record-format.ts';
import { tableDefinitions } from '../model/tables/tables.ts';
import type { Version } from '../model/version.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { lockDataDir } from '../platform/data-dir-lock.ts';
import { invariant, LakegateError } from '../platform/errors.ts';
import { Lifecycle, type StopReport } from '../platform/lifecycle.ts';
import type { Logger } from '../platform/telemetry.ts';
import { createEventLoaders } from '../resolvers/event-loaders.ts';
import { createWarehouse } from '../warehouse/clickhouse-client.ts';
import { type SupervisedEngine, startSupervisedEngine } from '../warehouse/engine/supervised-engine.ts';
import { duplicatesTarget } from '../warehouse/load/duplicates-target.ts';
import { type Loader, startLoader } from '../warehouse/load/load-from-log.ts';
import { CADENCE } from '../warehouse/load/load-schedule.ts';
import { loadTarget, rejectedTarget } from '../warehouse/load/load-target.ts';
import { restoreWatermarks } from '../warehouse/load/restore-watermarks.ts';
import { loadMigrations, migrate } from '../warehouse/migrate.ts';
import type { Progress } from '../warehouse/progress.ts';
import { readTableRows } from '../warehouse/table-rows.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { keepSetAside } from './keep-set-aside.ts';

/** The whole product in this process, wired and started. For tests and embedding, what is behind the doors is there too. */
export interface RunningLakegate {
  readonly url: string;
  readonly config: Config;
  readonly model: EventModel;
  readonly log: EmbeddedLog;
  readonly engine: SupervisedEngine;
  readonly warehouse: Warehouse;
  readonly loader: Loader;
  /** Stops everything in reverse order; what did not stop in time is in the report. */
  stop(): Promise<StopReport>;
}

/**
 * Starts in the order in which things need each other, stops in reverse. When a part cannot start, those before it are stopped and the
 * reason is thrown: nothing is half there.
 */
export async function startLakegate(config: Config, logger: Logger): Promise<RunningLakegate> {
  const lifecycle = new Lifecycle((step) => logger.info(step));
  try {
    return await startParts(config, logger, lifecycle);
  } catch (error) {
    await lifecycle.stop(config.stopDeadlineMs);
    throw error;
  }
}

async function startParts(config: Config, logger: Logger, lifecycle: Lifecycle): Promise<RunningLakegate> {
  const dataDir = resolve(config.dataDir);
  const model = loadDeclarations(config.schemaDir);
  await lifecycle.start(
    'data directory lock',
    () => lockDataDir(dataDir),
    (lock) => lock.release(),
  );
  // The engine takes the longest to come up, so it is begun first and waited for last.
  const engine = await lifecycle.start(
    'engine',
    () => startSupervisedEngine({ dataDir, logger }),
    (each) => each.close(),
  );
  const log = await lifecycle.start(
    'log',
    () => openLog(config, dataDir, logger),
    (each) => each.close(),
  );
  const warehouse = await lifecycle.start(
    'warehouse',
    () => openWarehouse(engine, model, logger),
    (each) => each.close(),
  );
  await createTopics(log, model, config);
  const watermarks = await restoreWatermarks(
    log,
    log.notes,
    model.kinds.map((kind) => kind.plural),
  );
  const admission = await openAdmissionDesks({ config, model, log, watermarks });
  const loader = await lifecycle.start(
    'loader',
    () =>
      startLoader({
        log,
        notes: log.notes,
        warehouse,
        logger,
        watermarks,
        targets: [...model.kinds.map(loadTarget), rejectedTarget(), duplicatesTarget()],
        setAside: keepSetAside(log, admission),
        cadence: { ...CADENCE, restMs: config.loadIntervalMs },
      }),
    (each) => each.stop(config.stopDeadlineMs / 2),
  );
  const parts: Parts = { config, logger, model, log, warehouse, loader, admission, stopping: new AbortController() };
  const gateway = await lifecycle.start(
    'gateway',
    () => openDoors(parts),
    (each) => each.close(config.stopDeadlineMs / 2),
  );
  return {
    url: gateway.url,
    config,
    model,
    log,
    engine,
    warehouse,
    loader,
    stop: () => {
      parts.stopping.abort();
      loader.stopWaiting();
      return lifecycle.stop(config.stopDeadlineMs);
    },
  };
}

interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly model: EventModel;
  readonly log: EmbeddedLog;
  readonly warehouse: Warehouse;
  readonly loader: Loader;
  readonly admission: Admission;
  readonly stopping: AbortController;
}

function openLog(config: Config, dataDir: string, logger: Logger): Promise<EmbeddedLog> {
  return openEmbeddedLog({
    dir: join(dataDir, 'log'),
    clock: systemClock,
    logger,
    // A day more than an event may be old: clocks differ, and a request may take its time.
    claimsKeptMs: config.acceptPastMs + DAY_MS,
  });
}

const DAY_MS = 86_400_000;

async function createTopics(log: EmbeddedLog, model: EventModel, config: Config): Promise<void> {
  for (const { plural: topic } of model.kinds) {
    await log.createTopic({ topic, partitions: config.partitions, retentionMs: null });
  }
  for (const topic of [REJECTED_TOPIC, DUPLICATES_TOPIC]) {
    await log.createTopic({ topic, partitions: 1, retentionMs: null });
  }
}

const MIGRATIONS_DIR = fileURLToPath(new URL('../../clickhouse', import.meta.url));

async function openWarehouse(engine: SupervisedEngine, model: EventModel, logger: Logger): Promise<Warehouse> {
  const warehouse = createWarehouse({ endpoint: engine });
  const ofKinds = model.kinds.flatMap(tableDefinitions).map(({ path, sql }) => ({ name: path, sql }));
  await migrate(warehouse, [...(await loadMigrations(MIGRATIONS_DIR)), ...ofKinds], {
    onApply: (name) => logger.info({ migration: name }, 'applying'),
  });
  return warehouse;
}

async function openAdmissionDesks({ config, model, log, watermarks }: DeskParts): Promise<Admission> {
  const { acceptPastMs, acceptFutureMs } = config;
  const admission = await openAdmission({
    model,
    log,
    clock: systemClock,
    acceptPastMs,
    acceptFutureMs,
    watermarkOf: ({ plural }) => {
      const watermark = watermarks.get(plural);
      invariant(watermark !== undefined, `${plural} has a watermark`);
      return watermark;
    },
  });
  return keepDuplicates(admission, log);
}

interface DeskParts extends Pick<Parts, 'config' | 'model' | 'log'> {
  readonly watermarks: Awaited<ReturnType<typeof restoreWatermarks>>;
}

function openDoors(parts: Parts): Promise<Gateway> {
  const { config, logger, model, log, warehouse, loader, admission } = parts;
  const { host, port } = config;
  const health = healthSources(parts);
  if (!config.roles.has('gateway')) return openHealthDoor({ host, port, health, logger });
  const waitUntilVisible = visibleWithin(loader.progress, config.waitDeadlineMs);
  const services = {
    admission,
    log,
    warehouse,
    waitUntilVisible,
    claimOf,
    progress: loader.progress,
    clock: systemClock,
    cache: createResultCache({ bytesMax: config.cacheBytesMax }),
    waitDeadlineMs: config.waitDeadlineMs,
    rejectedTopic: REJECTED_TOPIC,
    duplicatesTopic: DUPLICATES_TOPIC,
    readTableRows: () => readTableRows(warehouse),
  };
  return openGateway({
    host,
    port,
    model,
    health,
    logger,
    waitUntilVisible,
    schema: executableSchema(model, services),
    bulkDoor: openBulkDoor({ admission, clock: systemClock, bodyBytesMax: config.ingestBytesMax }),
    plugins: [
      keepRefusedRequests(model, (refused) => keepRefused(admission, refused), logger),
      refuseRoundedDecimals,
      reportCacheOutcomes,
    ],
    contextOf: (bytes) => ({
      tenant: TENANT_DEFAULT,
      bytes,
      loaders: { events: createEventLoaders(TENANT_DEFAULT, warehouse) },
      cacheOutcomes: [],
    }),
  });
}

function keepRefused(admission: Admission, { kind, bytes, ...refused }: RefusedRequest): Promise<void> {
  return admission.keepRefusedRequest({
    ...refused,
    kind: kind?.kind ?? null,
    source: 'graphql',
    receivedAtMs: systemClock.nowMs(),
    payload: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  });
}

function visibleWithin(progress: Progress, deadlineMs: number): (version: Version) => Promise<boolean> {
  return async (version) => {
    try {
      await progress.waitFor(version, deadlineMs);
      return true;
    } catch (error) {
      if (error instanceof LakegateError && error.code === 'NOT_YET_VISIBLE') return false;
      throw error;
    }
  };
}

function healthSources({ log, warehouse, loader, stopping }: Parts): HealthSources {
  return {
    logHealth: () => log.health(),
    warehouseState: () => warehouse.state(),
    loaderProblem: () => {
      const failing = loader.status().find(({ lastError }) => lastError !== null);
      return failing === undefined ? null : `${failing.topic}: ${failing.lastError}`;
    },
    stopping: () => stopping.signal.aborted,
  };
}
