import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../platform/clock.ts';
import { invariant, LakegateError } from '../../../platform/errors.ts';
import type { InputPlace, WorkInput, WorkMember, WorkOptions, WorkStatus } from '../../partition-work.ts';
import { placeName } from '../../work/share-places.ts';
import type { Brokers } from '../brokers.ts';
import { reasonOf, untilAnswered } from '../kafka-away.ts';
import { Coordinators } from './coordinators.ts';
import { createInputFeed, type InputFeed, type OffsetSpan } from './input-feed.ts';
import { type Membership, startMembership, type TakenPlace } from './membership.ts';
import { type OwnedPartition, ownPartition, type WorkCounts } from './owned-partition.ts';
import type { StateCopies, StateCopy } from './state-copies.ts';
import { TopicNames } from './topic-names.ts';
import { openTransactionalWriter } from './transactional-writer.ts';

export interface JoinOptions {
  readonly work: WorkOptions;
  /** Of this member alone: closed with it. */
  readonly brokers: Brokers;
  /** Before the names of the group and of transactional ids. */
  readonly prefix: string;
  readonly kafkaName: (topic: string) => string;
  readonly clock: Clock;
  readonly warn: (message: string, facts: object) => void;
  /** Copies of keyed state on this machine; null where it keeps none. */
  readonly states: StateCopies | null;
}

export async function joinWork(options: JoinOptions): Promise<WorkMember> {
  const { work, brokers, kafkaName } = options;
  const { sessionTimeoutMs = SESSION_TIMEOUT_MS } = work;
  const inputs = new Map(work.inputs.map((input) => [kafkaName(input.topic), input] as const));
  const group = options.prefix + work.group;
  await untilAnswered(() => checkTopics(options), JOIN_DEADLINE_MS).catch((error: unknown) => {
    brokers.close();
    throw error;
  });
  const coordinators = new Coordinators(brokers);
  const feed = createInputFeed({ brokers, recordsMax: work.stepRecordsMax, bytesMax: work.stepBytesMax });
  const member: Member = {
    ...options,
    inputs,
    group,
    coordinators,
    feed,
    topics: new TopicNames(brokers, kafkaName),
    owned: new Map(),
    counts: { commits: 0, rollbacks: 0, fenced: 0, skipped: 0 },
    membership: null,
    stopping: false,
  };
  member.membership = startMembership({
    coordinators,
    group,
    topics: [...inputs.keys()],
    sessionTimeoutMs,
    partitionsOf: async (topic) => (await brokers.leadersOf(topic)).length,
    owned: () => [...member.owned.values()].map(({ place }) => place),
    onGiven: (places) => take(member, places),
    taken: () => takenOf([...member.owned.values()]),
    onError: (error) => warnOf(member, error, {}),
  });
  return { status: () => statusOf(member), stop: (deadlineMs) => stop(member, deadlineMs) };
}

/** As in the contract. */
const SESSION_TIMEOUT_MS = 10_000;

interface Member extends JoinOptions {
  readonly coordinators: Coordinators;
  readonly feed: InputFeed;
  readonly topics: TopicNames;
  readonly group: string;
  /** By Kafka's name of the topic. */
  readonly inputs: ReadonlyMap<string, WorkInput>;
  readonly owned: Map<string, OwnedPartition>;
  readonly counts: WorkCounts;
  membership: Membership | null;
  stopping: boolean;
}

/** A cluster that starts together with us takes some seconds. */
const JOIN_DEADLINE_MS = 15_000;

async function checkTopics({ brokers, kafkaName, work }: JoinOptions): Promise<void> {
  for (const { topic, changelog } of work.inputs) {
    const [inputs, changelogs] = [
      await brokers.leadersOf(kafkaName(topic)),
      await brokers.leadersOf(kafkaName(changelog)),
    ];
    if (inputs.length !== changelogs.length) {
      throw new LakegateError({
        code: 'BAD_CONFIG',
        message: `Expected as many partitions in ${changelog} as in ${topic} (${inputs.length}), got ${changelogs.length}.`,
        facts: { topic, changelog },
      });
    }
  }
}

function warnOf({ warn, group }: Member, error: unknown, facts: object): void {
  warn('work shared on Kafka: tried again', { group, ...facts, reason: reasonOf(error), err: error });
}

/** What is new is begun; what is gone is let go, and then the group is told, so that others get it. */
function take(member: Member, places: readonly InputPlace[]): void {
  if (member.stopping) return;
  const given = new Set(places.map(placeName));
  const gone = [...member.owned.values()].filter(({ place }) => !given.has(placeName(place)));
  for (const place of places) {
    if (!member.owned.has(placeName(place))) member.owned.set(placeName(place), own(member, place));
  }
  if (gone.length > 0) void letGo(member, gone).then(() => member.membership?.ask());
}

async function letGo(member: Member, owned: readonly OwnedPartition[]): Promise<void> {
  await Promise.all(
    owned.map(async (each) => {
      await each.letGo();
      forget(member, each);
    }),
  );
}

/** It may have been fenced and begun anew in the meantime. */
function forget({ owned }: Member, gone: OwnedPartition): void {
  if (owned.get(placeName(gone.place)) === gone) owned.delete(placeName(gone.place));
}

function own(member: Member, { topic, partition }: InputPlace): OwnedPartition {
  const { work, kafkaName, brokers, coordinators, topics, clock, feed, group } = member;
  const input = member.inputs.get(topic);
  invariant(input !== undefined, `${topic} is an input of ${group}`);
  return ownPartition({
    place: { topic: input.topic, partition },
    topic,
    changelog: kafkaName(input.changelog),
    taskChangelog: input.changelog,
    clock,
    openState: input.keyed === true ? () => openState(member, { topic: input.topic, partition }) : null,
    work,
    brokers,
    feed,
    openWriter: () =>
      openTransactionalWriter({
        brokers,
        coordinators,
        topics,
        clock,
        transactionalId: `${group}-${topic}-${partition}`,
        transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
      }),
    mayFence: () => member.membership?.isConfirmed() ?? false,
    counts: member.counts,
    onFenced: (owned) => void askAgain(member, owned),
    onSkipped: (skipped) => noteSkipped(member, input, partition, skipped),
    onError: (error, place) => warnOf(member, error, place),
  });
}

async function openState({ states, work }: Member, place: InputPlace): Promise<StateCopy> {
  invariant(states !== null, 'a member with keyed inputs was told where to keep copies of state');
  return await states.open(work.group, place);
}

/** Whoever begins with a topic of somebody else takes what there is. */
function noteSkipped(member: Member, input: WorkInput, partition: number, { from, through }: OffsetSpan): void {
  if (from === 0n && input.beginsLate === true) return;
  const { counts, warn, group } = member;
  counts.skipped += Number(through - from) + 1;
  const place = { topic: input.topic, partition, from, through };
  warn('records of the input expired before they were taken', { group, ...place });
}

/**
 * How long a transaction may be open. Where its owner dies, the next one ends it within the session timeout; this is only for the case that all
 * members die: for so long readers of what they wrote last wait. A step takes milliseconds, and gives up by itself after some 10 s without
 * an answer: it must not be ended while it still may succeed.
 */
const TRANSACTION_TIMEOUT_MS = 30_000;

/** Whether somebody else was given it, or only its transaction was open for too long: the group knows. */
async function askAgain(member: Member, owned: OwnedPartition): Promise<void> {
  forget(member, owned);
  await pause(ASK_AGAIN_MS);
  if (!member.stopping) member.membership?.ask();
}

/** Two that fence each other, because somebody used a group's name twice, must not keep the brokers busy with it. */
const ASK_AGAIN_MS = 200;

function takenOf(owned: readonly OwnedPartition[]): readonly TakenPlace[] {
  return owned.flatMap((each) => {
    const offset = each.taken();
    return offset === null ? [] : [{ ...each.place, offset }];
  });
}

function statusOf({ owned, counts, membership }: Member): WorkStatus {
  return {
    partitions: [...owned.values()].map((each) => each.status()),
    ...counts,
    rebalances: membership?.rebalances ?? 0,
  };
}

/** What does not end in time is left to the next owner's fence: nothing of it will be seen. */
async function stop(member: Member, deadlineMs: number): Promise<void> {
  member.stopping = true;
  const owned = [...member.owned.values()];
  await within(deadlineMs, letGo(member, owned));
  await within(LEAVE_MS, member.membership?.leave(takenOf(owned)));
  member.feed.close();
  member.brokers.close();
  await member.membership?.ended;
}

/** Where Kafka does not answer, the others find out when the session is over. */
const LEAVE_MS = 1_000;

async function within(ms: number, done: Promise<void> | undefined): Promise<void> {
  const over = new AbortController();
  await Promise.race([done, pause(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
