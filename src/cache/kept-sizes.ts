/**
 * What is kept and how large it is, in the order of last use: says which entries must go so that both bounds hold. Knows names and sizes only.
 */
export class KeptSizes {
  readonly #bytesMax: number;
  readonly #entriesMax: number;
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  constructor(bytesMax: number, entriesMax: number) {
    this.#bytesMax = bytesMax;
    this.#entriesMax = entriesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#sizes.size;
  }

  /** Takes the entry in and returns which ones must go for it; null if it is too large to be kept at all. */
  add(name: string, bytes: number): readonly string[] | null {
    // One answer must not push out everything else: eight of the largest fit.
    if (bytes > this.#bytesMax / 8) return null;
    this.forget(name);
    this.#sizes.set(name, bytes);
    this.#bytes += bytes;
    return this.#evict();
  }

  used(name: string): void {
    const bytes = this.#sizes.get(name);
    if (bytes === undefined) return;
    this.#sizes.delete(name);
    this.#sizes.set(name, bytes);
  }

  forget(name: string): void {
    this.#bytes -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
  }

  clear(): void {
    this.#sizes.clear();
    this.#bytes = 0;
  }

  #evict(): readonly string[] {
    const evicted: string[] = [];
    for (const name of this.#sizes.keys()) {
      if (this.#bytes <= this.#bytesMax && this.#sizes.size <= this.#entriesMax) break;
      evicted.push(name);
      this.forget(name);
    }
    return evicted;
  }
}
