import { join } from 'node:path';
import { type FloorBoard, openFloorBoard } from '../../ingest/kafka/floor-board.ts';
import { openKafkaAdmission } from '../../ingest/kafka/kafka-admission.ts';
import { openKafkaWork } from '../../log/kafka-work.ts';
import type { KafkaConfig } from '../../platform/config.ts';
import { JOB_STATES, seatOnKafka } from '../../processor/threads/seat-on-kafka.ts';
import { followFloors } from '../../warehouse/kafka/kafka-floors.ts';
import { type KafkaProgress, openKafkaProgress } from '../../warehouse/kafka/kafka-progress.ts';
import { readLag, warehouseReading } from '../../warehouse/lag.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type ConnectedKafka, connectKafka } from './connect-kafka.ts';
import { admissionProblem, admissionReading, joinAdmission } from './join-admission.ts';
import { type KafkaWarehouse, openKafkaWarehouse, startLoading } from './kafka-warehouse.ts';
import { loadedTopics } from './loaded-topics.ts';
import type { DoorParts, Pipeline, StartContext } from './pipeline.ts';
import { type Processor, processorProblem, startProcessor, threadsOf } from './start-processor.ts';

/** The log on Kafka: each role may be another process, and be there many times. `warehouse` is null where none of the roles needs it. */
export async function startKafkaPipeline(
  context: StartContext,
  config: KafkaConfig,
  warehouse: Warehouse | null,
): Promise<Pipeline> {
  const { roles } = context.config;
  const kafka = await connectKafka(context, config);
  const { log } = kafka;
  const member = roles.has('admission') ? await joinAdmission(context, kafka) : null;
  const floors = await followAllFloors(context, kafka);
  const processor = roles.has('processor') ? await startJobWork(context, kafka, floors) : null;
  const house = warehouse === null ? null : await openKafkaWarehouse(context, kafka, warehouse);
  const loading = house !== null && roles.has('loader') ? await startLoading(context, kafka, house) : null;
  const progress = house !== null && roles.has('gateway') ? await watchLoading(context, kafka, house) : null;
  const readings = [admissionReading(context, kafka)];
  if (progress !== null) readings.push(warehouseReading(loadedTopics(context), progress));
  return {
    log,
    warehouse,
    progress,
    doors: house === null || progress === null ? null : await doorParts(context, kafka, house, progress),
    problems: {
      loader: () => loading?.problem() ?? null,
      admission: () => (member === null ? null : admissionProblem(member)),
      processor: () => (processor === null ? null : processorProblem(processor)),
    },
    processor,
    floorMs: floors.floorMs,
    lag: () => readLag(log, readings),
    fencedCommits: () => (member?.status().fenced ?? 0) + (processor?.runner.totals().fenced ?? 0),
    judged: member === null ? null : () => member.status(),
    skippedRecords: () => (member?.status().skipped ?? 0) + (processor?.runner.totals().skipped ?? 0),
    stopWaiting: () => progress?.stopWaiting(),
  };
}

function followAllFloors({ lifecycle, logger }: StartContext, { log }: ConnectedKafka): Promise<FloorBoard> {
  return lifecycle.start(
    'floors',
    () => openFloorBoard({ log, logger }),
    (each) => each.close(),
  );
}

/** This process runs jobs, together with all others that have the role. */
async function startJobWork(context: StartContext, kafka: ConnectedKafka, floors: FloorBoard): Promise<Processor> {
  const { log, connection } = kafka;
  // Each thread has copies of state of its own. What is left for this one then are webhooks.
  const here = threadsOf(context.config) === 0 ? JOB_STATES : 'webhooks';
  return startProcessor(context, {
    log,
    work: await openKafkaWork({ ...connection, stateDir: join(context.dataDir, here) }),
    makeChangelog: (topic) =>
      log.createTopic({ ...topic, retentionMs: null, cleanup: 'compact', timestamps: 'create' }),
    makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
    openLog: (thread) => seatOnKafka(log, connection, { dir: context.dataDir, thread }),
    floorOf: floors.floorOf,
    endOf: () => null,
  });
}

/** How far loading is, for the gateway's questions, whoever loads. */
async function watchLoading(
  context: StartContext,
  { log }: ConnectedKafka,
  { warehouse, loadedNext, fingerprint, fingerprintsOf }: KafkaWarehouse,
): Promise<KafkaProgress> {
  const { lifecycle, config, logger, model } = context;
  const floors = await lifecycle.start(
    'watermarks',
    () => followFloors({ log, logger, topics: new Map(model.kinds.map((kind) => [kind.plural, config.partitions])) }),
    (each) => each.close(),
  );
  return lifecycle.start(
    'progress',
    () =>
      openKafkaProgress({
        topics: loadedTopics(context),
        loadedNext,
        fingerprint,
        fingerprintsOf,
        endsOf: log.ends,
        watermarkMs: floors.watermarkMs,
        isWarehouseUp: () => warehouse.state().state === 'up',
        logger,
      }),
    (each) => each.stop(),
  );
}

async function doorParts(
  { lifecycle, config, logger, model }: StartContext,
  { log }: ConnectedKafka,
  { warehouse }: KafkaWarehouse,
  progress: KafkaProgress,
): Promise<DoorParts> {
  const { acceptPastMs, acceptFutureMs, verdictDeadlineMs } = config;
  const admission = await lifecycle.start(
    'verdicts',
    () => openKafkaAdmission({ model, log, logger, acceptPastMs, acceptFutureMs, verdictDeadlineMs }),
    (each) => each.close(),
  );
  // Claims on ids are admission's own, each partition's with whoever judges it.
  return { admission, warehouse, progress, findClaim: null };
}
