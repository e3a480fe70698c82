import { type Admission, openAdmission } from '../../ingest/admission.ts';
import { keepDuplicates } from '../../ingest/keep-duplicates.ts';
import type { EmbeddedLog } from '../../log/embedded-log.ts';
import { openEmbeddedWork } from '../../log/embedded-work.ts';
import { systemClock } from '../../platform/clock.ts';
import { invariant } from '../../platform/errors.ts';
import { seatAtLog } from '../../processor/threads/seat-at-log.ts';
import { bindToLog, embeddedLogName } from '../../warehouse/bind-to-log.ts';
import { readLag, warehouseReading } from '../../warehouse/lag.ts';
import { type Loader, startLoader } from '../../warehouse/load/load-from-log.ts';
import { CADENCE } from '../../warehouse/load/load-schedule.ts';
import { loadTargets } from '../../warehouse/load/load-targets.ts';
import { restoreWatermarks } from '../../warehouse/load/restore-watermarks.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { keepSetAside } from '../keep-set-aside.ts';
import { embeddedLogDir, startEmbeddedLog } from './embedded-log.ts';
import { loadedTopics } from './loaded-topics.ts';
import { migrateWarehouse } from './migrate-warehouse.ts';
import type { Pipeline, StartContext } from './pipeline.ts';
import { type Processor, processorProblem, startProcessor } from './start-processor.ts';

/** The log on this machine's disk: one process judges, numbers and loads. */
export async function startEmbeddedLogPipeline(context: StartContext, warehouse: Warehouse): Promise<Pipeline> {
  const { lifecycle, config } = context;
  const log = await startEmbeddedLog(context);
  await migrateWarehouse(warehouse, context);
  await bindToLog(warehouse, await embeddedLogName(log.notes));
  const watermarks = await restoreWatermarks(
    log,
    log.notes,
    context.model.kinds.map((kind) => kind.plural),
  );
  const admission = await openDesks(context, log, watermarks);
  const loader = await lifecycle.start(
    'loader',
    () => startLoading(context, { log, warehouse, watermarks, admission }),
    (each) => each.stop(config.stopDeadlineMs / 2),
  );
  const processor = config.roles.has('processor') ? await startJobWork(context, log, watermarks) : null;
  const { progress } = loader;
  const findClaim = log.findClaim.bind(log);
  const reading = warehouseReading(loadedTopics(context), progress);
  return {
    log,
    warehouse,
    progress,
    doors: config.roles.has('gateway') ? { admission, warehouse, progress, findClaim } : null,
    problems: {
      loader: () => loaderProblem(loader),
      admission: () => null,
      processor: () => (processor === null ? null : processorProblem(processor)),
    },
    processor,
    floorMs: (topic) => watermarks.get(topic)?.publishedMs ?? null,
    lag: () => readLag(log, [reading]),
    // One process owns the log, and a lock sees to it.
    fencedCommits: () => 0,
    judged: null,
    skippedRecords: () => 0,
    stopWaiting: () => loader.stopWaiting(),
  };
}

type Watermarks = Awaited<ReturnType<typeof restoreWatermarks>>;

function startJobWork(context: StartContext, log: EmbeddedLog, watermarks: Watermarks): Promise<Processor> {
  return startProcessor(context, {
    log,
    work: openEmbeddedWork({ log, logger: context.logger }),
    // State is in the log itself.
    makeChangelog: async () => {},
    makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
    openLog: (_, onStuck) => seatAtLog(log, embeddedLogDir(context), onStuck),
    // What was published holds for everything that is not in the log yet.
    floorOf: (topic, partition) => {
      const floorMs = watermarks.get(topic)?.publishedMs ?? null;
      return floorMs === null ? null : { floorMs, next: log.steps.end({ topic, partition }).next };
    },
    endOf: (topic, partition) => log.steps.end({ topic, partition }),
  });
}

async function openDesks(context: StartContext, log: EmbeddedLog, watermarks: Watermarks): Promise<Admission> {
  const { acceptPastMs, acceptFutureMs } = context.config;
  const admission = await openAdmission({
    model: context.model,
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

function startLoading({ config, logger, model }: StartContext, parts: LoadingParts): Promise<Loader> {
  const { log, warehouse, watermarks, admission } = parts;
  return startLoader({
    log,
    notes: log.notes,
    warehouse,
    logger,
    watermarks,
    targets: loadTargets(model.kinds),
    setAside: keepSetAside(log, admission),
    cadence: { ...CADENCE, restMs: config.loadIntervalMs },
  });
}

interface LoadingParts {
  readonly log: EmbeddedLog;
  readonly warehouse: Warehouse;
  readonly watermarks: Watermarks;
  readonly admission: Admission;
}

function loaderProblem(loader: Loader): string | null {
  const failing = loader.status().find(({ lastError }) => lastError !== null);
  return failing === undefined ? null : `${failing.topic}: ${failing.lastError}`;
}
