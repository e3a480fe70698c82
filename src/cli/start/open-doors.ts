import { createResultCache } from '../../cache/result-cache.ts';
import { executableSchema } from '../../gateway/executable-schema.ts';
import { type Gateway, openGateway, openHealthDoor } from '../../gateway/gateway.ts';
import type { HealthSources } from '../../gateway/health.ts';
import { keepRefusedRequests, type RefusedRequest } from '../../gateway/keep-refused-requests.ts';
import { refuseRoundedDecimals } from '../../gateway/refuse-rounded-decimals.ts';
import { reportCacheOutcomes } from '../../gateway/report-cache-outcomes.ts';
import type { Admission } from '../../ingest/admission.ts';
import { claimOf } from '../../ingest/admit-events.ts';
import { openBulkDoor } from '../../ingest/bulk-door.ts';
import { DUPLICATES_TOPIC } from '../../ingest/keep-duplicates.ts';
import { REJECTED_TOPIC, TENANT_DEFAULT } from '../../model/record-format.ts';
import type { Version } from '../../model/version.ts';
import { systemClock } from '../../platform/clock.ts';
import { LakegateError } from '../../platform/errors.ts';
import { createEventLoaders } from '../../resolvers/event-loaders.ts';
import type { Progress } from '../../warehouse/progress.ts';
import { readTableRows } from '../../warehouse/table-rows.ts';
import type { DoorParts, Pipeline, StartContext } from './pipeline.ts';

/** Opens every door of the gateway, or for a process without that role the one that says whether it is well. */
export function openDoors(context: StartContext, pipeline: Pipeline, stopping: AbortSignal): Promise<Gateway> {
  const { config, logger } = context;
  const health = healthSources(pipeline, stopping);
  if (pipeline.doors === null) return openHealthDoor({ host: config.host, port: config.port, health, logger });
  return openEveryDoor(context, pipeline, pipeline.doors, health);
}

function openEveryDoor(
  { config, logger, model }: StartContext,
  { log }: Pipeline,
  { admission, warehouse, progress, findClaim }: DoorParts,
  health: HealthSources,
): Promise<Gateway> {
  const waitUntilVisible = visibleWithin(progress, config.waitDeadlineMs);
  const services = {
    admission,
    log,
    warehouse,
    waitUntilVisible,
    claimOf,
    findClaim,
    progress,
    clock: systemClock,
    cache: createResultCache({ bytesMax: config.cacheBytesMax }),
    waitDeadlineMs: config.waitDeadlineMs,
    rejectedTopic: REJECTED_TOPIC,
    duplicatesTopic: DUPLICATES_TOPIC,
    readTableRows: () => readTableRows(warehouse),
  };
  return openGateway({
    host: config.host,
    port: config.port,
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

function healthSources({ log, warehouse, problems }: Pipeline, stopping: AbortSignal): HealthSources {
  return {
    logHealth: () => log.health(),
    warehouseState: warehouse === null ? null : () => warehouse.state(),
    loaderProblem: problems.loader,
    admissionProblem: problems.admission,
    stopping: () => stopping.aborted,
  };
}
