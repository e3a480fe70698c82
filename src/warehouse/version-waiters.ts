import { covers, type Version } from '../model/version.ts';
import { LakegateError } from '../platform/errors.ts';

/** Who waits for a version to become visible, each until a deadline of its own. */
export class VersionWaiters {
  readonly #waiters = new Set<Waiter>();
  readonly #onGivenUp: (wanted: Version) => void;
  #stopped = false;

  /** `onGivenUp` is called when somebody has stopped waiting without having got it. */
  constructor(onGivenUp: (wanted: Version) => void) {
    this.#onGivenUp = onGivenUp;
  }

  /** Resolves when `moved` was called with a version that covers `wanted`; NOT_YET_VISIBLE at the deadline, a length from now. */
  wait(wanted: Version, deadlineMs: number): Promise<void> {
    if (this.#stopped) return Promise.reject(notYetVisible());
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(waiter), deadlineMs);
      const waiter: Waiter = { wanted, resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  /** Something became visible: whoever waited for no more than that goes on. */
  moved(visible: Version): void {
    for (const waiter of this.#waiters) {
      if (!covers(visible, waiter.wanted)) continue;
      this.#waiters.delete(waiter);
      clearTimeout(waiter.timer);
      waiter.resolve();
    }
  }

  /** True if somebody waits for more of the topic than is visible. */
  want(topic: string, visible: ReadonlyMap<number, bigint>): boolean {
    for (const { wanted } of this.#waiters) {
      for (const [partition, offset] of wanted.offsets.get(topic) ?? []) {
        if ((visible.get(partition) ?? -1n) < offset) return true;
      }
    }
    return false;
  }

  /** Whoever waits is told now that it is not visible yet, and so is who comes later. */
  stop(): void {
    this.#stopped = true;
    for (const waiter of this.#waiters) this.#giveUp(waiter);
  }

  #giveUp(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    clearTimeout(waiter.timer);
    this.#onGivenUp(waiter.wanted);
    waiter.reject(notYetVisible());
  }
}

interface Waiter {
  readonly wanted: Version;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const RETRY_AFTER_MS = 1000;

function notYetVisible(): LakegateError {
  return new LakegateError({
    code: 'NOT_YET_VISIBLE',
    message: 'expected the version asked for to be visible before the deadline; it is not yet',
    retryable: true,
    retryAfterMs: RETRY_AFTER_MS,
  });
}
