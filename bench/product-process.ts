import { startLakegate } from '../src/cli/start-lakegate.ts';
import { readConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/telemetry.ts';
import type { UpState } from '../src/warehouse/warehouse-endpoint.ts';
import { type AskBusy, answerBusy } from './busy.ts';

/**
 * The product in a process of its own, as `lakegate start` runs it, that also tells its parent when something became visible. The clock is
 * the machine's monotonic one, which is the same in every process.
 */
export type ToProduct = { readonly type: 'watch'; readonly topics: readonly string[] } | { readonly type: 'unwatch' };

export type FromProduct =
  | { readonly type: 'ready'; readonly url: string; readonly engine: EngineAddress | null }
  /** Topic, partition to last visible offset as text, nanoseconds as text. */
  | {
      readonly type: 'visible';
      readonly topic: string;
      readonly offsets: Readonly<Record<string, string>>;
      readonly atNs: string;
    };

export type EngineAddress = Pick<UpState, 'url' | 'credentials'>;

const running = await startLakegate(readConfig(process.env), createLogger('error'));
const { progress } = running;
if (progress === null) throw new Error('expected a process that loads');
let release: () => void = () => {};

progress.onAdvance((topic) => {
  const atNs = process.hrtime.bigint().toString();
  const offsets = progress.version([topic]).offsets.get(topic) ?? new Map<number, bigint>();
  tell({
    type: 'visible',
    topic,
    offsets: Object.fromEntries([...offsets].map(([p, offset]) => [p, offset.toString()])),
    atNs,
  });
});
process.on('message', (message: ToProduct | AskBusy) => {
  if (message.type === 'busy') return;
  release();
  release = message.type === 'watch' ? progress.watch(message.topics) : () => {};
});
answerBusy();
const stop = () => void running.stop().then(() => process.exit(0));
// A measurement that was ended while the product started has hung up already.
if (process.connected) process.once('disconnect', stop);
else stop();
const engine = running.engine?.state();
tell({ type: 'ready', url: running.url, engine: engine?.state === 'up' ? engine : null });

function tell(message: FromProduct): void {
  // While it stops, the parent has hung up already.
  if (process.connected) process.send?.(message);
}
