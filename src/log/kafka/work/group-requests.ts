import { type Exchange, exchange } from '../kafkajs-inner.ts';
import { WireWriter } from '../wire.ts';
import { afterThrottle, type Coded, decodeCoded } from './coded.ts';

/**
 * What members of a group say to its coordinator, in versions that brokers from 2.4 to 4.x answer.
 *
 *   JoinGroup 4    everybody who wants to take part; answered when all have asked. One is the leader and is told who is there
 *   SyncGroup 2    the leader hands in who gets what; everybody is told its part
 *   Heartbeat 2    still there; the answer says when to join again
 *   LeaveGroup 2   the others share out without waiting
 */
export interface MemberIdentity {
  readonly group: string;
  readonly memberId: string;
  readonly generation: number;
}

export interface JoinAnswer extends Coded {
  readonly generation: number;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
}

export function joinGroup(asked: {
  readonly group: string;
  readonly memberId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocol: string;
  readonly metadata: Buffer;
}): Exchange<JoinAnswer> {
  const body = new WireWriter()
    .string(asked.group)
    .int32(asked.sessionTimeoutMs)
    .int32(asked.rebalanceTimeoutMs)
    .string(asked.memberId)
    .string('consumer');
  body.array([asked.protocol], (name) => body.string(name).bytes(asked.metadata));
  return exchange({
    apiKey: 11,
    apiVersion: 4,
    apiName: 'JoinGroup',
    body: body.done(),
    // Answered when the slowest member has joined, which may take as long as the group allows.
    requestTimeout: asked.rebalanceTimeoutMs + 5_000,
    decode: (payload) => {
      const reader = afterThrottle(payload);
      const errorCode = reader.int16();
      const generation = reader.int32();
      reader.string();
      const leaderId = reader.string() ?? '';
      const memberId = reader.string() ?? '';
      const members = reader.array(() => ({ memberId: reader.string() ?? '', metadata: reader.bytes() }));
      return { errorCode, generation, leaderId, memberId, members };
    },
  });
}

export function syncGroup(
  { group, memberId, generation }: MemberIdentity,
  assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[],
): Exchange<Coded & { readonly assignment: Buffer }> {
  const body = new WireWriter().string(group).int32(generation).string(memberId);
  body.array(assignments, (given) => body.string(given.memberId).bytes(given.assignment));
  return exchange({
    apiKey: 14,
    apiVersion: 2,
    apiName: 'SyncGroup',
    body: body.done(),
    // Answered when the leader has shared out.
    requestTimeout: 10_000,
    decode: (payload) => {
      const reader = afterThrottle(payload);
      return { errorCode: reader.int16(), assignment: reader.bytes() };
    },
  });
}

export function heartbeat({ group, memberId, generation }: MemberIdentity): Exchange<Coded> {
  const body = new WireWriter().string(group).int32(generation).string(memberId);
  return exchange({ apiKey: 12, apiVersion: 2, apiName: 'Heartbeat', body: body.done(), decode: decodeCoded });
}

export function leaveGroup({ group, memberId }: MemberIdentity): Exchange<Coded> {
  const body = new WireWriter().string(group).string(memberId);
  return exchange({ apiKey: 13, apiVersion: 2, apiName: 'LeaveGroup', body: body.done(), decode: decodeCoded });
}

export interface TopicOffsets {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: bigint }[];
}

/** Answers with the first error of a partition, 0 where there is none. */
export function offsetCommit(
  { group, memberId, generation }: MemberIdentity,
  topics: readonly TopicOffsets[],
): Exchange<Coded> {
  const body = new WireWriter().string(group).int32(generation).string(memberId);
  body.array(topics, ({ topic, partitions }) =>
    body.string(topic).array(partitions, ({ partition, offset }) => body.int32(partition).int64(offset).string(null)),
  );
  return exchange({
    apiKey: 8,
    apiVersion: 5,
    apiName: 'OffsetCommit',
    body: body.done(),
    decode: (payload) => {
      const reader = afterThrottle(payload);
      const codes = reader.array(() => {
        reader.string();
        return reader.array(() => {
          reader.int32();
          return reader.int16();
        });
      });
      return { errorCode: codes.flat().find((code) => code !== 0) ?? 0 };
    },
  });
}

/** Offsets committed to the group; partitions for which there is none are left out. */
export function offsetFetch(
  group: string,
  topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
): Exchange<Coded & { readonly topics: readonly TopicOffsets[] }> {
  const body = new WireWriter().string(group);
  body.array(topics, ({ topic, partitions }) =>
    body.string(topic).array(partitions, (partition) => body.int32(partition)),
  );
  return exchange({
    apiKey: 9,
    apiVersion: 5,
    apiName: 'OffsetFetch',
    body: body.done(),
    decode: (payload) => {
      const reader = afterThrottle(payload);
      let partitionError = 0;
      const fetched = reader.array(() => {
        const topic = reader.string() ?? '';
        const partitions = reader.array(() => {
          const partition = reader.int32();
          const offset = reader.int64();
          reader.int32();
          reader.string();
          partitionError ||= reader.int16();
          return { partition, offset };
        });
        return { topic, partitions: partitions.filter(({ offset }) => offset >= 0n) };
      });
      return { errorCode: reader.int16() || partitionError, topics: fetched };
    },
  });
}
