/** Texts in the order of their bytes in UTF-8. Adding and removing moves some hundred texts, however many there are. */
export class SortedKeys {
  /** Each sorted, and all of one before all of the next. Never empty but for the only one. */
  readonly #chunks: string[][] = [[]];

  add(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at] ?? [];
    const place = placeIn(chunk, key);
    if (chunk[place] === key) return;
    chunk.splice(place, 0, key);
    if (chunk.length > CHUNK_MAX) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK_MAX / 2));
  }

  delete(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at] ?? [];
    const place = placeIn(chunk, key);
    if (chunk[place] !== key) return;
    chunk.splice(place, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
  }

  /** From `from` on and before `to`. */
  *range(from: string, to: string): Generator<string> {
    for (let at = this.#chunkOf(from); at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      for (let place = placeIn(chunk, from); place < chunk.length; place++) {
        const key = chunk[place] ?? '';
        if (byBytes(key, to) >= 0) return;
        yield key;
      }
    }
  }

  /** Where the key is or would be: the last chunk that does not begin after it. */
  #chunkOf(key: string): number {
    let [low, high] = [0, this.#chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (byBytes(this.#chunks[middle]?.[0] ?? '', key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const CHUNK_MAX = 1_024;

/** The first place whose text is not before this one. */
function placeIn(chunk: readonly string[], key: string): number {
  let [low, high] = [0, chunk.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byBytes(chunk[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As JavaScript compares, but that characters beyond 16 bits, which it writes as two halves, come after all others. */
function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [ofA, ofB] = [rank(a.charCodeAt(at)), rank(b.charCodeAt(at))];
    if (ofA !== ofB) return ofA - ofB;
  }
  return a.length - b.length;
}

/** Halves are U+D800 to U+DFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
