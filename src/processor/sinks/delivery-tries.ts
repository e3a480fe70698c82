import type { Untaken } from './send-webhook.ts';

/** How often one delivery was sent in vain, and when it is sent again. */
export interface DeliveryTries {
  readonly attempts: number;
  /** How many of the last ones in a row were refused for good. */
  readonly refusals: number;
  readonly dueAtMs: number;
  /** What came of the last one. */
  readonly reason: string;
}

export const NOT_TRIED: DeliveryTries = { attempts: 0, refusals: 0, dueAtMs: 0, reason: '' };

/** Later each time: after 1 s, doubled up to a minute, and not before the receiver asked for it. */
export function afterAttempt(tries: DeliveryTries, { reason, isRefusal, retryAfterMs }: Untaken, nowMs: number) {
  const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 2 ** Math.min(tries.attempts, 10));
  const askedMs = Math.min(retryAfterMs ?? 0, ASKED_MS_MAX);
  return {
    attempts: tries.attempts + 1,
    refusals: isRefusal ? tries.refusals + 1 : 0,
    dueAtMs: nowMs + Math.max(pauseMs, askedMs),
    reason,
  } satisfies DeliveryTries;
}

/** `waitedMs`: since it could have been sent for the first time, whoever was up to send it. */
export function isGivenUp({ attempts, refusals }: DeliveryTries, waitedMs: number, retryForMs: number): boolean {
  return refusals >= REFUSALS_MAX || (waitedMs >= retryForMs && attempts >= ATTEMPTS_MIN);
}

const PAUSE_MS_FIRST = 1_000;
const PAUSE_MS_MAX = 60_000;
/** What a receiver asks for by Retry-After must not hold up everything for longer than an hour. */
const ASKED_MS_MAX = 3_600_000;
/** With pauses of 1, 2, 4 and 8 s: a receiver that is just being replaced, and knows no path for a moment, loses nothing. */
const REFUSALS_MAX = 5;
/** After a day in which nobody was up to send, a receiver still has some four minutes: 1 + 2 + 4 + 8 + 16 + 32 + 3 × 60 s. */
const ATTEMPTS_MIN = 10;
