/** When, and where the state of the key is that wants to be woken. */
export interface Timer {
  readonly timeUs: number;
  readonly place: string;
}

/** A binary heap of timers, the least (time, place) first. Times and places lie apart: nothing is made for a timer. */
export class TimerHeap {
  #times: number[] = [];
  #places: string[] = [];

  /** Of the first one; of none: infinity. */
  get headUs(): number {
    return this.#times.length === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** Of the first one; there must be one. */
  get headPlace(): string {
    return this.#places[0] as string;
  }

  get size(): number {
    return this.#times.length;
  }

  push(timeUs: number, place: string): void {
    const times = this.#times;
    const places = this.#places;
    let at = times.length;
    times.push(timeUs);
    places.push(place);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isAfter(parent, timeUs, place)) break;
      this.#move(parent, at);
      at = parent;
    }
    times[at] = timeUs;
    places[at] = place;
  }

  pop(): void {
    const timeUs = this.#times.pop();
    const place = this.#places.pop();
    const size = this.#times.length;
    if (timeUs === undefined || place === undefined || size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isAfter(child, this.#times[child + 1] as number, this.#places[child + 1] as string))
        child++;
      if (!this.#isBefore(child, timeUs, place)) break;
      this.#move(child, at);
      at = child;
    }
    this.#times[at] = timeUs;
    this.#places[at] = place;
  }

  /** Forgets all but the first ones, and says which is the first that was forgotten; null where none was. */
  keepFirst(count: number): Timer | null {
    const sorted = this.#times.map((timeUs, at) => ({ timeUs, place: this.#places[at] as string })).sort(inOrder);
    const [forgotten] = sorted.splice(count);
    // In order is a heap too.
    this.#times = sorted.map(({ timeUs }) => timeUs);
    this.#places = sorted.map(({ place }) => place);
    return forgotten ?? null;
  }

  #isAfter(at: number, timeUs: number, place: string): boolean {
    const own = this.#times[at] as number;
    return own > timeUs || (own === timeUs && (this.#places[at] as string) > place);
  }

  #isBefore(at: number, timeUs: number, place: string): boolean {
    const own = this.#times[at] as number;
    return own < timeUs || (own === timeUs && (this.#places[at] as string) < place);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number;
    this.#places[to] = this.#places[from] as string;
  }
}

function inOrder(a: Timer, b: Timer): number {
  return a.timeUs - b.timeUs || (a.place < b.place ? -1 : a.place > b.place ? 1 : 0);
}
