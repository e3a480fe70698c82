import { setTimeout as pause } from 'node:timers/promises';
import { LakegateError, messageOf } from '../../platform/errors.ts';
import { protocolError } from './kafkajs-inner.ts';

/** A second: a broker that was killed is replaced in a few, and who asks every second finds out soon. */
export const KAFKA_RETRY_MS = 1_000;

/** Kafka cannot take or give anything at the moment. */
export function kafkaAway(reason: string, cause?: unknown): LakegateError {
  return new LakegateError({
    code: 'READ_ONLY',
    message: 'Kafka cannot be reached at the moment. Nothing acknowledged is lost; send again later.',
    facts: { reason },
    retryAfterMs: KAFKA_RETRY_MS,
    cause,
  });
}

/** Why, for operators. */
export function reasonOf(error: unknown): string {
  if (error instanceof LakegateError && typeof error.facts.reason === 'string') return error.facts.reason;
  return messageOf(error);
}

/**
 * Asks until there is an answer, a little later each time: brokers restart, and leaders move. Errors of ours (LakegateError) are final. At
 * the deadline: `kafkaAway`.
 */
export async function untilAnswered<Answer>(ask: () => Promise<Answer>, deadlineMs: number): Promise<Answer> {
  const end = performance.now() + deadlineMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof LakegateError) throw error;
      const waitMs = backoffMs(attempt);
      if (performance.now() + waitMs > end) throw kafkaAway(reasonOf(error), error);
      await pause(waitMs);
    }
  }
}

/** 20 ms, doubled up to half a second: a leader that moved is known after the first, a broker that restarts takes seconds. */
export function backoffMs(attempt: number): number {
  return Math.min(500, 20 * 2 ** Math.min(attempt, 10));
}

/** An answer that refuses. Refusals that pass are thrown as they are, to be asked again; others are ours, and final. */
export function throwIfRefused(errorCode: number, what: string, reason: string | null = null): void {
  if (errorCode === 0) return;
  const error = protocolError(errorCode);
  if (error.retriable || errorCode === UNKNOWN_SERVER_ERROR) throw error;
  throw new LakegateError({
    code: 'BAD_CONFIG',
    message: `Kafka refuses ${what}: ${reason ?? error.message}`,
    facts: { error: error.type },
    cause: error,
  });
}

/** Something went wrong at the broker that has no name: kafkajs would give up. */
export const UNKNOWN_SERVER_ERROR = -1;
