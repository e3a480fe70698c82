import { uuidv7 } from 'uuidv7';
import { type ErrorCode, LakegateError } from '../platform/errors.ts';
import type { Logger } from '../platform/telemetry.ts';
import { ClientGone } from './client-gone.ts';

/**
 * What a client may see of an error. A LakegateError was written for clients: its message and code go out, its facts do not. Anything
 * else, and one that says itself that it is INTERNAL, is a bug: the client gets an id, the operator finds message, stack, facts and cause in
 * the log under the same id.
 */
export function publicError(error: unknown, logger: Logger): PublicError {
  if (error instanceof LakegateError && error.code !== 'INTERNAL') {
    if (error.cause !== undefined || Object.keys(error.facts).length > 0) {
      logger.debug({ err: error, facts: loggable(error.facts) }, 'refused');
    }
    const retry = error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs };
    return { code: error.code, message: error.message, ...retry };
  }
  // Nobody reads this answer.
  if (error instanceof ClientGone) return { code: 'INTERNAL', message: error.message };
  const errorId = uuidv7();
  const facts = error instanceof LakegateError ? { facts: loggable(error.facts) } : {};
  logger.error({ err: error, errorId, ...facts }, 'unexpected error');
  return { code: 'INTERNAL', message: `an unexpected error; the log has it under ${errorId}`, errorId };
}

export interface PublicError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly errorId?: string;
}

/** JSON, and so pino, has no bigint. */
function loggable(facts: LakegateError['facts']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'bigint' ? value.toString() : value]),
  );
}
