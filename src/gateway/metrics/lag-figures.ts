import { Gauge, type Registry } from 'prom-client';
import { type Poll, type PollOptions, startPoll } from '../../platform/start-poll.ts';
import type { PartitionLag } from '../../warehouse/lag.ts';

export interface LagSources extends Pick<PollOptions, 'onError'> {
  readonly lag: () => Promise<readonly PartitionLag[]>;
}

/** A third of the usual 15 s between two scrapes. */
const EVERY_MS = 5_000;

/** Kept by a poll, so that a scrape waits for nobody, least of all for a log that is away. */
export function pollLag(registry: Registry, { lag, onError }: LagSources): Poll {
  const gauge = new Gauge({
    name: 'lakegate_lag_records',
    help: 'Offsets between what a group of readers has taken and the end of the partition.',
    labelNames: ['topic', 'partition', 'group'],
    registers: [registry],
  });
  const run = async () => {
    for (const { topic, partition, group, lag: behind } of await lag()) gauge.set({ topic, partition, group }, behind);
  };
  return startPoll({ everyMs: EVERY_MS, run, onError });
}
