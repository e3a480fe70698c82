import { Counter, Gauge, type Registry } from 'prom-client';
import { LiveTraffic } from '../live/live-traffic.ts';

/** What the live doors count, read when it is asked for: they count each message, and a labelled counter costs as much as sending one. */
export function showLiveTraffic(registry: Registry): LiveTraffic {
  const traffic = new LiveTraffic();
  const figure = (Figure: typeof Counter | typeof Gauge, name: string, help: string, value: () => number) => {
    new Figure({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  figure(Gauge, 'lakegate_live_sockets', 'Open WebSockets.', () => traffic.sockets);
  figure(Gauge, 'lakegate_live_streams', 'Open streams of Server-Sent Events.', () => traffic.streams);
  figure(Gauge, 'lakegate_live_operations', 'Operations being answered over either.', () => traffic.operations);
  figure(Counter, 'lakegate_live_results_total', 'Results sent over either.', () => traffic.results);
  figure(Counter, 'lakegate_live_result_bytes_total', 'Size of these results.', () => traffic.resultBytes);
  return traffic;
}
