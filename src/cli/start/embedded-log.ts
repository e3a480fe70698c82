import { join } from 'node:path';
import { DUPLICATES_TOPIC } from '../../ingest/keep-duplicates.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../log/embedded-log.ts';
import { controlTopics } from '../../model/jobs/job-command.ts';
import { REJECTED_TOPIC } from '../../model/record-format.ts';
import { streamTopics } from '../../model/streams/stream-topics.ts';
import { systemClock } from '../../platform/clock.ts';
import { claimsKeptMs } from './claims-kept.ts';
import type { StartContext } from './pipeline.ts';

/** The log on this machine's disk, with every topic there. Whoever opens it holds the lock of the data directory. */
export async function startEmbeddedLog(context: StartContext): Promise<EmbeddedLog> {
  const { lifecycle, config, logger, model } = context;
  const log = await lifecycle.start(
    'log',
    () =>
      openEmbeddedLog({
        dir: embeddedLogDir(context),
        clock: systemClock,
        logger,
        claimsKeptMs: claimsKeptMs(config, model),
      }),
    (each) => each.close(),
  );
  for (const { plural: topic } of model.kinds) {
    await log.createTopic({ topic, partitions: config.partitions, retentionMs: null });
  }
  for (const topic of [REJECTED_TOPIC, DUPLICATES_TOPIC]) {
    await log.createTopic({ topic, partitions: 1, retentionMs: null });
  }
  for (const topic of [...streamTopics(config.partitions), ...controlTopics()]) await log.createTopic(topic);
  return log;
}

export function embeddedLogDir({ dataDir }: Pick<StartContext, 'dataDir'>): string {
  return join(dataDir, 'log');
}
