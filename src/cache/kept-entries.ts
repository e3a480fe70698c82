/** What can be told of an answer that is kept, without looking at it. */
export interface EntryFacts {
  readonly tenant: string;
  /** Of all whose data it was computed from. */
  readonly topics: readonly string[];
  /** In the words of whoever asked. */
  readonly question: string;
  /** What the question's time was understood as; empty where it had none. */
  readonly range: string;
  readonly version: string;
  /** The names of the answers that it was put together from. */
  readonly from: readonly string[];
  /** Makes the answer anew and keeps it, under what it is then. */
  readonly recompute: () => Promise<void>;
  /** What `recompute` holds in memory, but for the question. */
  readonly heldBytes: number;
}

export interface KeptEntry extends EntryFacts {
  readonly name: string;
  /** With everything that this process holds because of it. */
  readonly bytes: number;
  readonly createdAtMs: number;
  readonly hits: number;
}

/**
 * What is kept, how large it is and what can be told of it, in the order of last use: says which entries must go so that both bounds hold.
 */
export class KeptEntries {
  readonly #bytesMax: number;
  readonly #entriesMax: number;
  readonly #entries = new Map<string, { facts: Omit<KeptEntry, 'hits'>; hits: number }>();
  #bytes = 0;

  constructor(bytesMax: number, entriesMax: number) {
    this.#bytesMax = bytesMax;
    this.#entriesMax = entriesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** Takes the entry in and returns which ones must go for it; null if it is too large to be kept at all. */
  add(entry: Omit<KeptEntry, 'hits'>): readonly string[] | null {
    // One answer must not push out everything else: eight of the largest fit.
    if (entry.bytes > this.#bytesMax / 8) return null;
    const hits = this.#entries.get(entry.name)?.hits ?? 0;
    this.forget(entry.name);
    this.#entries.set(entry.name, { facts: entry, hits });
    this.#bytes += entry.bytes;
    return this.#evict();
  }

  used(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    entry.hits++;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
  }

  forget(name: string): void {
    this.#bytes -= this.#entries.get(name)?.facts.bytes ?? 0;
    this.#entries.delete(name);
  }

  get(name: string): KeptEntry | null {
    const entry = this.#entries.get(name);
    return entry === undefined ? null : { ...entry.facts, hits: entry.hits };
  }

  of(tenant: string): readonly KeptEntry[] {
    const entries: KeptEntry[] = [];
    for (const { facts, hits } of this.#entries.values()) if (facts.tenant === tenant) entries.push({ ...facts, hits });
    return entries;
  }

  #evict(): readonly string[] {
    const evicted: string[] = [];
    for (const name of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax && this.#entries.size <= this.#entriesMax) break;
      evicted.push(name);
      this.forget(name);
    }
    return evicted;
  }
}
