import type { EngineSession } from './engine-session.ts';
import { PreparedSession } from './prepared-session.ts';

/**
 * Sessions for one purpose, with the settings that hold where a request does not say otherwise. A purpose has sessions of its own so that a long question never makes loading wait, nor loading a question.
 * Who comes when all are busy waits in order; who gives up while waiting has cost the engine nothing.
 */
export class SessionPool {
  readonly #idle: PreparedSession[];
  readonly #all: readonly PreparedSession[];
  readonly #waiting: Waiter[] = [];

  constructor(name: string, size: number, defaults: ReadonlyMap<string, string>, open: () => EngineSession) {
    this.#all = Array.from({ length: size }, (_, index) => new PreparedSession(`${name} ${index}`, defaults, open));
    this.#idle = [...this.#all];
  }

  /** Runs `work` on a session of its own, once there is one. Rejects with the signal's reason when it is given up before that. */
  async run<Result>(work: (session: PreparedSession) => Promise<Result>, signal: AbortSignal): Promise<Result> {
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
  #take(signal: AbortSignal): Promise<PreparedSession> {
    signal.throwIfAborted();
    const session = this.#idle.pop();
    if (session !== undefined) return Promise.resolve(session);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        serve: (free) => {
          signal.removeEventListener('abort', giveUp);
          resolve(free);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #giveBack(session: PreparedSession): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(session);
    else next.serve(session);
  }
}

interface Waiter {
  readonly serve: (session: PreparedSession) => void;
}
