import type { KeyedState, StateEntry, Transaction } from '../../log/partition-work.ts';

/** State by key of a job that runs for one question only: gone with it, and never written anywhere. */
export class MemoryState implements KeyedState {
  readonly #values = new Map<string, Uint8Array>();
  #puts = new Map<string, Uint8Array | null>();
  /** In the order of their bytes; null after a key came or went. */
  #keys: readonly string[] | null = null;

  get(key: string): Uint8Array | null {
    return this.#values.get(key) ?? null;
  }

  range(from: string, to: string, countMax: number): readonly StateEntry[] {
    this.#keys ??= [...this.#values.keys()].sort(byBytes);
    const entries: StateEntry[] = [];
    for (const key of this.#keys) {
      if (entries.length === countMax) break;
      const value = this.#values.get(key);
      if (byBytes(key, from) >= 0 && byBytes(key, to) < 0 && value !== undefined) entries.push({ key, value });
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
      if (value === null ? this.#values.delete(key) : !this.#values.has(key)) this.#keys = null;
      if (value !== null) this.#values.set(key, value);
    }
    this.#puts = new Map();
  }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
