import type { Clock } from '../../platform/clock.ts';
import type { LogHealth } from '../log.ts';

/** What cannot be written now, and why; read-only as long as there is anything. */
export class Health {
  readonly #clock: Clock;
  readonly #warn: (message: string, facts: object) => void;
  readonly #reasons = new Map<object, string>();
  #sinceMs = 0;

  constructor(clock: Clock, warn: (message: string, facts: object) => void) {
    this.#clock = clock;
    this.#warn = warn;
  }

  /** Null: works again. */
  set(of: object, reason: string | null): void {
    const before = this.#reasons.size;
    if (reason === null) this.#reasons.delete(of);
    else this.#reasons.set(of, reason);
    if (before === 0 && reason !== null) {
      this.#sinceMs = this.#clock.nowMs();
      this.#warn('Kafka cannot be written and the log is read-only', { reason });
    }
    if (before > 0 && this.#reasons.size === 0) this.#warn('Kafka can be written again', {});
  }

  now(): LogHealth {
    const [reason] = this.#reasons.values();
    return reason === undefined ? { state: 'ok' } : { state: 'read-only', reason, sinceMs: this.#sinceMs };
  }
}
