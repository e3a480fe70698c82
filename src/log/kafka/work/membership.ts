import { setTimeout as pause } from 'node:timers/promises';
import type { InputPlace } from '../../partition-work.ts';
import { type Candidate, placeName, sharePlaces } from '../../work/share-places.ts';
import { WireReader, WireWriter } from '../wire.ts';
import { byTopic } from './by-topic.ts';
import type { Coordinators } from './coordinators.ts';
import {
  heartbeat,
  type JoinAnswer,
  joinGroup,
  leaveGroup,
  type MemberIdentity,
  offsetCommit,
  syncGroup,
} from './group-requests.ts';
import { KAFKA, nameOf } from './work-fault.ts';

/**
 * Belongs to a group and says which partitions this member was given.
 *
 *   join ──► sync ──► heartbeats ──(others come or go, or `ask`)──► join …
 *
 * It speaks to the coordinator itself: kafkajs's consumer gives everything up before it joins, ties heartbeats to its fetch loop, and ends
 * itself at errors it does not expect. Here work goes on while the group shares out anew (see share-places.ts), and nothing but `leave` ends it.
 * Who may write is never decided here: two members that both believe they have a partition are told apart by its transactional id.
 */
export interface Membership {
  /** Joins again soon: what this member has is no longer what it was given. */
  ask(): void;
  /** False when nobody confirmed it for so long that others may have been given its partitions. */
  isConfirmed(): boolean;
  readonly rebalances: number;
  /** Shows how far this member came, and leaves, so that the others share out at once. */
  leave(taken: readonly TakenPlace[]): Promise<void>;
  /** After `leave`; a round that waits for others may hold it up until the connections are closed. */
  readonly ended: Promise<void>;
}

export interface MembershipOptions {
  readonly coordinators: Coordinators;
  readonly group: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly partitionsOf: (topic: string) => Promise<number>;
  /** What this member works on at this moment. */
  readonly owned: () => readonly InputPlace[];
  /** What it may work on from now on; called after every round of the group. */
  readonly onGiven: (places: readonly InputPlace[]) => void;
  /** Up to where each owned partition is taken, for whoever looks at the group from outside. */
  readonly taken: () => readonly TakenPlace[];
  readonly onError: (error: unknown) => void;
}

export interface TakenPlace extends InputPlace {
  readonly offset: bigint;
}

export function startMembership(options: MembershipOptions): Membership {
  const state: MembershipState = {
    options,
    memberId: '',
    generation: -1,
    confirmedAtMs: Number.NEGATIVE_INFINITY,
    rebalances: 0,
    shownAtMs: Number.NEGATIVE_INFINITY,
    shown: '',
    asked: false,
    stopping: new AbortController(),
  };
  const running = run(state);
  return {
    ask: () => {
      state.asked = true;
    },
    isConfirmed: () => performance.now() - state.confirmedAtMs < options.sessionTimeoutMs,
    get rebalances() {
      return state.rebalances;
    },
    leave: async (taken) => {
      state.stopping.abort();
      await leave(state, taken);
    },
    ended: running,
  };
}

interface MembershipState {
  readonly options: MembershipOptions;
  memberId: string;
  generation: number;
  confirmedAtMs: number;
  rebalances: number;
  /** When, and what, was last shown of how far this member is. */
  shownAtMs: number;
  shown: string;
  asked: boolean;
  readonly stopping: AbortController;
}

async function run(state: MembershipState): Promise<void> {
  const { coordinators, group, onError } = state.options;
  let failures = 0;
  let joined = false;
  while (!state.stopping.signal.aborted) {
    try {
      if (joined) {
        await pauseUnlessStopped(state, heartbeatMsOf(state.options));
        joined = await stayed(state);
      } else {
        joined = await joinOnce(state);
      }
      failures = 0;
    } catch (error) {
      if (state.stopping.signal.aborted) return;
      // Whether we still belong is asked by the next heartbeat: a broker that restarts keeps its groups.
      coordinators.forget({ of: 'group', key: group });
      if (failures >= USUAL_FAILURES) onError(error);
      await pauseUnlessStopped(state, Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** failures));
      failures++;
    }
  }
}

/** A few a second: the sooner everybody hears of a new member, the sooner it has work. It is one small request. */
function heartbeatMsOf({ sessionTimeoutMs }: MembershipOptions): number {
  return Math.min(300, sessionTimeoutMs / 5);
}

/** A group whose broker changes, or is only now chosen, is there again after some attempts: nothing to tell anybody. */
const USUAL_FAILURES = 4;
const RETRY_MS_FIRST = 50;
const RETRY_MS_MAX = 2_000;

/** For tools that read assignments of members: one that Kafka's own would not mix with. */
const PROTOCOL = 'lakegate-sticky';

/** True: in the group. False: something changed on the way, or we are not known any more; joining again is all that is needed. */
async function joinOnce(state: MembershipState): Promise<boolean> {
  const { coordinators, group, sessionTimeoutMs, owned, onGiven } = state.options;
  state.asked = false;
  const join = await coordinators.send(
    { of: 'group', key: group },
    joinGroup({
      group,
      memberId: state.memberId,
      sessionTimeoutMs,
      rebalanceTimeoutMs: sessionTimeoutMs,
      protocol: PROTOCOL,
      metadata: encodeMetadata({
        memberId: state.memberId,
        topics: state.options.topics,
        owned: owned(),
        generation: state.generation,
      }),
    }),
  );
  if (join.errorCode === KAFKA.memberIdRequired) state.memberId = join.memberId;
  if (join.errorCode !== 0) return joinFailed(state, join.errorCode);
  state.memberId = join.memberId;
  const identity = { group, memberId: join.memberId, generation: join.generation };
  const assignments = join.leaderId === join.memberId ? await shareOut(state, join) : [];
  const sync = await coordinators.send({ of: 'group', key: group }, syncGroup(identity, assignments));
  if (sync.errorCode !== 0) return joinFailed(state, sync.errorCode);
  state.generation = join.generation;
  state.confirmedAtMs = performance.now();
  state.rebalances++;
  onGiven(decodePlaces(sync.assignment));
  return true;
}

function joinFailed(state: MembershipState, errorCode: number): false {
  if (errorCode === KAFKA.unknownMember) state.memberId = '';
  if (!REJOIN.has(errorCode)) throw new Error(`the group answers ${nameOf(errorCode)}`);
  return false;
}

const REJOIN: ReadonlySet<number> = new Set([
  KAFKA.memberIdRequired,
  KAFKA.unknownMember,
  KAFKA.illegalGeneration,
  KAFKA.rebalanceInProgress,
]);

/** False when the group wants to hear from us again. */
async function stayed(state: MembershipState): Promise<boolean> {
  const { coordinators, group, onError } = state.options;
  if (state.asked) return false;
  const identity = { group, memberId: state.memberId, generation: state.generation };
  const { errorCode } = await coordinators.send({ of: 'group', key: group }, heartbeat(identity));
  if (errorCode !== 0) return joinFailed(state, errorCode);
  state.confirmedAtMs = performance.now();
  await showTaken(state, identity).catch(onError);
  return true;
}

/** For tools that look at the group. About once a second, and only what changed. */
async function showTaken(state: MembershipState, identity: MemberIdentity): Promise<void> {
  const nowMs = performance.now();
  if (nowMs - state.shownAtMs < SHOWN_EVERY_MS) return;
  state.shownAtMs = nowMs;
  const taken = state.options.taken();
  const shown = taken.map((each) => `${placeName(each)}:${each.offset}`).join();
  if (shown === state.shown || taken.length === 0) return;
  await commitTaken(state, identity, taken);
  state.shown = shown;
}

const SHOWN_EVERY_MS = 1_000;

async function commitTaken(
  { options: { coordinators, group } }: MembershipState,
  identity: MemberIdentity,
  taken: readonly TakenPlace[],
): Promise<void> {
  if (taken.length > 0) await coordinators.send({ of: 'group', key: group }, offsetCommit(identity, byTopic(taken)));
}

async function leave(state: MembershipState, taken: readonly TakenPlace[]): Promise<void> {
  const { coordinators, group } = state.options;
  const { memberId, generation } = state;
  if (memberId === '') return;
  try {
    await commitTaken(state, { group, memberId, generation }, taken);
    await coordinators.send({ of: 'group', key: group }, leaveGroup({ group, memberId, generation }));
  } catch (error) {
    // It could not be said: the others notice when the session is over.
    state.options.onError(error);
  }
}

async function shareOut(
  state: MembershipState,
  { members }: JoinAnswer,
): Promise<readonly { readonly memberId: string; readonly assignment: Buffer }[]> {
  const candidates = members.map(({ memberId, metadata }) => decodeMetadata(memberId, metadata));
  const topics = [...new Set(candidates.flatMap((candidate) => candidate.topics))].sort();
  const sizes = await Promise.all(
    topics.map(async (topic) => ({ topic, partitions: await state.options.partitionsOf(topic) })),
  );
  const shared = sharePlaces(candidates, sizes);
  return candidates.map(({ memberId }) => ({ memberId, assignment: encodePlaces(shared.get(memberId) ?? []) }));
}

const VERSION = 0;

/** In the layout of Kafka's own consumers (version, topics, bytes of the assignor), so that its tools show the group. */
function encodeMetadata({ topics, owned, generation }: Candidate): Buffer {
  const own = new WireWriter().int32(generation);
  writePlaces(own, owned);
  const writer = new WireWriter().int16(VERSION);
  writer.array(topics, (topic) => writer.string(topic));
  return writer.bytes(own.done()).done();
}

function decodeMetadata(memberId: string, metadata: Buffer): Candidate {
  const reader = new WireReader(metadata);
  reader.int16();
  const topics = reader.array(() => reader.string() ?? '');
  const own = new WireReader(reader.bytes());
  return { memberId, topics, generation: own.int32(), owned: readPlaces(own) };
}

function encodePlaces(places: readonly InputPlace[]): Buffer {
  const writer = new WireWriter().int16(VERSION);
  writePlaces(writer, places);
  return writer.bytes(Buffer.alloc(0)).done();
}

/** Nothing at all is what a member gets that its leader did not know yet. */
function decodePlaces(assignment: Buffer): readonly InputPlace[] {
  if (assignment.byteLength === 0) return [];
  const reader = new WireReader(assignment);
  reader.int16();
  return readPlaces(reader);
}

function writePlaces(writer: WireWriter, places: readonly InputPlace[]): void {
  writer.array(byTopic(places), ({ topic, partitions }) =>
    writer.string(topic).array(partitions, ({ partition }) => writer.int32(partition)),
  );
}

function readPlaces(reader: WireReader): readonly InputPlace[] {
  const topics = reader.array(() => {
    const topic = reader.string() ?? '';
    return reader.array(() => ({ topic, partition: reader.int32() }));
  });
  return topics.flat();
}

async function pauseUnlessStopped({ stopping }: MembershipState, ms: number): Promise<void> {
  await pause(ms, undefined, { signal: stopping.signal }).catch(() => {});
}
