import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaLog } from '../../log/kafka-log.ts';
import type { Log } from '../../log/log.ts';
import type { InputPlace, PartitionWork, WorkMember } from '../../log/partition-work.ts';
import type { KindModel } from '../../model/event-model.ts';
import { REJECTED_TOPIC } from '../../model/record-format.ts';
import { ACKNOWLEDGEMENTS_TOPIC } from '../../model/streams/stream-topics.ts';
import { claimsTopic, inTopic } from '../../model/topics.ts';
import type { Clock } from '../../platform/clock.ts';
import { invariant, LakegateError } from '../../platform/errors.ts';
import { type EventDesk, type EventDeskOptions, openEventDesks } from '../event-desk.ts';
import { DUPLICATES_TOPIC } from '../keep-duplicates.ts';
import { ADMISSION_GROUP } from './admission-member.ts';
import { carryStream } from './carry-stream.ts';
import { CarryTask } from './carry-task.ts';

interface CarryOverOptions extends EventDeskOptions {
  /** Nobody writes to it meanwhile. */
  readonly from: Log;
  readonly to: KafkaLog;
  readonly work: PartitionWork;
  readonly clock: Clock;
  /** Told about every second. */
  readonly onProgress?: (progress: CarriedOver) => void;
  /** Default the one of admission. */
  readonly group?: string;
}

/** Records by topic. */
export type CarriedOver = ReadonlyMap<string, bigint>;

/**
 * Copies what the embedded log holds to Kafka, record by record and partition by partition: events get their numbers, and admission's changelogs say
 * what its owners would have written had they judged them. Afterwards admission goes on from there: the same ids are known, late is what would have
 * been late.
 *
 * It works as a member of admission's group, in the transactions of each partition's owner. So it can be killed and begun again, and whoever
 * judges meanwhile is fenced. Topics on Kafka that hold other events are refused, and left as they are. What is not carried over is the time of
 * appending: on Kafka everything was appended now.
 */
export async function carryOver(options: CarryOverOptions): Promise<CarriedOver> {
  const { work, group = ADMISSION_GROUP, to, onProgress = () => {} } = options;
  const desks = await openEventDesks(options);
  const tasks = new Map<string, CarryTask>();
  for (const desk of desks) for (const task of await tasksOf(desk, options)) tasks.set(nameOf(task.place), task);
  for (const task of tasks.values()) await task.checkStart();
  const carried = new Map<string, bigint>();
  for (const topic of STREAMS_OF_ONE_PARTITION) {
    carried.set(topic, await carryStream(options.from, to, topic));
  }
  const member = await work.join({
    group,
    inputs: desks.map(({ kind }) => ({ topic: inTopic(kind), changelog: claimsTopic(kind) })),
    open: async (place) => {
      const task = tasks.get(nameOf(place));
      invariant(task !== undefined, `${nameOf(place)} is carried over`);
      return task;
    },
    // What is there already is refused before it is looked at.
    stepRecordsMax: 1,
    stepBytesMax: 1,
    lingerMs: 0,
  });
  try {
    await untilCarried(member, [...tasks.values()], () => onProgress(withEvents(carried, tasks.values())));
  } finally {
    await member.stop(STOP_DEADLINE_MS);
  }
  return withEvents(carried, tasks.values());
}

/** What jobs wrote is not among what is carried over: on Kafka they read the same events again, and find the same. */
const STREAMS_OF_ONE_PARTITION = [REJECTED_TOPIC, DUPLICATES_TOPIC, ACKNOWLEDGEMENTS_TOPIC];

const STOP_DEADLINE_MS = 10_000;

async function tasksOf(desk: EventDesk, { from, to, clock }: CarryOverOptions): Promise<CarryTask[]> {
  const { kind } = desk;
  const source = await from.ends(kind.plural);
  const target = await to.ends(kind.plural);
  if (source.length !== target.length) throw otherPartitions(kind, source.length, target.length);
  const inputs = await to.ends(inTopic(kind));
  return source.map(
    ({ partition, next }) =>
      new CarryTask({
        desk,
        from,
        to,
        clock,
        partition,
        end: next,
        targetIsEmpty: target[partition]?.next === 0n,
        inputIsEmpty: inputs[partition]?.next === 0n,
      }),
  );
}

/** Keys would lie in other partitions than their ids are claimed in. */
function otherPartitions({ plural }: KindModel, from: number, to: number): LakegateError {
  return new LakegateError({
    code: 'BAD_CONFIG',
    message: `${plural} has ${from} partitions in the embedded log and ${to} on Kafka. Set LAKEGATE_PARTITIONS=${from} and use topics that are not there yet.`,
  });
}

async function untilCarried(member: WorkMember, tasks: readonly CarryTask[], tell: () => void): Promise<void> {
  let aloneAtMs = performance.now();
  while (!tasks.every((task) => task.isDone)) {
    const refusal = tasks.find((task) => task.refusal !== null)?.refusal;
    if (refusal) throw refusal;
    // Members that go away give their partitions back within their session timeout; whoever stays is a running admission.
    if (member.status().partitions.length === tasks.length) aloneAtMs = performance.now();
    else if (performance.now() - aloneAtMs > SHARED_MS_MAX) throw notAlone();
    await pause(LOOK_EVERY_MS);
    tell();
  }
}

const LOOK_EVERY_MS = 500;
const SHARED_MS_MAX = 60_000;

function notAlone(): LakegateError {
  return new LakegateError({
    code: 'BAD_CONFIG',
    message:
      'Members of admission are running. Stop them while events are carried over; nothing is lost, and this can be begun again.',
  });
}

function withEvents(streams: CarriedOver, tasks: Iterable<CarryTask>): CarriedOver {
  const all = new Map(streams);
  for (const task of tasks) all.set(task.plural, (all.get(task.plural) ?? 0n) + task.carried);
  return all;
}

function nameOf({ topic, partition }: InputPlace): string {
  return `${topic}/${partition}`;
}
