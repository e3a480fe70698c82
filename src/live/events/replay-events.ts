import type { Log } from '../../log/log.ts';
import { LakegateError } from '../../platform/errors.ts';
import { checkKept } from './check-kept.ts';
import { type ChannelOptions, letsThrough, MESSAGE_BYTES_MAX } from './event-channel.ts';
import { type EventCursor, encodeEventCursor, isBehind, type Offsets } from './event-cursor.ts';

export interface ReplaySources {
  readonly log: Log;
  /** So that a thousand readers who come back together do not read a thousand chunks at a time. */
  readonly inTurn: <Result>(run: () => Promise<Result>) => Promise<Result>;
}

/** One message out of the log, and where the reader is behind it. Without a message: nothing there concerned him. */
export interface Replayed<Message> {
  readonly message: Message | null;
  readonly cursor: EventCursor;
}

/**
 * What follows a cursor, straight from the log, until it is a message or until all partitions are read up to where the channel has them. Every
 * partition is read in its order, and the one that is furthest behind first, so that they come about evenly.
 */
export async function replayEvents<Node, Message>(
  from: EventCursor,
  channel: ChannelOptions<Node, Message>,
  { log, inTurn }: ReplaySources,
  signal: AbortSignal,
): Promise<Replayed<Message>> {
  const { source, follower, shape } = channel;
  const target = from.until ?? follower.frontier;
  // Another gateway may have followed the log further than this one.
  if (from.until === null && isBehind(target, from.next)) await follower.moved(signal);
  const replay: Replay<Node> = { log, channel, target, signal, at: [...from.next], nodes: [], bytes: 0 };
  while (!isFull(replay) && !signal.aborted) {
    const partition = furthestBehind(replay);
    if (partition === null) break;
    await inTurn(() => readSome(replay, partition));
  }
  const { nodes, at } = replay;
  const isThrough = from.until !== null && isBehind(from.until, at);
  const cursor = { topic: source.topic, next: at, until: isThrough ? null : from.until };
  const batch = () => shape.messageOf({ nodes, cursor: encodeEventCursor(cursor), skipped: null });
  return { message: nodes.length === 0 ? null : batch(), cursor };
}

interface Replay<Node> {
  readonly log: Log;
  readonly channel: ChannelOptions<Node, unknown>;
  readonly target: Offsets;
  readonly signal: AbortSignal;
  /** Moved on as records are read. */
  readonly at: bigint[];
  readonly nodes: Node[];
  bytes: number;
}

function isFull<Node>({ nodes, bytes, channel }: Replay<Node>): boolean {
  return nodes.length >= channel.shape.nodesMax || bytes >= MESSAGE_BYTES_MAX;
}

/** Null where all are there. */
function furthestBehind<Node>({ at, target }: Replay<Node>): number | null {
  let furthest: number | null = null;
  let most = 0n;
  for (const [partition, offset] of at.entries()) {
    const left = (target[partition] ?? 0n) - offset;
    if (left > most) [furthest, most] = [partition, left];
  }
  return furthest;
}

/** 256 KiB: some hundred events, so that partitions take turns. */
const CHUNK_BYTES_MAX = 256 * 1024;

async function readSome<Node>(replay: Replay<Node>, partition: number): Promise<void> {
  const { log, channel, target, signal, at, nodes } = replay;
  const { source } = channel;
  const end = target[partition] ?? 0n;
  const options = { signal, follow: false, bytesMax: CHUNK_BYTES_MAX };
  try {
    for await (const records of log.read(source.topic, partition, at[partition] ?? 0n, options)) {
      for (const record of records) {
        if (record.offset >= end || isFull(replay)) break;
        at[partition] = record.offset + 1n;
        const event = source.decode(record, partition);
        if (!letsThrough(channel, event)) continue;
        nodes.push(event.node());
        replay.bytes += record.value.byteLength;
      }
      const isLast = (records.at(-1)?.offset ?? end) >= end - 1n;
      if (isLast && !isFull(replay)) at[partition] = end;
      return;
    }
  } catch (error) {
    if (error instanceof LakegateError && error.code === 'CURSOR_EXPIRED') await checkKept(log, source.topic, at);
    throw error;
  }
  // Only marks of transactions were left.
  if (!signal.aborted) at[partition] = end;
}
