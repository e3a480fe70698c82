import { setMaxListeners } from 'node:events';

/**
 * One run for everybody who waits for its result. Who goes away is told so at once and costs the others nothing; when the last one has left, the
 * run is told to end.
 */
export class SharedFlight<Result> {
  readonly #abandoned = new AbortController();
  readonly #result: Promise<Result>;
  #waiting = 0;

  constructor(run: (signal: AbortSignal) => Promise<Result>) {
    this.#result = run(this.#abandoned.signal);
    // Whoever waits hears of it; that nobody does any more is no mistake.
    this.#result.catch(() => {});
  }

  /** Nobody may join it any more: it was told to end. */
  get isAbandoned(): boolean {
    return this.#abandoned.signal.aborted;
  }

  /** Without a signal: to the end. */
  join(signal?: AbortSignal): Promise<Result> {
    this.#waiting++;
    if (signal === undefined) return this.#result;
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (--this.#waiting === 0) this.#abandoned.abort(signal.reason);
        reject(signal.reason);
      };
      if (signal.aborted) return leave();
      manyMayListen(signal);
      signal.addEventListener('abort', leave, { once: true });
      const stay = () => signal.removeEventListener('abort', leave);
      this.#result.then(resolve, reject).finally(stay);
    });
  }
}

/** Aborted as soon as all of them are: of work that is done for many. */
export function allAborted(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController();
  let left = signals.length;
  const one = (reason: unknown) => {
    if (--left === 0) all.abort(reason);
  };
  for (const signal of signals) {
    manyMayListen(signal);
    if (signal.aborted) one(signal.reason);
    else signal.addEventListener('abort', () => one(signal.reason), { once: true });
  }
  return all.signal;
}

/** A question has as many parts as its range has segments, and all of them end with it: that is no leak. */
function manyMayListen(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}
