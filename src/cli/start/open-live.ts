import { DUPLICATES_TOPIC } from '../../ingest/keep-duplicates.ts';
import { type EventStreams, openEventStreams } from '../../live/events/open-event-streams.ts';
import { type LiveMetrics, openLiveMetrics } from '../../live/metrics/live-metrics.ts';
import { countLastHour } from '../../live/pipeline/count-last-hour.ts';
import { EventRate } from '../../live/pipeline/event-rate.ts';
import { readIntake } from '../../live/pipeline/read-intake.ts';
import { RecentDurations } from '../../live/pipeline/recent-durations.ts';
import { type PipelineSources, type PipelineWatch, watchPipeline } from '../../live/pipeline/watch-pipeline.ts';
import { REJECTED_TOPIC } from '../../model/record-format.ts';
import { systemClock } from '../../platform/clock.ts';
import { readLedger } from '../../warehouse/ledger.ts';
import { RecordCounts } from '../../warehouse/ledger-span.ts';
import type { OpenCache } from './open-cache.ts';
import type { DoorParts, Pipeline, StartContext } from './pipeline.ts';

/** What answers subscriptions. */
export interface Live {
  readonly metrics: LiveMetrics;
  readonly events: EventStreams;
  readonly pipeline: PipelineWatch;
  /** Told how long it took until something that was answered was visible. */
  readonly onVisible: (ms: number) => void;
}

export async function openLive(
  context: StartContext,
  { log, lag, problems }: Pipeline,
  { warehouse, progress }: DoorParts,
  cache: OpenCache,
): Promise<Live> {
  const { config, lifecycle, logger, model } = context;
  const { waitDeadlineMs } = config;
  const metrics = await lifecycle.start(
    'live questions',
    () => openLiveMetrics({ warehouse, progress, cache: cache.liveResults, clock: systemClock, waitDeadlineMs }),
    (each) => each.stop(),
  );
  const events = await lifecycle.start(
    'event streams',
    async () => openEventStreams({ log, logger }),
    (each) => each.stop(),
  );
  const topics = model.kinds.map(({ plural }) => plural);
  const rate = new EventRate(progress, topics, systemClock);
  const visible = new RecentDurations(systemClock);
  // What was counted of streams that nobody numbers is kept from one reading to the next.
  const ledgerSources = { log, warehouse, progress, counts: new RecordCounts(log) };
  const sources: PipelineSources = {
    clock: systemClock,
    isReadOnly: () => log.health().state === 'read-only',
    isWarehouseDown: () => warehouse.state().state === 'down',
    problem: () => problems.loader() ?? problems.admission(),
    eventsPerSecond: () => rate.perSecond(),
    freshnessMs: (share) => visible.percentile(share),
    lag,
    ledger: () => readLedger(ledgerSources, { topics, appended: null }),
    intake: (ledger) => readIntake(ledgerSources, ledger, { rejected: REJECTED_TOPIC, duplicates: DUPLICATES_TOPIC }),
    lastHour: (tenant) => countLastHour(warehouse, tenant, systemClock.nowMs()),
    readers: () => metrics.figures().readers + events.figures().readers,
    cache: () => answeredFrom(cache),
  };
  const pipeline = await lifecycle.start(
    'figures of the pipeline',
    async () => watchPipeline(sources),
    async (each) => {
      rate.stop();
      await each.stop();
    },
  );
  return { metrics, events, pipeline, onVisible: (ms) => visible.add(ms) };
}

/** What was asked once: a whole operation is answered from the cache, or its questions are, one by one. */
function answeredFrom({ operations, results }: OpenCache) {
  const { hits, misses } = results.counters();
  return { hits: hits + operations.counters().hits, misses };
}
