import { hash } from 'node:crypto';
import type { BacktestOutcome, RaisedAlert } from '../../model/jobs/backtests.ts';
import { LakegateError } from '../../platform/errors.ts';

/**
 * Compares what a rule would have raised with what the live one has, in bounded memory whatever they raised: all are counted, the first of those
 * that differ are shown. First the live alerts are added, then those of the rule, and then the live ones are shown once more.
 */
export class AlertComparison {
  /** Of each live alert: whether the rule raised it too, or it is shown as one that the rule did not. */
  readonly #live = new Map<string, 'alone' | 'both' | 'shown'>();
  readonly #onlyHere: RaisedAlert[] = [];
  readonly #onlyLive: RaisedAlert[] = [];
  #here = 0;
  #onlyHereCount = 0;
  #both = 0;
  readonly #liveMax: number;

  constructor(liveMax = LIVE_MAX) {
    this.#liveMax = liveMax;
  }

  /** One that was written again by a job that began anew is one alert. */
  addLive(alert: RaisedAlert): void {
    this.#live.set(identityOf(alert), 'alone');
    if (this.#live.size > this.#liveMax) throw tooMany(this.#liveMax);
  }

  addHere(alert: RaisedAlert): void {
    this.#here++;
    const identity = identityOf(alert);
    const live = this.#live.get(identity);
    if (live === 'alone') {
      this.#live.set(identity, 'both');
      this.#both++;
    } else if (live === undefined) {
      this.#onlyHereCount++;
      if (this.#onlyHere.length < SHOWN_MAX) this.#onlyHere.push(alert);
    }
  }

  /** What was raised since it was added is of a time after the question. */
  showLive(alert: RaisedAlert): void {
    if (this.#onlyLive.length === SHOWN_MAX) return;
    const identity = identityOf(alert);
    if (this.#live.get(identity) !== 'alone') return;
    this.#live.set(identity, 'shown');
    this.#onlyLive.push(alert);
  }

  outcome(): BacktestOutcome {
    return {
      alerts: this.#here,
      onlyHere: this.#onlyHere,
      onlyHereCount: this.#onlyHereCount,
      onlyLive: this.#onlyLive,
      onlyLiveCount: this.#live.size - this.#both,
    };
  }
}

/** More than anybody looks through. With 2 KB each the 50 outcomes that are remembered are 40 MB. */
export const SHOWN_MAX = 200;

/** Some 100 bytes each: 50 MB while a backtest runs. */
const LIVE_MAX = 500_000;

function tooMany(liveMax: number): LakegateError {
  return new LakegateError({
    code: 'TOO_EXPENSIVE',
    message: `expected at most ${liveMax} alerts of the live job in the range, got more: ask for a shorter range`,
  });
}

/** Equal where the same events of the same key made it, whatever the rule is called. */
function identityOf({ tenant, key, alert }: RaisedAlert): string {
  const events = alert.events.map(({ topic, partition, offset }) => [topic, partition, `${offset}`]);
  return hash('sha256', JSON.stringify([tenant, key, events]), 'base64url');
}
