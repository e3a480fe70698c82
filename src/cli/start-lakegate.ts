import { resolve } from 'node:path';
import type { Log } from '../log/log.ts';
import { loadDeclarations } from '../model/declare/load-declarations.ts';
import type { EventModel } from '../model/event-model.ts';
import type { Config } from '../platform/config.ts';
import { lockDataDir } from '../platform/data-dir-lock.ts';
import { invariant } from '../platform/errors.ts';
import { Lifecycle, type StopReport } from '../platform/lifecycle.ts';
import type { Logger } from '../platform/telemetry.ts';
import type { SupervisedEngine } from '../warehouse/engine/supervised-engine.ts';
import type { Progress } from '../warehouse/progress.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { startEmbeddedLogPipeline } from './start/embedded-log-pipeline.ts';
import { startKafkaPipeline } from './start/kafka-pipeline.ts';
import { openDesk } from './start/open-desk.ts';
import { openDoors } from './start/open-doors.ts';
import { openSqlDoor } from './start/open-sql-door.ts';
import { openWarehouse } from './start/open-warehouse.ts';
import type { Pipeline, StartContext } from './start/pipeline.ts';

/** The whole product in this process, wired and started. For tests and embedding, what is behind the doors is there too. */
export interface RunningLakegate {
  readonly url: string;
  /** The SQL door. Null where it is off, where a ClickHouse server has users of its own, and without the gateway's role. */
  readonly sqlUrl: string | null;
  readonly config: Config;
  readonly model: EventModel;
  readonly log: Log;
  /** Null where this process has no use for it: admission alone. */
  readonly warehouse: Warehouse | null;
  /** Null where the warehouse is a server's. */
  readonly engine: SupervisedEngine | null;
  readonly progress: Progress | null;
  /** Stops everything in reverse order; what did not stop in time is in the report. */
  stop(): Promise<StopReport>;
}

interface LakegateOptions {
  /** Whoever looks at the page may kill the engine. Never outside of a demo. */
  readonly demo?: boolean;
}

/**
 * Starts in the order in which things need each other, stops in reverse. When a part cannot start, those before it are stopped and the
 * reason is thrown: nothing is half there.
 */
export async function startLakegate(
  config: Config,
  logger: Logger,
  options: LakegateOptions = {},
): Promise<RunningLakegate> {
  const lifecycle = new Lifecycle((step) => logger.info(step));
  try {
    return await startParts(config, logger, lifecycle, options);
  } catch (error) {
    await lifecycle.stop(config.stopDeadlineMs);
    throw error;
  }
}

async function startParts(
  config: Config,
  logger: Logger,
  lifecycle: Lifecycle,
  { demo = false }: LakegateOptions,
): Promise<RunningLakegate> {
  const dataDir = resolve(config.dataDir);
  const model = loadDeclarations(config.schemaDir);
  let tellDoorsOpen = () => {};
  const doorsOpen = new Promise<void>((resolve) => {
    tellDoorsOpen = resolve;
  });
  const context: StartContext = { config, logger, model, dataDir, lifecycle, doorsOpen };
  if (keepsData(config)) {
    await lifecycle.start(
      'data directory lock',
      () => lockDataDir(dataDir),
      (lock) => lock.release(),
    );
  }
  // The engine takes the longest to come up, so it is begun first and waited for last.
  const opened = needsWarehouse(config) ? await openWarehouse(context) : null;
  const pipeline = await startPipeline(context, opened?.warehouse ?? null);
  const stopping = new AbortController();
  const engine = opened?.engine ?? null;
  const sqlDoor = await openSqlDoor(context, engine);
  const desk = await openDesk(context, pipeline);
  const controls = demo && engine !== null ? { killEngine: () => engine.kill() } : null;
  const { url } = await openDoors(context, pipeline, desk, { stopping: stopping.signal, demo: controls });
  tellDoorsOpen();
  return {
    url,
    sqlUrl: sqlDoor?.url ?? null,
    config,
    model,
    log: pipeline.log,
    warehouse: pipeline.warehouse,
    engine,
    progress: pipeline.progress,
    stop: () => {
      stopping.abort();
      pipeline.stopWaiting();
      return lifecycle.stop(config.stopDeadlineMs);
    },
  };
}

function startPipeline(context: StartContext, warehouse: Warehouse | null): Promise<Pipeline> {
  const { kafka } = context.config;
  if (kafka !== null) return startKafkaPipeline(context, kafka, warehouse);
  invariant(warehouse !== null, 'without Kafka every process loads');
  return startEmbeddedLogPipeline(context, warehouse);
}

/** On Kafka admission and jobs ask nobody, and are asked by nobody. */
function needsWarehouse({ roles }: Config): boolean {
  return roles.has('gateway') || roles.has('loader');
}

/** The log, the engine's tables, or what admission and jobs would else read again. */
function keepsData(config: Config): boolean {
  const { kafka, clickhouse, roles } = config;
  return (
    kafka === null ||
    roles.has('admission') ||
    roles.has('processor') ||
    (clickhouse.url === null && needsWarehouse(config))
  );
}
