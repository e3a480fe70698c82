import { messageOf } from '../platform/errors.ts';

/**
 * Bounds what a server that does not answer may cost: a call is given `patienceMs`, and after some that failed in a row none is made for a
 * while. Then one is tried, and if it comes back in time all are made again.
 */
export class CallGuard {
  readonly #patienceMs: number;
  readonly #nowMs: () => number;
  #failedInARow = 0;
  #closedUntilMs = 0;
  #trying = false;
  #failures = 0;
  #lastFailure: string | null = null;

  constructor(patienceMs: number, nowMs: () => number = () => performance.now()) {
    this.#patienceMs = patienceMs;
    this.#nowMs = nowMs;
  }

  /** Null while the last call went well. */
  get problem(): string | null {
    return this.#lastFailure;
  }

  get failures(): number {
    return this.#failures;
  }

  /** What the call resolves with; null if it failed, took too long or was not made. */
  async run<Value>(
    call: () => Promise<Value>,
    patienceMs = this.#patienceMs,
  ): Promise<{ readonly value: Value } | null> {
    if (!this.#mayTry()) {
      this.#failures++;
      return null;
    }
    this.#trying = true;
    try {
      const value = await inTime(call, patienceMs);
      this.#failedInARow = 0;
      this.#lastFailure = null;
      return { value };
    } catch (error) {
      this.#failed(error);
      return null;
    } finally {
      this.#trying = false;
    }
  }

  /** While it is closed, and while the one call that shall open it again is on its way, no other is made. */
  #mayTry(): boolean {
    if (this.#failedInARow < FAILURES_MAX) return true;
    return !this.#trying && this.#nowMs() >= this.#closedUntilMs;
  }

  #failed(error: unknown): void {
    this.#failures++;
    this.#failedInARow++;
    this.#lastFailure = messageOf(error);
    if (this.#failedInARow >= FAILURES_MAX) this.#closedUntilMs = this.#nowMs() + CLOSED_MS;
  }
}

/** One lost packet is not a server that hangs; three in a row are. */
const FAILURES_MAX = 3;
/** A server that hangs costs one request in a second its patience, and is noticed to be back within a second. */
const CLOSED_MS = 1000;

async function inTime<Value>(call: () => Promise<Value>, patienceMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Where this process itself was busy, the answer may have come long ago: it is looked for before it is missed.
      setImmediate(() => setImmediate(() => reject(new Error(`no answer within ${patienceMs} ms`))));
    }, patienceMs);
  });
  try {
    return await Promise.race([call(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
