/** A binary heap of texts: the least one first. */
export class TimerHeap {
  #items: string[] = [];

  get head(): string | null {
    return this.#items[0] ?? null;
  }

  get size(): number {
    return this.#items.length;
  }

  push(item: string): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as string;
      if (above <= item) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as string) < (items[child] as string)) child++;
      if ((items[child] as string) >= last) break;
      items[at] = items[child] as string;
      at = child;
    }
    items[at] = last;
  }

  /** Forgets all but the first ones, and says which is the first that was forgotten; null where none was. */
  keepFirst(count: number): string | null {
    // In order is a heap too.
    this.#items.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const [forgotten] = this.#items.splice(count);
    return forgotten ?? null;
  }
}
