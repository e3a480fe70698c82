import type { Log } from '../../log/log.ts';
import type { InputPlace, PartitionTask, PartitionWork, WorkInput, WorkStatus } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import { claimsTopic, forwardedTopic, inTopic, VERDICTS_TOPIC } from '../../model/topics.ts';
import type { Clock } from '../../platform/clock.ts';
import { invariant } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { type EventDesk, type EventDeskOptions, openEventDesks } from '../event-desk.ts';
import { AdmissionCounts } from './admission-counts.ts';
import { type FloorBoard, openFloorBoard } from './floor-board.ts';
import { ForwardTask } from './forward-task.ts';
import { openAdmissionTask } from './open-admission-task.ts';

/** One member of admission: judges the partitions that it is given, for as long as it is there. */
export interface AdmissionMember {
  status(): AdmissionStatus;
  /** Ends after the steps that are running. */
  stop(deadlineMs: number): Promise<void>;
}

export interface AdmissionStatus extends WorkStatus {
  readonly admitted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Sent on to the partition where they belong, out of foreign topics too. */
  readonly forwarded: number;
}

interface AdmissionMemberOptions extends EventDeskOptions {
  readonly log: Log;
  readonly work: PartitionWork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where claims are kept, a directory for each partition. Of this member alone. */
  readonly dir: string;
  /** How long an id is remembered at least: longer than an event may be old. */
  readonly claimsKeptMs: number;
  /** Members with one name share the work. Default ADMISSION_GROUP. */
  readonly group?: string;
  /** How long a member may be silent before its partitions go to others. */
  readonly sessionTimeoutMs?: number;
}

export const ADMISSION_GROUP = 'lakegate-admission';

/**
 * Two thousand events in one step: what a transaction costs besides is then small for each, and Kafka's clients take no more for a partition at
 * once. 2 MiB hold as many of a kilobyte, and more than the largest event.
 */
const STEP_RECORDS_MAX = 2_000;
const STEP_BYTES_MAX = 2 * 1024 * 1024;
/** A transaction takes some ten milliseconds: to wait half of one is not seen by whoever waits for a verdict. */
const LINGER_MS = 5;

/** The topics must be there (`admissionTopics`). */
export async function openAdmissionMember(options: AdmissionMemberOptions): Promise<AdmissionMember> {
  const { work, log, logger, group = ADMISSION_GROUP, sessionTimeoutMs } = options;
  const desks = await openEventDesks(options);
  const floors = openFloorBoard({ log, logger });
  const counts = new AdmissionCounts();
  const open = taskOpener({ options, desks, floors, counts });
  const member = await work.join({
    group,
    inputs: desks.flatMap(({ kind }) => inputsOf(kind)),
    open,
    stepRecordsMax: STEP_RECORDS_MAX,
    stepBytesMax: STEP_BYTES_MAX,
    lingerMs: LINGER_MS,
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
  });
  return {
    status: () => ({ ...member.status(), ...counts }),
    stop: async (deadlineMs) => {
      await member.stop(deadlineMs);
      await floors.close();
    },
  };
}

function inputsOf(kind: KindModel): readonly WorkInput[] {
  const own = { topic: inTopic(kind), changelog: claimsTopic(kind) };
  return kind.from === null ? [own] : [own, { topic: kind.from, changelog: forwardedTopic(kind), beginsLate: true }];
}

export interface OpenerParts {
  readonly options: AdmissionMemberOptions;
  readonly desks: readonly EventDesk[];
  readonly floors: FloorBoard;
  readonly counts: AdmissionCounts;
}

function taskOpener(parts: OpenerParts): (place: InputPlace) => Promise<PartitionTask> {
  const { options, desks, counts } = parts;
  const { log, clock } = options;
  const verdictPartitions = partitionsOf(log, VERDICTS_TOPIC);
  const openers = new Map<string, (partition: number) => Promise<PartitionTask>>();
  for (const desk of desks) {
    const { kind } = desk;
    const partitions = partitionsOf(log, kind.plural);
    const own = { ...parts, desk, partitions, verdictPartitions };
    openers.set(inTopic(kind), (partition) => openAdmissionTask(own, partition));
    const { from } = kind;
    if (from === null) continue;
    openers.set(
      from,
      async (partition) => new ForwardTask({ desk, topic: from, partition, partitions, clock, counts }),
    );
  }
  return ({ topic, partition }) => {
    const opener = openers.get(topic);
    invariant(opener !== undefined, `${topic} is an input of admission`);
    return opener(partition);
  };
}

function partitionsOf(log: Log, topic: string): number {
  const spec = log.topics().find((each) => each.topic === topic);
  invariant(spec !== undefined, `topic ${topic} was not made`);
  return spec.partitions;
}
