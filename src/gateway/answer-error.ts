import type { FastifyReply } from 'fastify';
import { type ErrorCode, LakegateError } from '../platform/errors.ts';
import type { Logger } from '../platform/telemetry.ts';
import { type PublicError, publicError } from './public-error.ts';

/** Answers a route's error: `{"error": {"code", "message", "retryAfterMs"?, "errorId"?}}` with the status that fits the code. */
export function answerError(reply: FastifyReply, error: unknown, logger: Logger): FastifyReply {
  return answerShown(reply, publicError(asLakegateError(error), logger), httpStatusOf(error));
}

/** The same for an error that was made fit for clients already. A status that the HTTP layer chose stands before that of the code. */
export function answerShown(reply: FastifyReply, shown: PublicError, status: number | null = null): FastifyReply {
  if (shown.retryAfterMs !== undefined) reply.header('Retry-After', retryAfterSeconds(shown.retryAfterMs));
  return reply.code(status ?? STATUS[shown.code] ?? 400).send({ error: shown });
}

export function errorBody(error: LakegateError): {
  readonly error: { readonly code: ErrorCode; readonly message: string };
} {
  return { error: { code: error.code, message: error.message } };
}

/** HTTP counts in whole seconds, and never says "at once". */
export function retryAfterSeconds(retryAfterMs: number): string {
  return String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNKNOWN_KIND: 404,
  CURSOR_EXPIRED: 410,
  TOO_LARGE: 413,
  UNSUPPORTED_ENCODING: 415,
  UNSUPPORTED_MEDIA_TYPE: 415,
  OVERLOADED: 429,
  INTERNAL: 500,
  LOG_CORRUPT: 500,
  READ_ONLY: 503,
  WAREHOUSE_DOWN: 503,
  CACHE_DOWN: 503,
  NOT_YET_VISIBLE: 504,
};

/** What the HTTP layer itself refuses (a body too large, JSON that is none, a bad content type) comes with a status below 500. */
function asLakegateError(error: unknown): unknown {
  const status = httpStatusOf(error);
  if (status === null || !(error instanceof Error)) return error;
  const code = status === 413 ? 'TOO_LARGE' : status === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : 'BAD_REQUEST';
  return new LakegateError({ code, message: error.message, cause: error });
}

function httpStatusOf(error: unknown): number | null {
  if (!(error instanceof Error) || error instanceof LakegateError || !('statusCode' in error)) return null;
  const status = error.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
