/**
 * Keeps reads of a topic's tables apart from loads of it: many readers or one load at a time. It is asked only by readers whose first
 * try was overlapped by a load; all others just look whether `state` changed.
 *
 * Nobody can stop loading: a load waits for the readers who were there when it came, at most `patienceMs`, and readers who come while a
 * load waits go after it.
 */
export class TableGate {
  readonly #patienceMs: number;
  #loads = 0;
  #loading = false;
  #loadWaits = false;
  #readers = 0;
  #changed: (() => void)[] = [];

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** The read identity: equal and not loading before and after a read means that no load was visible in part. */
  get loads(): number {
    return this.#loads;
  }

  get loading(): boolean {
    return this.#loading;
  }

  async beginLoad(): Promise<void> {
    if (this.#loading) return;
    this.#loadWaits = true;
    const giveUpAtMs = performance.now() + this.#patienceMs;
    while (this.#readers > 0 && performance.now() < giveUpAtMs) await this.#change(giveUpAtMs - performance.now());
    this.#loadWaits = false;
    this.#loading = true;
    this.#loads++;
  }

  /** Call in the same turn in which the new version is published. */
  endLoad(): void {
    this.#loading = false;
    this.#notify();
  }

  /** Waits until no load is running or waiting, and holds the next one. False at the deadline. */
  async beginRead(deadlineMs: number): Promise<boolean> {
    while (this.#loading || this.#loadWaits) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return false;
      await this.#change(leftMs);
    }
    this.#readers++;
    return true;
  }

  endRead(): void {
    this.#readers--;
    this.#notify();
  }

  #change(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, patienceMs));
      this.#changed.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #notify(): void {
    const changed = this.#changed;
    this.#changed = [];
    for (const resume of changed) resume();
  }
}
