import { type LiveMetrics, openLiveMetrics } from '../../live/metrics/live-metrics.ts';
import type { LiveSources } from '../../live/metrics/live-question.ts';
import type { StartContext } from './pipeline.ts';

/** What answers subscriptions. */
export interface Live {
  readonly metrics: LiveMetrics;
}

export async function openLive({ lifecycle }: StartContext, sources: Omit<LiveSources, 'goneMax'>): Promise<Live> {
  const metrics = await lifecycle.start(
    'live questions',
    () => openLiveMetrics(sources),
    (each) => each.stop(),
  );
  return { metrics };
}
