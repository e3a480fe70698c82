/**
 * Where one reader stands in what many read. Readers at the same place take the same message object: whoever turns messages into bytes does it
 * once for all of them, by the object's identity. So a message is never changed once it was taken.
 */
export interface Place<Message> {
  /** Everything there is past this place, as one message, and the place moves behind it. Null: nothing yet. What it throws ends the reading. */
  take(): Message | null;
  /** Calls `wake` once, as soon as there may be something to take. The returned function calls it off. */
  wait(wake: () => void): () => void;
  /** Called once, at the end of the reading. */
  leave(): void;
}

/**
 * Reads for as long as somebody asks: it is the asking that takes, so nothing is queued for who does not ask. `return` ends a waiting `next` at
 * once, which a generator would not do. Asked for one message at a time, as `for await` does.
 */
export function readPlace<Message>(place: Place<Message>): AsyncIterableIterator<Message> {
  return new PlaceReader(place);
}

/** One promise for each message and no function made for it: thousands of readers are woken at a time, and each is to cost little beside sending. */
class PlaceReader<Message> implements AsyncIterableIterator<Message> {
  readonly #place: Place<Message>;
  #asked: Asked<Message> | null = null;
  #callOff: (() => void) | null = null;
  #ended = false;

  constructor(place: Place<Message>) {
    this.#place = place;
  }

  next(): Promise<IteratorResult<Message>> {
    if (this.#asked !== null) throw new Error('expected one message to be asked for at a time');
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#take();
    });
  }

  async return(): Promise<IteratorResult<Message>> {
    this.#end();
    this.#callOff?.();
    this.#answer()?.resolve(DONE);
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #take = (): void => {
    this.#callOff = null;
    if (this.#ended) {
      this.#answer()?.resolve(DONE);
      return;
    }
    try {
      const message = this.#place.take();
      if (message === null) this.#callOff = this.#place.wait(this.#take);
      else this.#answer()?.resolve({ value: message, done: false });
    } catch (error) {
      this.#end();
      this.#answer()?.reject(error);
    }
  };

  #answer(): Asked<Message> | null {
    const asked = this.#asked;
    this.#asked = null;
    return asked;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#place.leave();
  }
}

interface Asked<Message> {
  readonly resolve: (result: IteratorResult<Message>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE = { value: undefined, done: true } as const;

/** Who waits at one upstream. */
export class Waiting {
  readonly #wakes = new Set<() => void>();

  wait(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }

  wakeAll(): void {
    const wakes = [...this.#wakes];
    this.#wakes.clear();
    for (const wake of wakes) wake();
  }
}
