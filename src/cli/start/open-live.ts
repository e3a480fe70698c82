import { type EventStreams, openEventStreams } from '../../live/events/open-event-streams.ts';
import { type LiveMetrics, openLiveMetrics } from '../../live/metrics/live-metrics.ts';
import type { LiveSources } from '../../live/metrics/live-question.ts';
import type { Log } from '../../log/log.ts';
import type { StartContext } from './pipeline.ts';

/** What answers subscriptions. */
export interface Live {
  readonly metrics: LiveMetrics;
  readonly events: EventStreams;
}

export async function openLive(
  { lifecycle, logger }: StartContext,
  log: Log,
  sources: Omit<LiveSources, 'goneMax'>,
): Promise<Live> {
  const metrics = await lifecycle.start(
    'live questions',
    () => openLiveMetrics(sources),
    (each) => each.stop(),
  );
  const events = await lifecycle.start(
    'event streams',
    async () => openEventStreams({ log, logger }),
    (each) => each.stop(),
  );
  return { metrics, events };
}
