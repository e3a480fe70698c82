import { join } from 'node:path';
import { openEmbeddedLog } from '../../../src/log/embedded-log.ts';
import { openEmbeddedWork } from '../../../src/log/embedded-work.ts';
import { openKafkaLog } from '../../../src/log/kafka-log.ts';
import { openKafkaWork } from '../../../src/log/kafka-work.ts';
import type { Log } from '../../../src/log/log.ts';
import type { PartitionWork } from '../../../src/log/partition-work.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { JobTopic } from '../../../src/processor/runtime/job-runner.ts';
import type { JobThreadsOptions } from '../../../src/processor/threads/job-threads.ts';
import { seatAtLog } from '../../../src/processor/threads/seat-at-log.ts';
import { seatOnKafka } from '../../../src/processor/threads/seat-on-kafka.ts';

/** A directory for an embedded log, or kafka://<brokers>/<prefix></directory of copies of state>. */
export type LogPlace = string;

export interface LogAt {
  readonly log: Log;
  /** How far it goes, where this process knows. */
  readonly endOf: JobThreadsOptions['endOf'];
  readonly makeChangelog: (topic: JobTopic) => Promise<void>;
  /** One for each member. */
  readonly openWork: () => Promise<PartitionWork>;
  /** The same for a member that works on threads. */
  readonly seats: () => JobThreadsOptions['openLog'];
  /** Resolves when what is on its way into the log at this moment is there. */
  settled(): Promise<void>;
}

export async function openLogAt(place: LogPlace): Promise<LogAt> {
  const [, brokers, prefix, dir] = KAFKA_PLACE.exec(place) ?? [];
  if (brokers !== undefined && prefix !== undefined && dir !== undefined) return openKafkaAt(brokers, prefix, dir);
  const log = await openEmbeddedLog({ dir: place, clock: systemClock, claimsKeptMs: DAY_MS });
  const work = openEmbeddedWork({ log });
  return {
    log,
    endOf: (topic, partition) => log.steps.end({ topic, partition }),
    makeChangelog: async () => {},
    openWork: async () => work,
    seats: () => (_, onStuck) => seatAtLog(log, place, onStuck),
    // There is one writer, which takes everything in turn.
    settled: () => log.notes.put({ settled: Buffer.of(1) }),
  };
}

async function openKafkaAt(brokers: string, prefix: string, dir: string): Promise<LogAt> {
  const connection = { brokers: brokers.split(','), clientId: 'oracle', prefix };
  const log = await openKafkaLog(connection);
  let members = 0;
  const nextHome = () => join(dir, `member-${members++}`);
  return {
    log,
    endOf: () => null,
    makeChangelog: (topic) => log.createTopic({ ...topic, retentionMs: null, cleanup: 'compact' }),
    openWork: () => openKafkaWork({ ...connection, stateDir: nextHome() }),
    seats: () => {
      const home = nextHome();
      return (thread) => seatOnKafka(log, connection, { dir: home, thread });
    },
    settled: async () => {},
  };
}

/** On the embedded log there is one process, and its threads are all the members there are. */
export function takesManyMembers(place: LogPlace, threads: number): boolean {
  return threads === 0 || KAFKA_PLACE.test(place);
}

const KAFKA_PLACE = /^kafka:\/\/([^/]+)\/([^/]+)(\/.+)$/;
const DAY_MS = 86_400_000;
