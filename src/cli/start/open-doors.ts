import { join } from 'node:path';
import { RecentAnswers } from '../../analytics/recent-answers.ts';
import { OperationReads } from '../../analytics/standing/operation-reads.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import type { DemoControls } from '../../gateway/demo-route.ts';
import { executableSchema } from '../../gateway/executable-schema.ts';
import { type Gateway, openGateway, openHealthDoor } from '../../gateway/gateway.ts';
import type { HealthSources } from '../../gateway/health.ts';
import { keepRefusedRequests, type RefusedRequest } from '../../gateway/keep-refused-requests.ts';
import { keepOperations } from '../../gateway/kept-operations.ts';
import { limitQuestions } from '../../gateway/limit-questions.ts';
import { showLive } from '../../gateway/metrics/live-figures.ts';
import { showLiveTraffic } from '../../gateway/metrics/live-traffic-figures.ts';
import { measureAdmission } from '../../gateway/metrics/measure-admission.ts';
import { measureVisible } from '../../gateway/metrics/measure-visible.ts';
import { type Metrics, type MetricsSources, openMetrics } from '../../gateway/metrics/open-metrics.ts';
import { publicError } from '../../gateway/public-error.ts';
import {
  namedQueries,
  type QueriesFolder,
  type QueryFile,
  readQueryFiles,
} from '../../gateway/queries/named-queries.ts';
import { refuseRoundedDecimals } from '../../gateway/refuse-rounded-decimals.ts';
import { reportCacheOutcomes } from '../../gateway/report-cache-outcomes.ts';
import type { Admission } from '../../ingest/admission.ts';
import { claimOf } from '../../ingest/admit-events.ts';
import { openBulkDoor } from '../../ingest/bulk-door.ts';
import { DUPLICATES_TOPIC } from '../../ingest/keep-duplicates.ts';
import type { KindModel } from '../../model/event-model.ts';
import type { JobDesk } from '../../model/jobs/job-desk.ts';
import { REJECTED_TOPIC, TENANT_DEFAULT } from '../../model/record-format.ts';
import type { Version } from '../../model/version.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { LakegateError } from '../../platform/errors.ts';
import { productVersion } from '../../platform/product-version.ts';
import { Runs } from '../../platform/runs.ts';
import { openBacktests } from '../../processor/backtest/open-backtests.ts';
import { createEventLoaders } from '../../resolvers/event-loaders.ts';
import { readLedger } from '../../warehouse/ledger.ts';
import type { Progress } from '../../warehouse/progress.ts';
import { readTableRows } from '../../warehouse/table-rows.ts';
import { exampleCommand } from '../example-line.ts';
import { type OpenCache, openCache } from './open-cache.ts';
import { type Live, openLive } from './open-live.ts';
import type { DoorParts, Pipeline, StartContext } from './pipeline.ts';
import { shownJobs } from './start-processor.ts';

/** Opens every door of the gateway, or for a process without that role the ones that say whether it is well. */
export async function openDoors(
  context: StartContext,
  pipeline: Pipeline,
  jobs: JobDesk,
  { stopping, demo }: DoorOptions,
): Promise<Gateway> {
  const { config, lifecycle, logger } = context;
  const queries = pipeline.doors === null ? [] : readQueryFiles(queriesFolder(config));
  const cache = await lifecycle.start(
    'cache',
    () => openCache(context, { warehouse: pipeline.warehouse, queries, version: productVersion() }),
    (each) => each.close(),
  );
  // Long work: what is refreshed, and backtests.
  const runs = await lifecycle.start(
    'runs',
    async () => new Runs(systemClock, (error) => publicError(error, logger).message),
    (each) => each.stop(),
  );
  const metrics = await lifecycle.start(
    'metrics',
    () => openMetrics(metricsSources(context, pipeline, cache), logger),
    (each) => each.stop(),
  );
  const common = {
    host: config.host,
    port: config.port,
    logger,
    metrics,
    health: healthSources(pipeline, cache, stopping),
  };
  const { doors } = pipeline;
  const live = doors === null ? null : await openLive(context, pipeline, doors, cache);
  return lifecycle.start(
    'gateway',
    () =>
      doors === null || live === null
        ? openHealthDoor(common)
        : openGateway({
            ...common,
            ...everyDoor(context, pipeline, doors, { metrics, cache, runs, jobs, live, queries }),
            demo,
          }),
    (each) => each.close(config.stopDeadlineMs / 2),
  );
}

interface DoorOptions {
  readonly stopping: AbortSignal;
  /** Null where this is no demo. */
  readonly demo: DemoControls | null;
}

interface DoorServices {
  readonly metrics: Metrics;
  readonly cache: OpenCache;
  readonly runs: Runs;
  readonly jobs: JobDesk;
  readonly live: Live;
  readonly queries: readonly QueryFile[];
}

function everyDoor(
  { config, logger, model }: StartContext,
  { log, lag, floorMs }: Pipeline,
  { admission: judging, warehouse, progress, findClaim }: DoorParts,
  { metrics: { registry }, cache, runs, jobs, live, queries }: DoorServices,
) {
  showLive(registry, { questions: () => live.metrics.figures(), events: () => live.events.figures() });
  const onAdmitted = measureVisible(registry, progress, live.onVisible);
  const admission = measureAdmission(judging, model.kinds, { registry, onAdmitted });
  const waitUntilVisible = visibleWithin(progress, config.waitDeadlineMs);
  const services = {
    admission,
    log,
    warehouse,
    waitUntilVisible,
    claimOf,
    findClaim,
    progress,
    cache: cache.results,
    recent: new RecentAnswers(),
    cacheDesk: cache.desk,
    storedValues: cache.storedValues,
    runs,
    jobs,
    live,
    backtests: openBacktests({ log, model, floorMs, clock: systemClock, runs }),
    clock: systemClock,
    waitDeadlineMs: config.waitDeadlineMs,
    rejectedTopic: REJECTED_TOPIC,
    duplicatesTopic: DUPLICATES_TOPIC,
    readTableRows: () => readTableRows(warehouse),
    readLag: lag,
  };
  const schema = executableSchema(model, services);
  const contextOf = (bytes: Uint8Array | null, gone?: AbortSignal, tenant = TENANT_DEFAULT): GatewayContext => ({
    tenant,
    bytes,
    loaders: { events: createEventLoaders(tenant, warehouse) },
    reads: new OperationReads(),
    signal: gone,
  });
  return {
    model,
    waitUntilVisible,
    liveTraffic: showLiveTraffic(registry),
    schema,
    queries: namedQueries(queries, schema),
    exampleCommand: (kind: KindModel, url: string) => exampleCommand(kind, model.enums, url),
    bulkDoor: openBulkDoor({ admission, clock: systemClock, bodyBytesMax: config.ingestBytesMax }),
    plugins: [
      keepRefusedRequests(model, (refused) => keepRefused(admission, refused), logger),
      limitQuestions,
      refuseRoundedDecimals,
      reportCacheOutcomes,
    ],
    contextOf,
    keptOperations: keepOperations({
      cache: cache.operations,
      progress,
      warehouse,
      clock: systemClock,
      logger,
      tenantOf: () => TENANT_DEFAULT,
      contextOf,
    }),
  };
}

function queriesFolder({ queriesDir, schemaDir }: Config): QueriesFolder {
  const mustExist = queriesDir !== null;
  return { dir: queriesDir ?? join(schemaDir, 'queries'), mustExist };
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

function healthSources({ log, warehouse, problems }: Pipeline, cache: OpenCache, stopping: AbortSignal): HealthSources {
  return {
    logHealth: () => log.health(),
    warehouseState: warehouse === null ? null : () => warehouse.state(),
    loaderProblem: problems.loader,
    admissionProblem: problems.admission,
    processorProblem: problems.processor,
    cacheProblem: () => cache.health().problem,
    stopping: () => stopping.aborted,
  };
}

function metricsSources({ model }: StartContext, pipeline: Pipeline, cache: OpenCache): MetricsSources {
  const { log, warehouse, doors, lag, fencedCommits, judged, skippedRecords, processor } = pipeline;
  const topics = model.kinds.map((kind) => kind.plural);
  return {
    logHealth: () => log.health(),
    warehouseState: warehouse === null ? null : () => warehouse.state(),
    fencedCommits,
    judged,
    jobs: processor === null ? null : () => shownJobs(processor),
    skippedRecords,
    lag,
    ledger: doors === null ? null : () => readLedger({ log, ...doors }, { topics, appended: null }),
    cache:
      doors === null
        ? null
        : {
            results: cache.results.counters,
            live: cache.liveResults.counters,
            operations: cache.operations.counters,
            store: cache.health,
          },
  };
}
