import { join } from 'node:path';
import { ADMISSION_GROUP, type AdmissionMember, openAdmissionMember } from '../../ingest/kafka/admission-member.ts';
import { openKafkaWork } from '../../log/kafka-work.ts';
import { inTopic } from '../../model/topics.ts';
import { systemClock } from '../../platform/clock.ts';
import type { GroupReading } from '../../warehouse/lag.ts';
import { claimsKeptMs } from './claims-kept.ts';
import type { ConnectedKafka } from './connect-kafka.ts';
import type { StartContext } from './pipeline.ts';

/** This process judges, together with all others that have the role. */
export async function joinAdmission(context: StartContext, kafka: ConnectedKafka): Promise<AdmissionMember> {
  const { lifecycle, config, dataDir, logger, model } = context;
  const work = await openKafkaWork(kafka.connection);
  return lifecycle.start(
    'admission',
    () =>
      openAdmissionMember({
        model,
        log: kafka.log,
        work,
        logger,
        clock: systemClock,
        dir: join(dataDir, 'admission'),
        acceptPastMs: config.acceptPastMs,
        acceptFutureMs: config.acceptFutureMs,
        claimsKeptMs: claimsKeptMs(config, model),
      }),
    (each) => each.stop(config.stopDeadlineMs / 2),
  );
}

/** What expired stays a problem until the next start: events are missing, and somebody has to send them again. */
export function admissionProblem(member: Pick<AdmissionMember, 'status'>): string | null {
  const { partitions, skipped } = member.status();
  const failing = partitions.find(({ phase }) => phase === 'failing');
  if (failing !== undefined) return `${failing.topic}/${failing.partition}: ${failing.lastError}`;
  return skipped === 0
    ? null
    : `${skipped} records expired before they were judged; the log of this process says where`;
}

/** Admission as a reader of the log, all its members together. */
export function admissionReading({ model }: StartContext, { groups }: ConnectedKafka): GroupReading {
  const topics = model.kinds.flatMap((kind) => [inTopic(kind), ...(kind.from === null ? [] : [kind.from])]);
  return { group: 'admission', topics, committed: (topic) => groups.nextOffsets(ADMISSION_GROUP, topic) };
}
