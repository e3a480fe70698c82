import type { Log, PartitionEnd } from '../../log/log.ts';
import type { KindWatermark } from '../../model/watermark.ts';

/** What of a topic is visible, or will be in the moment in which the watermark is shown. */
interface LoadedState {
  /** Last offset of each partition, -1 for none. */
  readonly loaded: readonly bigint[];
  /** `_watermark` of that record. */
  readonly lastWatermarksMs: readonly (number | null)[];
}

/** Admission judges in bursts of a transaction; a moment between two bursts is found at once or the watermark waits for the next load. */
const TRIES_MAX = 3;

/**
 * The watermark that may be shown together with `state`. From the moment in which this resolves every later record meets at least
 * that, so it may be made durable and shown afterwards at leisure.
 *
 * Whether a partition is caught up is known only from the log, which answers later than it was asked. So the candidate is taken first,
 * on the assumption that what was caught up still is; then the log is asked; and it holds only if the log agrees and admission judged
 * nothing meanwhile. Else a record that is durable and not visible could be older than the watermark without being late.
 */
export async function raiseWatermark(
  log: Log,
  topic: string,
  watermark: KindWatermark,
  state: LoadedState,
  nowMs: number,
): Promise<number | null> {
  let ends = await log.ends(topic);
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const assumed = state.loaded.map((offset, partition) => isCaughtUp(ends, partition, offset));
    const judgedBefore = watermark.judgedCount;
    const candidateMs = watermark.candidateMs(
      assumed.map((caughtUp, partition) => ({
        partition,
        caughtUp,
        lastWatermarkMs: state.lastWatermarksMs[partition] ?? null,
      })),
      nowMs,
    );
    ends = await log.ends(topic);
    const holds = state.loaded.every((offset, partition) => !assumed[partition] || isCaughtUp(ends, partition, offset));
    if (holds && watermark.judgedCount === judgedBefore) {
      if (candidateMs !== null) watermark.publish(candidateMs);
      break;
    }
  }
  return watermark.publishedMs;
}

function isCaughtUp(ends: readonly PartitionEnd[], partition: number, loaded: bigint): boolean {
  return ends.every((end) => end.partition !== partition || end.next === loaded + 1n);
}
