/**
 * Every code a user can meet. The first block is for requests (`errors[].extensions.code`, JSON bodies of HTTP routes), the second for
 * single events (`Rejection.code`). Each has a line in docs/errors.md: cause and what to do. schema/api/errors.graphql lists the same.
 */
export const REQUEST_ERROR_CODES = [
  'MIXED_CURRENCIES',
  'RATE_MISSING',
  'TOO_MANY_ROWS',
  'TOO_EXPENSIVE',
  'NOT_GROUPED',
  'NOT_YET_VISIBLE',
  'CURSOR_EXPIRED',
  'OVERLOADED',
  'READ_ONLY',
  'WAREHOUSE_DOWN',
  'CACHE_DOWN',
  'LOG_CORRUPT',
  'UNKNOWN_KIND',
  'BAD_JOB',
  'NAME_TAKEN',
  'NO_SUCH_JOB',
  'JOB_CANCELLED',
  'STATE_DOES_NOT_FIT',
  'UNSUPPORTED_ENCODING',
  'UNSUPPORTED_MEDIA_TYPE',
  'BAD_REQUEST',
  'BAD_CONFIG',
  'BAD_DECLARATION',
  'DATA_DIR_LOCKED',
  'MIGRATION_CHANGED',
  'INTERNAL',
] as const;

export const REJECTION_CODES = [
  'MISSING_FIELD',
  'WRONG_TYPE',
  'OUT_OF_RANGE',
  'TOO_LARGE',
  'INEXACT_NUMBER',
  'TIME_IN_FUTURE',
  'TIME_TOO_OLD',
  'ID_CONFLICT',
  'NOT_JSON',
  'UNKNOWN_FIELD',
] as const;

type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number];
export type RejectionCode = (typeof REJECTION_CODES)[number];
export type ErrorCode = RequestErrorCode | RejectionCode;

export type Facts = Readonly<Record<string, string | number | bigint | boolean | null>>;

/**
 * The one family of errors. `message` is for the client: what was expected, what came. `facts` are for operators and logs; nothing
 * in them reaches a client. `retryable` is decided where the error is made, never guessed from text.
 */
export class LakegateError extends Error {
  override readonly name = 'LakegateError';
  readonly code: ErrorCode;
  readonly facts: Facts;
  readonly retryable: boolean;
  /** When to try again; becomes Retry-After and extensions.retryAfterMs. */
  readonly retryAfterMs: number | null;

  constructor(made: {
    code: ErrorCode;
    message: string;
    facts?: Facts;
    retryable?: boolean;
    retryAfterMs?: number;
    cause?: unknown;
  }) {
    super(made.message, { cause: made.cause });
    this.code = made.code;
    this.facts = made.facts ?? {};
    this.retryable = made.retryable ?? made.retryAfterMs !== undefined;
    this.retryAfterMs = made.retryAfterMs ?? null;
  }
}

/** What was thrown says this; it need not be an error. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** For switch statements over closed unions: the compiler refuses a forgotten member, and so does the running program. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** A broken invariant is a bug, not an outcome: it throws, with what was expected. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
