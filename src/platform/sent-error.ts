import { type ErrorCode, type Facts, LakegateError, messageOf } from './errors.ts';

/** An error on its way to another thread: what is sent there loses its class. */
export interface SentError {
  readonly message: string;
  /** Null where it was none of our own family. */
  readonly known: {
    readonly code: ErrorCode;
    readonly facts: Facts;
    readonly retryable: boolean;
    readonly retryAfterMs: number | null;
  } | null;
}

export function sendError(error: unknown): SentError {
  const message = messageOf(error);
  if (!(error instanceof LakegateError)) return { message, known: null };
  const { code, facts, retryable, retryAfterMs } = error;
  return { message, known: { code, facts, retryable, retryAfterMs } };
}

export function receiveError({ message, known }: SentError): Error {
  if (known === null) return new Error(message);
  const { retryAfterMs, ...made } = known;
  return new LakegateError({ message, ...made, ...(retryAfterMs === null ? {} : { retryAfterMs }) });
}
