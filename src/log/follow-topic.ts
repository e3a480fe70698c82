import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../platform/telemetry.ts';
import type { Log, StoredRecord } from './log.ts';

export interface FollowOptions {
  readonly log: Log;
  readonly topic: string;
  readonly partition: number;
  /** Below what is kept means the first record that is. */
  readonly from: bigint;
  readonly logger: Pick<Logger, 'warn'>;
  readonly signal: AbortSignal;
}

/** Hands over every record of a partition from `from` on, for as long as it is not told to end. What fails is tried again. */
export async function followTopic(options: FollowOptions, take: (record: StoredRecord) => void): Promise<void> {
  const { log, topic, partition, logger, signal } = options;
  let next = options.from;
  while (!signal.aborted) {
    try {
      next = await firstKept(options, next);
      for await (const records of log.read(topic, partition, next, { signal })) {
        for (const record of records) {
          take(record);
          next = record.offset + 1n;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ topic, partition, err: error }, 'cannot be read at the moment; tried again');
    }
    await pause(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

const RETRY_MS = 500;

/** What was missed for so long that it is gone is not waited for. */
async function firstKept({ log, topic, partition }: FollowOptions, next: bigint): Promise<bigint> {
  const end = (await log.ends(topic)).find((each) => each.partition === partition);
  return end === undefined || end.first <= next ? next : end.first;
}
