import { setTimeout as pause } from 'node:timers/promises';
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
  const at = [...from.next];
  const replay: Replay<Node> = { log, channel, target, signal, at, dry: new Set(), nodes: [], bytes: 0 };
  while (!isFull(replay) && !signal.aborted) {
    const partition = furthestBehind(replay);
    if (partition !== null) await inTurn(() => readSome(replay, partition));
    else if (replay.dry.size === 0 || replay.nodes.length > 0) break;
    else await lookAgainSoon(replay);
  }
  const { nodes } = replay;
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
  /** Partitions that gave nothing although something is to come. */
  readonly dry: Set<number>;
  readonly nodes: Node[];
  bytes: number;
}

function isFull<Node>({ nodes, bytes, channel }: Replay<Node>): boolean {
  return nodes.length >= channel.shape.nodesMax || bytes >= MESSAGE_BYTES_MAX;
}

/** Null where all are there, or give nothing. */
function furthestBehind<Node>({ at, target, dry }: Replay<Node>): number | null {
  let furthest: number | null = null;
  let most = 0n;
  for (const [partition, offset] of at.entries()) {
    const left = (target[partition] ?? 0n) - offset;
    if (left > most && !dry.has(partition)) [furthest, most] = [partition, left];
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
  // Where a reader is told to go there was a record: a broker that does not know of it yet has only not heard of it.
  replay.dry.add(partition);
}

const LOOK_EVERY_MS = 250;

/** Others have their turn meanwhile. */
async function lookAgainSoon<Node>({ dry, signal }: Replay<Node>): Promise<void> {
  dry.clear();
  await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
}
