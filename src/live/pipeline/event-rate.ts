import type { Clock } from '../../platform/clock.ts';
import type { Progress } from '../../warehouse/progress.ts';

/**
 * How many events become visible a second. It is told of every step of loading and counts offsets: nothing is asked for it. On Kafka marks of
 * transactions count as well, one for some hundred events where there are many.
 */
export class EventRate {
  readonly #clock: Clock;
  readonly #topics: ReadonlySet<string>;
  readonly #progress: Pick<Progress, 'version'>;
  readonly #loaded = new Map<string, bigint>();
  #steps: { readonly atMs: number; readonly events: number }[] = [];
  /** Stops listening. */
  readonly stop: () => void;

  constructor(progress: Pick<Progress, 'version' | 'onAdvance'>, topics: readonly string[], clock: Clock) {
    this.#clock = clock;
    this.#topics = new Set(topics);
    this.#progress = progress;
    for (const topic of topics) this.#loaded.set(topic, this.#loadedNow(topic));
    this.stop = progress.onAdvance((topic) => this.#count(topic));
  }

  perSecond(): number {
    this.#forget();
    return this.#steps.reduce((sum, { events }) => sum + events, 0) / (WINDOW_MS / 1000);
  }

  #count(topic: string): void {
    if (!this.#topics.has(topic)) return;
    const loaded = this.#loadedNow(topic);
    const events = Number(loaded - (this.#loaded.get(topic) ?? 0n));
    this.#loaded.set(topic, loaded);
    // A watermark moves the version as well.
    if (events <= 0) return;
    this.#forget();
    this.#steps.push({ atMs: this.#clock.nowMs(), events });
  }

  #forget(): void {
    const nowMs = this.#clock.nowMs();
    const isOver = ({ atMs }: { readonly atMs: number }) => atMs < nowMs - WINDOW_MS || atMs > nowMs;
    // The oldest is over first, unless the clock was set back: then all are.
    if (this.#steps[0] !== undefined && isOver(this.#steps[0]))
      this.#steps = this.#steps.filter((each) => !isOver(each));
  }

  #loadedNow(topic: string): bigint {
    const offsets = this.#progress.version([topic]).offsets.get(topic)?.values() ?? [];
    return [...offsets].reduce((sum, offset) => sum + offset + 1n, 0n);
  }
}

const WINDOW_MS = 10_000;
