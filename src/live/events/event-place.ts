import type { Place } from '../place.ts';
import type { EventChannel, Standing } from './event-channel.ts';
import type { EventCursor } from './event-cursor.ts';
import type { Replayed } from './replay-events.ts';

interface PlaceParts<Message> {
  readonly channel: EventChannel<unknown, Message>;
  /** The next of what follows a cursor, from the log. */
  readonly replay: (cursor: EventCursor, signal: AbortSignal) => Promise<Replayed<Message>>;
  readonly onTaken: (skipped: number) => void;
  readonly onLeft: () => void;
}

/**
 * Where one reader of an event stream is: at a number of its channel, or still behind what the channel has. Then the log is read for him, a message
 * each time he asks, until the channel can take him over at exactly the place that he has reached.
 */
export class EventPlace<Message> implements Place<Message> {
  readonly #parts: PlaceParts<Message>;
  readonly #left = new AbortController();
  #standing: Standing | null = null;
  #behind: EventCursor | null;
  #greets = false;
  #isReading = false;
  #replayed: Replayed<Message> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;

  /** At `after`, or at the end of the stream. */
  constructor(parts: PlaceParts<Message>, after: EventCursor | null) {
    const { channel } = parts;
    this.#parts = parts;
    this.#behind = after;
    if (after !== null) return;
    this.#standing = { number: channel.head, at: channel.options.follower.frontier };
    this.#greets = channel.options.shape.greeting !== 'none';
  }

  take(): Message | null {
    if (this.#failure !== null) throw this.#failure.error;
    return this.#behind === null ? this.#takeNewest() : this.#takeReplayed(this.#behind);
  }

  wait(wake: () => void): () => void {
    if (this.#behind === null) return this.#parts.channel.wait(wake);
    this.#wake = wake;
    if (!this.#isReading) queueMicrotask(() => this.#wakeReader());
    return () => {
      if (this.#wake === wake) this.#wake = null;
    };
  }

  leave(): void {
    if (this.#left.signal.aborted) return;
    this.#left.abort();
    this.#parts.onLeft();
  }

  #takeNewest(): Message | null {
    const { channel, onTaken } = this.#parts;
    if (this.#standing === null) return null;
    const missed = channel.missedSince(this.#standing.number);
    const read = this.#greets && missed === 0 ? channel.greet() : channel.read(this.#standing);
    this.#greets = false;
    if (read === null) return null;
    this.#standing = read;
    onTaken(missed);
    return read.message;
  }

  #takeReplayed(behind: EventCursor): Message | null {
    const replayed = this.#replayed;
    if (replayed !== null) {
      this.#replayed = null;
      this.#behind = replayed.cursor;
      if (replayed.message === null) return this.#takeReplayed(replayed.cursor);
      this.#parts.onTaken(0);
      return replayed.message;
    }
    const number = behind.until === null ? this.#parts.channel.numberAt(behind.next) : null;
    if (number !== null) {
      this.#standing = { number, at: behind.next };
      this.#behind = null;
      return this.#takeNewest();
    }
    if (!this.#isReading) this.#readOn(behind);
    return null;
  }

  async #readOn(behind: EventCursor): Promise<void> {
    this.#isReading = true;
    try {
      this.#replayed = await this.#parts.replay(behind, this.#left.signal);
    } catch (error) {
      this.#failure = { error };
    }
    this.#isReading = false;
    this.#wakeReader();
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
