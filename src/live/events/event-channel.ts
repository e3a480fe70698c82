import type { Predicate } from '../../model/where/compile-where.ts';
import { Waiting } from '../place.ts';
import type { MessageShape, SkippedEvents } from './event-batch.ts';
import { encodeEventCursor, isBehind, type Offsets } from './event-cursor.ts';
import type { ReadableEvent, ReadableSource } from './event-source.ts';
import type { EventTaker, FollowedEvent, TopicFollower } from './topic-follower.ts';

export interface ChannelOptions<Node, Message> {
  readonly tenant: string;
  readonly source: ReadableSource<Node>;
  readonly follower: TopicFollower<Node>;
  readonly holds: Predicate;
  readonly shape: MessageShape<Node, Message>;
  /** How much may be kept at the moment, of events as they lie in the log. */
  readonly bytesMax: () => number;
}

/**
 * The newest events of one tenant that one filter lets through, numbered in the order in which they came. Readers stand at numbers; whoever stands
 * at the same one gets the same message object. What is older than the channel keeps is in the log.
 */
export class EventChannel<Node, Message> implements EventTaker<Node> {
  readonly tenant: string;
  readonly options: ChannelOptions<Node, Message>;
  readonly #kept = new Map<number, FollowedEvent<Node>>();
  readonly #messages = new Map<number, ReadMessage<Message>>();
  readonly #skipping = new Map<number, ReadMessage<Message>>();
  readonly #waiting = new Waiting();
  /** The number of the oldest event that is kept, and where the stream was before it. */
  #tail = 0;
  #tailAt: Offsets;
  #head = 0;
  #bytes = 0;
  #greeting: ReadMessage<Message> | null = null;

  /** The follower must be ready. */
  constructor(options: ChannelOptions<Node, Message>) {
    this.options = options;
    this.tenant = options.tenant;
    this.#tailAt = options.follower.frontier;
  }

  take(followed: FollowedEvent<Node>): boolean {
    if (!followed.event.passes(this.options.holds)) return false;
    this.#kept.set(this.#head++, followed);
    this.#bytes += followed.bytes;
    this.#letGo();
    return true;
  }

  wakeReaders(): void {
    this.#waiting.wakeAll();
  }

  wait(wake: () => void): () => void {
    return this.#waiting.wait(wake);
  }

  /** The number that the next event will get. */
  get head(): number {
    return this.#head;
  }

  /** Of what is kept, as it lies in the log. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What was let go since a reader stood at this number. */
  missedSince(number: number): number {
    return Math.max(0, this.#tail - number);
  }

  /** What there is for a reader who stands at a number; `at` is how far he has read. Null: nothing yet. */
  read({ number, at }: Standing): ReadMessage<Message> | null {
    if (number < this.#tail) return this.#readSkipping(number, at);
    return number === this.#head ? null : this.#readFrom(number);
  }

  /** The message that says where a reader begins who begins now. */
  greet(): ReadMessage<Message> {
    return this.options.shape.greeting === 'newest' ? this.#greetWithNewest() : this.#greetEmpty();
  }

  #greetWithNewest(): ReadMessage<Message> {
    if (this.#head > this.#tail) return this.#readFrom(this.#head - 1);
    return this.#message({ nodes: [], number: this.#head, at: this.options.follower.frontier }, null);
  }

  #greetEmpty(): ReadMessage<Message> {
    const at = this.options.follower.frontier;
    const known = this.#greeting;
    if (known !== null && known.number === this.#head && isBehind(at, known.at)) return known;
    this.#greeting = this.#message({ nodes: [], number: this.#head, at }, null);
    return this.#greeting;
  }

  /**
   * The number at which a reader goes on who has read the log up to `at`, if the channel has all that follows: no event of the channel lies between
   * the one before that number and `at`, and none before `at` comes later.
   */
  numberAt(at: Offsets): number | null {
    if (!isBehind(this.#behind(this.#tail), at)) return null;
    let [low, high] = [this.#tail, this.#head];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (isBehind(this.#behind(middle), at)) low = middle;
      else high = middle - 1;
    }
    return isBehind(at, this.#before(low)) ? low : null;
  }

  #readFrom(number: number): ReadMessage<Message> {
    const known = this.#messages.get(number);
    if (known !== undefined) return known;
    const made = this.#message(this.#eventsFrom(number), null);
    remember(this.#messages, number, made);
    return made;
  }

  #readSkipping(number: number, at: Offsets): ReadMessage<Message> {
    const known = this.#skipping.get(number);
    if (known !== undefined) return known;
    const { topic } = this.options.source;
    const readFrom = encodeEventCursor({ topic, next: at, until: this.#tailAt });
    const made = this.#message(this.#eventsFrom(this.#tail), { count: this.#tail - number, readFrom });
    remember(this.#skipping, number, made);
    return made;
  }

  #eventsFrom(from: number): ReadEvents<Node> {
    const nodes: Node[] = [];
    let number = from;
    for (let bytes = 0; number < this.#head && nodes.length < this.options.shape.nodesMax; number++) {
      const { event, bytes: size } = this.#event(number);
      bytes += size;
      if (bytes > MESSAGE_BYTES_MAX && nodes.length > 0) break;
      nodes.push(event.node());
    }
    return { nodes, number, at: this.#behind(number) };
  }

  #message({ nodes, number, at }: ReadEvents<Node>, skipped: SkippedEvents | null): ReadMessage<Message> {
    const { shape, source } = this.options;
    const cursor = encodeEventCursor({ topic: source.topic, next: at, until: null });
    return { message: shape.messageOf({ nodes, cursor, skipped }), number, at };
  }

  #letGo(): void {
    const bytesMax = this.options.bytesMax();
    const before = this.#tail;
    while (this.#head - this.#tail > 1 && (this.#kept.size > EVENTS_MAX || this.#bytes > bytesMax)) {
      const oldest = this.#event(this.#tail);
      this.#bytes -= oldest.bytes;
      this.#tailAt = behind(oldest);
      this.#kept.delete(this.#tail);
      this.#messages.delete(this.#tail);
      this.#tail++;
    }
    if (this.#tail > before) this.#skipping.clear();
  }

  /** Where the stream was when everything before this number had come. */
  #behind(number: number): Offsets {
    return number === this.#tail ? this.#tailAt : behind(this.#event(number - 1));
  }

  /** Where it was when the event of this number was about to come. */
  #before(number: number): Offsets {
    if (number === this.#head) return this.options.follower.frontier;
    const { frontier, partition, offset } = this.#event(number);
    return frontier.with(partition, offset);
  }

  #event(number: number): FollowedEvent<Node> {
    const found = this.#kept.get(number);
    if (found === undefined) throw new Error(`expected event ${number} of ${this.#tail} to ${this.#head}`);
    return found;
  }
}

/** Where in a channel a reader stands, and what in the log he has read. */
export interface Standing {
  readonly number: number;
  readonly at: Offsets;
}

interface ReadMessage<Message> extends Standing {
  readonly message: Message;
}

interface ReadEvents<Node> extends Standing {
  readonly nodes: readonly Node[];
}

/** Five seconds of 2,000 events each: what a reader may be late by without being told that he was. */
const EVENTS_MAX = 10_000;
export const MESSAGE_BYTES_MAX = 1024 * 1024;

/** Readers mostly stand at the same few numbers; what was made of a message for one of them goes with it. */
const MESSAGES_MAX = 64;

function remember<Value>(made: Map<number, Value>, number: number, value: Value): void {
  made.set(number, value);
  for (const oldest of made.keys()) {
    if (made.size <= MESSAGES_MAX) return;
    made.delete(oldest);
  }
}

function behind<Node>({ frontier, partition, offset }: FollowedEvent<Node>): Offsets {
  return frontier.with(partition, offset + 1n);
}

/** The one who reads what a channel no longer has sees the same events as the channel did. */
export function letsThrough<Node>(
  { tenant, holds }: Pick<ChannelOptions<Node, unknown>, 'tenant' | 'holds'>,
  event: ReadableEvent<Node> | null,
): event is ReadableEvent<Node> {
  return event !== null && event.tenant === tenant && event.passes(holds);
}
