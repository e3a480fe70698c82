import type { Registry } from 'prom-client';
import { LiveTraffic } from '../live/live-traffic.ts';
import { readFigures } from './read-figures.ts';

/** What the live doors count, read when it is asked for: they count each message, and a labelled counter costs as much as sending one. */
export function showLiveTraffic(registry: Registry): LiveTraffic {
  const traffic = new LiveTraffic();
  const { counter, gauge } = readFigures(registry);
  gauge('lakegate_live_sockets', 'Open WebSockets.', () => traffic.sockets);
  gauge('lakegate_live_streams', 'Open streams of Server-Sent Events.', () => traffic.streams);
  gauge('lakegate_live_operations', 'Operations being answered over either.', () => traffic.operations);
  counter('lakegate_live_results_total', 'Results sent over either.', () => traffic.results);
  counter('lakegate_live_result_bytes_total', 'Size of these results.', () => traffic.resultBytes);
  return traffic;
}
