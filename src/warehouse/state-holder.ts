/** A state and those who want to hear of its changes. A listener that throws is a bug of its own and must not stop the others: it throws later. */
export class StateHolder<State> {
  #state: State;
  readonly #listeners = new Set<(state: State) => void>();

  constructor(first: State) {
    this.#state = first;
  }

  get now(): State {
    return this.#state;
  }

  set(state: State): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) {
      try {
        listener(state);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  listen(listener: (state: State) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
