import type { KeyedState, StateEntry, Transaction } from '../../log/partition-work.ts';
import { SortedKeys } from './sorted-keys.ts';

/** State by key of a job that runs for one question only: gone with it, and never written anywhere. */
export class MemoryState implements KeyedState {
  readonly #values = new Map<string, Uint8Array>();
  #puts = new Map<string, Uint8Array | null>();
  readonly #keys = new SortedKeys();

  get(key: string): Uint8Array | null {
    return this.#values.get(key) ?? null;
  }

  range(from: string, to: string, countMax: number): readonly StateEntry[] {
    const entries: StateEntry[] = [];
    for (const key of this.#keys.range(from, to)) {
      if (entries.length === countMax) break;
      entries.push({ key, value: this.#values.get(key) ?? NOTHING });
    }
    return entries;
  }

  /** What a step writes beside its state is handed to `write`. */
  transaction(write: Transaction['write']): Transaction {
    return {
      append: () => Promise.reject(new Error('a job that runs in memory appends nothing')),
      write,
      put: (key, value) => this.#puts.set(key, value),
    };
  }

  commit(): void {
    for (const [key, value] of this.#puts) {
      if (value === null) {
        this.#values.delete(key);
        this.#keys.delete(key);
      } else {
        this.#values.set(key, value);
        this.#keys.add(key);
      }
    }
    this.#puts = new Map();
  }
}

const NOTHING = new Uint8Array();
