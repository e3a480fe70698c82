import { refused } from './engine-error.ts';

/**
 * Sessions for one purpose. A purpose has sessions of its own so that a long question never makes loading wait, nor loading a question.
 * Who comes when all are busy waits in order; who gives up while waiting has cost the engine nothing.
 */
export class SessionPool<Session extends { close(): void }> {
  readonly #idle: Session[];
  readonly #all: readonly Session[];
  readonly #waitingMax: number;
  readonly #waiting: Waiter<Session>[] = [];

  /** Beyond `waitingMax` whoever comes is refused at once. Default: nobody is. */
  constructor(sessions: readonly Session[], waitingMax = Number.POSITIVE_INFINITY) {
    this.#all = sessions;
    this.#idle = [...sessions];
    this.#waitingMax = waitingMax;
  }

  /** Runs `work` on a session of its own, once there is one. Rejects with the signal's reason when it is given up before that. */
  async run<Result>(work: (session: Session) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const session = await this.#take(signal);
    try {
      return await work(session);
    } finally {
      this.#giveBack(session);
    }
  }

  get busy(): number {
    return this.#all.length - this.#idle.length;
  }

  close(): void {
    for (const session of this.#all) session.close();
  }

  /** The one used last is the first taken: its settings are the likeliest to fit, and memory stays warm. */
  #take(signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted();
    const session = this.#idle.pop();
    if (session !== undefined) return Promise.resolve(session);
    if (this.#waiting.length >= this.#waitingMax) {
      return Promise.reject(refused('TOO_MANY_SIMULTANEOUS_QUERIES', `${this.#waiting.length} questions wait already`));
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter<Session> = {
        serve: (free) => {
          signal.removeEventListener('abort', giveUp);
          resolve(free);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #giveBack(session: Session): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(session);
    else next.serve(session);
  }
}

interface Waiter<Session> {
  readonly serve: (session: Session) => void;
}
