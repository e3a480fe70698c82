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
 * once, which a generator would not do.
 */
export function readPlace<Message>(place: Place<Message>): AsyncIterableIterator<Message> {
  let ended = false;
  let endWait: (() => void) | null = null;
  const end = () => {
    if (ended) return;
    ended = true;
    place.leave();
    endWait?.();
  };
  const next = async (): Promise<IteratorResult<Message>> => {
    try {
      while (!ended) {
        const message = place.take();
        if (message !== null) return { value: message, done: false };
        await new Promise<void>((resolve) => {
          const callOff = place.wait(resolve);
          endWait = () => {
            callOff();
            resolve();
          };
        });
        endWait = null;
      }
    } catch (error) {
      end();
      throw error;
    }
    return { value: undefined, done: true };
  };
  return {
    next,
    return: async () => {
      end();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

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
