import type { TimeSpan } from '../progress.ts';
import { LoadMarks, type TouchedHours, touches } from './load-marks.ts';

/**
 * Keeps reads of a topic's tables apart from loads of it: many readers or one load at a time. It is asked only by readers whose first
 * try was overlapped by a load; all others just look whether `state` changed.
 *
 * Nobody can stop loading: a load waits for the readers who were there when it came, at most `patienceMs`, and readers who come while a
 * load waits go after it. A reader who is slower than that may ask for a longer hold, which one load in two grants.
 */
export class TableGate {
  readonly #patienceMs: number;
  readonly #marks = new LoadMarks();
  #loads = 0;
  #loading = false;
  /** What the running load touches. */
  #touched: TouchedHours = null;
  #loadWaits = false;
  #readers = 0;
  /** Until when a reader holds loads for longer than their patience; null if none does. */
  #heldUntilMs: number | null = null;
  #heldLong: 'no' | 'since the last load' | 'before the last load' = 'no';
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

  /** The same of spans of event time alone: the last load that has ended and touched them. */
  loadsOf(spans: readonly TimeSpan[]): number {
    return this.#marks.last(spans);
  }

  isLoading(spans: readonly TimeSpan[]): boolean {
    return this.#loading && touches(this.#touched, spans);
  }

  get patienceMs(): number {
    return this.#patienceMs;
  }

  /** How long a load would have to wait for a reader with a long hold: until then another topic may as well be loaded. */
  get heldForMs(): number {
    return this.#heldUntilMs === null ? 0 : Math.max(0, this.#heldUntilMs - performance.now());
  }

  /** For a reader who holds the next load: it waits until then. Not granted twice with only one load in between. */
  holdUntil(untilMs: number): void {
    if (this.#heldLong !== 'no') return;
    this.#heldLong = 'since the last load';
    this.#heldUntilMs = untilMs;
  }

  /** `touched` is all that the load can change, to the hour. Default: anything. */
  async beginLoad(touched: TouchedHours = null): Promise<void> {
    if (this.#loading) return;
    this.#loadWaits = true;
    const giveUpAtMs = performance.now() + Math.max(this.#patienceMs, this.heldForMs);
    while (this.#readers > 0 && performance.now() < giveUpAtMs) await this.#change(giveUpAtMs - performance.now());
    this.#loadWaits = false;
    this.#heldLong = this.#heldLong === 'since the last load' ? 'before the last load' : 'no';
    this.#heldUntilMs = null;
    this.#loading = true;
    this.#touched = touched;
    this.#loads++;
  }

  /** Call in the same turn in which the new version is published. */
  endLoad(): void {
    if (this.#loading) this.#marks.touch(this.#touched, this.#loads);
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
    if (this.#readers === 0) this.#heldUntilMs = null;
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
