import type { PartitionWork } from '../../log/partition-work.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { LogSeat } from './thread-talk.ts';

/** The log as a thread reaches it: each has only what it needs of its kind in its memory. */
export interface ThreadLog {
  readonly work: PartitionWork;
  /** Resolves when a topic that was made is known here. */
  known(topic: string): Promise<void>;
  close(): Promise<void>;
}

export async function openThreadLog(seat: LogSeat, logger: Logger): Promise<ThreadLog> {
  if (seat.on === 'embedded') {
    const { openEmbeddedLogView } = await import('../../log/embedded-log-view.ts');
    const { openEmbeddedWork } = await import('../../log/embedded-work.ts');
    const log = await openEmbeddedLogView({ ...seat, logger });
    return { work: openEmbeddedWork({ log, logger }), known: log.known, close: log.close };
  }
  const { openKafkaWork } = await import('../../log/kafka-work.ts');
  const { connection, names } = seat;
  const kafkaName = (topic: string) => names.get(topic) ?? `${connection.prefix ?? ''}${topic}`;
  const work = await openKafkaWork({ ...connection, kafkaName, logger, clock: systemClock });
  return { work, known: async () => {}, close: async () => {} };
}
