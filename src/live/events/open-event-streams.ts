import type { Predicate } from '../../model/where/compile-where.ts';
import { LakegateError } from '../../platform/errors.ts';
import { SharedFlight } from '../../platform/shared-flight.ts';
import type { Place } from '../place.ts';
import { checkKept } from './check-kept.ts';
import type { MessageShape } from './event-batch.ts';
import { EventChannel } from './event-channel.ts';
import { decodeEventCursor, type EventCursor, encodeEventCursor } from './event-cursor.ts';
import { EventPlace } from './event-place.ts';
import { type EventSource, type LeftOut, readableOnly } from './event-source.ts';
import { fewAtOnce } from './few-at-once.ts';
import { type Replayed, type ReplaySources, replayEvents } from './replay-events.ts';
import { type FollowerParts, TopicFollower } from './topic-follower.ts';

/** Event streams straight from the log, one of each for all who read the same. */
export interface EventStreams {
  /** A place at the end of the stream, or behind `after`: BAD_REQUEST where that is no cursor of it, CURSOR_EXPIRED where it is too old. */
  open<Node, Message>(asked: AskedEvents<Node, Message>): Promise<Place<Message>>;
  figures(): EventFigures;
  stop(): Promise<void>;
}

export interface AskedEvents<Node, Message> {
  readonly tenant: string;
  /** One object a topic. */
  readonly source: EventSource<Node>;
  readonly where: EventFilter;
  readonly shape: MessageShape<Node, Message>;
  readonly after: string | null;
}

export interface EventFilter {
  /** Equal for equal filters. */
  readonly text: string;
  readonly holds: Predicate;
}

/** Of this process, as it is now; what is counted, since it started. */
export interface EventFigures {
  readonly readers: number;
  readonly streams: number;
  /** Of the events that are kept for readers, as they lie in the log. */
  readonly bytes: number;
  readonly messages: number;
  /** Events that readers were too slow for. */
  readonly skipped: number;
  /** Records that were decoded, once for all who read the same topic. */
  readonly decoded: number;
  /** Times that a record which is none of ours was met. */
  readonly leftOut: number;
}

interface EventStreamsOptions extends FollowerParts {
  /** How long a stream that nobody reads is kept for those who come back. Default half a minute. */
  readonly lingerMs?: number;
  /** Of all streams together. Default 64 MiB. */
  readonly bytesMax?: number;
  /** Different streams at a time. Default 2,000, of which one tenant may have 1,000. */
  readonly streamsMax?: number;
  readonly streamsOfTenantMax?: number;
}

export function openEventStreams(options: EventStreamsOptions): EventStreams {
  const streams = new Streams(options);
  return {
    open: (asked) => streams.open(asked),
    figures: () => streams.figures(),
    stop: () => streams.stop(),
  };
}

/** A client that lost its connection is back within seconds. */
const LINGER_MS = 30_000;
/** Half of it is a burst of a hundred thousand events. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Each stream may have at least so much, however many there are, and no more than so much, however few. */
const STREAM_BYTES_MIN = 64 * 1024;
const STREAM_BYTES_MAX = 8 * 1024 * 1024;
/** Every event of a tenant is looked at for each of his streams: a tenth of a millisecond for so many. */
const STREAMS_MAX = 2_000;
/** Half of them: nobody takes all there are. */
const STREAMS_OF_TENANT_MAX = 1_000;
/** Reading from the log is mostly decoding, of which there is one thread. */
const REPLAYS_AT_ONCE = 4;

interface OpenStream {
  readonly channel: EventChannel<unknown, unknown>;
  readonly flights: Map<string, SharedFlight<Replayed<unknown>>>;
  readers: number;
  /** By a clock that is never set; of a stream that is read it means nothing. */
  unreadSinceMs: number;
  endTimer: NodeJS.Timeout | null;
}

class Streams {
  readonly #options: EventStreamsOptions;
  readonly #streams = new Map<string, OpenStream>();
  readonly #followers = new Map<string, TopicFollower<unknown>>();
  readonly #replaying: ReplaySources;
  readonly #counted = { messages: 0, skipped: 0, decoded: 0, leftOut: 0 };
  #isStopped = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
    this.#replaying = { log: options.log, inTurn: fewAtOnce(REPLAYS_AT_ONCE) };
  }

  async open<Node, Message>(asked: AskedEvents<Node, Message>): Promise<Place<Message>> {
    const name = JSON.stringify([asked.source.topic, asked.tenant, asked.shape.name, asked.where.text]);
    const stream = await this.#joined(name, asked);
    const leave = () => this.#left(name, stream);
    let after: EventCursor | null;
    try {
      after = await this.#readAfter(asked.after, stream);
    } catch (error) {
      leave();
      throw error;
    }
    const place = new EventPlace(
      {
        channel: stream.channel,
        replay: (cursor, signal) => this.#replay(stream, cursor, signal),
        onTaken: (skipped) => {
          this.#counted.messages++;
          this.#counted.skipped += skipped;
        },
        onLeft: leave,
      },
      after,
    );
    // Streams of one name are of one shape.
    return place as Place<unknown> as Place<Message>;
  }

  figures(): EventFigures {
    const streams = [...this.#streams.values()];
    const decoding = [...this.#followers.values()].reduce((sum, { decoded }) => sum + decoded, 0);
    return {
      ...this.#counted,
      decoded: this.#counted.decoded + decoding,
      streams: streams.length,
      bytes: streams.reduce((sum, { channel }) => sum + channel.bytes, 0),
      readers: streams.reduce((sum, { readers }) => sum + readers, 0),
    };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const name of [...this.#streams.keys()]) this.#end(name);
    await Promise.all([...this.#followers].map(([topic, follower]) => this.#unfollow(topic, follower)));
  }

  readonly #leaveOut = (leftOut: LeftOut): void => {
    this.#counted.leftOut++;
    this.#options.logger.warn(leftOut, 'a record that is none of ours is left out');
  };

  /** With one reader more. */
  async #joined<Node, Message>(name: string, asked: AskedEvents<Node, Message>): Promise<OpenStream> {
    const { source, tenant } = asked;
    for (;;) {
      const follower = await this.#following(source);
      try {
        if (!this.#streams.has(name)) this.#makeRoom(tenant);
      } catch (error) {
        if (!follower.isWatched) void this.#unfollow(source.topic, follower);
        throw error;
      }
      // Making room may have ended it, and so may others who waited for it.
      if (this.#followers.get(source.topic) !== follower) continue;
      const stream = this.#stream(name, asked, follower);
      stream.readers++;
      return stream;
    }
  }

  async #following<Node>(source: EventSource<Node>): Promise<TopicFollower<unknown>> {
    if (this.#isStopped)
      throw new LakegateError({ code: 'OVERLOADED', message: 'The server stops.', retryAfterMs: 1000 });
    const known = this.#followers.get(source.topic);
    const follower = known ?? new TopicFollower<unknown>(readableOnly(source, this.#leaveOut), this.#options);
    this.#followers.set(source.topic, follower);
    try {
      await follower.ready;
    } catch (error) {
      await this.#unfollow(source.topic, follower);
      throw error;
    }
    return follower;
  }

  async #readAfter(text: string | null, { channel }: OpenStream): Promise<EventCursor | null> {
    if (text === null) return null;
    const { source, follower } = channel.options;
    const after = decodeEventCursor(source.topic, follower.frontier.length, text);
    if (channel.numberAt(after.next) === null) await checkKept(this.#options.log, source.topic, after.next);
    return after;
  }

  #stream<Node, Message>(
    name: string,
    { tenant, source, where, shape }: AskedEvents<Node, Message>,
    follower: TopicFollower<unknown>,
  ): OpenStream {
    const known = this.#streams.get(name);
    if (known !== undefined) {
      if (known.endTimer !== null) clearTimeout(known.endTimer);
      known.endTimer = null;
      return known;
    }
    const { holds } = where;
    const readable = readableOnly(source, this.#leaveOut);
    const channel = new EventChannel({
      tenant,
      source: readable,
      follower,
      holds,
      shape,
      bytesMax: () => this.#bytesMax(),
    });
    follower.add(channel);
    const stream = {
      channel: channel as EventChannel<unknown, unknown>,
      flights: new Map(),
      readers: 0,
      unreadSinceMs: performance.now(),
      endTimer: null,
    };
    this.#streams.set(name, stream);
    return stream;
  }

  /** For one more of a tenant: who has his share has to end one of his own, else anybody's goes that nobody reads. */
  #makeRoom(tenant: string): void {
    const { streamsMax = STREAMS_MAX, streamsOfTenantMax = STREAMS_OF_TENANT_MAX } = this.#options;
    const ofTenant = [...this.#streams].filter(([, { channel }]) => channel.tenant === tenant);
    const hasShare = ofTenant.length >= streamsOfTenantMax;
    if (!hasShare && this.#streams.size < streamsMax) return;
    const unread = longestUnread(hasShare ? ofTenant : [...this.#streams]);
    if (unread === null) throw tooMany(hasShare ? ofTenant.length : this.#streams.size);
    this.#end(unread);
  }

  #bytesMax(): number {
    const { bytesMax = BYTES_MAX } = this.#options;
    return Math.max(STREAM_BYTES_MIN, Math.min(STREAM_BYTES_MAX, bytesMax / this.#streams.size));
  }

  /** Who reads the same from the same place at the same time reads it together. */
  async #replay(
    { channel, flights }: OpenStream,
    cursor: EventCursor,
    signal: AbortSignal,
  ): Promise<Replayed<unknown>> {
    const name = encodeEventCursor(cursor);
    const known = flights.get(name);
    const flight =
      known !== undefined && !known.isAbandoned
        ? known
        : new SharedFlight((ended) => replayEvents(cursor, channel.options, this.#replaying, ended));
    flights.set(name, flight);
    try {
      return await flight.join(signal);
    } finally {
      if (flights.get(name) === flight) flights.delete(name);
    }
  }

  #left(name: string, stream: OpenStream): void {
    stream.readers--;
    if (stream.readers > 0 || this.#isStopped) return;
    stream.unreadSinceMs = performance.now();
    stream.endTimer = setTimeout(() => this.#end(name), this.#options.lingerMs ?? LINGER_MS).unref();
  }

  #end(name: string): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) return;
    this.#streams.delete(name);
    if (stream.endTimer !== null) clearTimeout(stream.endTimer);
    const { follower, source } = stream.channel.options;
    follower.remove(stream.channel);
    if (!follower.isWatched) void this.#unfollow(source.topic, follower);
  }

  async #unfollow(topic: string, follower: TopicFollower<unknown>): Promise<void> {
    if (this.#followers.get(topic) === follower) {
      this.#followers.delete(topic);
      this.#counted.decoded += follower.decoded;
    }
    await follower.stop();
  }
}

/** Its name. Null: all are read. */
function longestUnread(streams: readonly (readonly [string, OpenStream])[]): string | null {
  const unread = streams.filter(([, { readers }]) => readers === 0);
  const [first] = unread.toSorted(([, a], [, b]) => a.unreadSinceMs - b.unreadSinceMs);
  return first?.[0] ?? null;
}

function tooMany(count: number): LakegateError {
  const message = `${count} different event streams are being read; ask again when some have ended.`;
  return new LakegateError({ code: 'OVERLOADED', message, retryAfterMs: LINGER_MS });
}
