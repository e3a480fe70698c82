import { Brokers } from './kafka/brokers.ts';
import { throwIfRefused, untilAnswered } from './kafka/kafka-away.ts';
import { kafkaConnectionSettings } from './kafka/kafka-connection-settings.ts';
import { Coordinators } from './kafka/work/coordinators.ts';
import { offsetCommit, offsetFetch } from './kafka/work/group-requests.ts';
import { startMembership } from './kafka/work/membership.ts';
import type { KafkaWorkOptions } from './kafka-work.ts';
import type { InputPlace } from './partition-work.ts';

/** What groups of consumers have committed, looked at from outside: ours, and those of ClickHouse. */
export interface KafkaGroups {
  /** By partition the next offset that the group will take. A partition is absent for which it has committed nothing. */
  nextOffsets(group: string, topic: string): Promise<ReadonlyMap<number, bigint>>;
  /**
   * Makes it go on from here. A group that has members takes this from none but them: waits until the last has left, or was silent for so long
   * that the brokers gave it up.
   */
  moveTo(group: string, topic: string, next: ReadonlyMap<number, bigint>): Promise<void>;
  /** Joins those of whom one at a time may do something. Whoever is silent for ten seconds loses the turn to another. */
  takeTurns(group: string): Turn;
  close(): void;
}

export interface Turn {
  /** False also when nobody confirmed it lately: another may have it by now. */
  isMine(): boolean;
  leave(): Promise<void>;
}

/** Groups and topics are named without the prefix. */
export async function openKafkaGroups(options: KafkaWorkOptions): Promise<KafkaGroups> {
  const { prefix = '', kafkaName = (topic) => prefix + topic } = options;
  const brokers = new Brokers(await kafkaConnectionSettings(options));
  const coordinators = new Coordinators(brokers);
  return {
    nextOffsets: (group, topic) =>
      untilAnswered(
        () => nextOffsets({ brokers, coordinators, group: prefix + group, topic: kafkaName(topic) }),
        DEADLINE_MS,
      ),
    moveTo: (group, topic, next) =>
      untilAnswered(
        () => moveTo({ brokers, coordinators, group: prefix + group, topic: kafkaName(topic) }, next),
        MEMBERS_LEAVE_MS,
      ),
    takeTurns: (group) => takeTurns(coordinators, prefix + group, options.logger),
    close: () => brokers.close(),
  };
}

/** A coordinator that was killed is replaced in a few seconds; who asks again and again asks soon enough after that. */
const DEADLINE_MS = 2_000;

/** ClickHouse's consumers are given up after 45 s of silence where nothing else is configured. */
const MEMBERS_LEAVE_MS = 60_000;

interface Asked {
  readonly brokers: Brokers;
  readonly coordinators: Coordinators;
  readonly group: string;
  readonly topic: string;
}

async function nextOffsets({ brokers, coordinators, group, topic }: Asked): Promise<ReadonlyMap<number, bigint>> {
  const partitions = (await brokers.leadersOf(topic)).map((_, partition) => partition);
  const coordinator = { of: 'group', key: group } as const;
  const answer = await coordinators.send(coordinator, offsetFetch(group, [{ topic, partitions }]));
  if (answer.errorCode !== 0) coordinators.forget(coordinator);
  throwIfRefused(answer.errorCode, `looking at the group ${group}`);
  return new Map(answer.topics.flatMap((each) => each.partitions.map(({ partition, offset }) => [partition, offset])));
}

async function moveTo({ coordinators, group, topic }: Asked, next: ReadonlyMap<number, bigint>): Promise<void> {
  const coordinator = { of: 'group', key: group } as const;
  const partitions = [...next].map(([partition, offset]) => ({ partition, offset }));
  // As nobody of the group: that is refused while it has members.
  const outsider = { group, memberId: '', generation: -1 };
  const { errorCode } = await coordinators.send(coordinator, offsetCommit(outsider, [{ topic, partitions }]));
  if (errorCode === UNKNOWN_MEMBER_ID) throw new Error(`the group ${group} still has members`);
  if (errorCode !== 0) coordinators.forget(coordinator);
  throwIfRefused(errorCode, `moving the group ${group}`);
}

const UNKNOWN_MEMBER_ID = 25;

/** A group that shares out one place: no topic of this name is ever read or made. */
function takeTurns(coordinators: Coordinators, group: string, logger: KafkaWorkOptions['logger']): Turn {
  let given: readonly InputPlace[] = [];
  const membership = startMembership({
    coordinators,
    group,
    topics: ['turn'],
    sessionTimeoutMs: TURN_KEPT_MS,
    partitionsOf: async () => 1,
    owned: () => given,
    onGiven: (places) => {
      given = places;
    },
    taken: () => [],
    onError: (error) => logger?.warn({ err: error, group }, 'whose turn it is could not be asked; it is asked again'),
  });
  return {
    isMine: () => given.length > 0 && membership.isConfirmed(),
    leave: async () => {
      given = [];
      await membership.leave([]);
    },
  };
}

const TURN_KEPT_MS = 10_000;
