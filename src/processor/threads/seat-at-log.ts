import { MessageChannel } from 'node:worker_threads';
import type { EmbeddedLog } from '../../log/embedded-log.ts';
import type { ThreadLogPlace } from './job-threads.ts';

/** A thread's way to the embedded log of this process. */
export function seatAtLog(log: Pick<EmbeddedLog, 'share'>, dir: string, onStuck: () => void): ThreadLogPlace {
  const { port1, port2 } = new MessageChannel();
  const share = log.share(port1, onStuck);
  return { log: { on: 'embedded', dir, port: port2 }, handedOver: [port2], close: share.close };
}
