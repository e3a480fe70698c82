import { type LiveMetrics, openLiveMetrics } from '../../live/metrics/live-metrics.ts';
import type { StartContext } from './pipeline.ts';

/** What answers subscriptions. */
export interface Live {
  readonly metrics: LiveMetrics;
}

export async function openLive({ lifecycle }: StartContext): Promise<Live> {
  const metrics = await lifecycle.start(
    'live questions',
    () => openLiveMetrics(),
    (each) => each.stop(),
  );
  return { metrics };
}
