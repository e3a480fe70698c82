import { messageOf } from '../../platform/errors.ts';

/** Something that was refused, by ClickHouse's own code and in its own form: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: number;

  constructor(code: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Refused before the engine saw it. */
export function refused(type: keyof typeof CODES, text: string): EngineError {
  return new EngineError(CODES[type], `Code: ${CODES[type]}. DB::Exception: ${text} (${type})`);
}

/** What the engine itself said; a text without a code is a fault of its surroundings. */
export function engineSaid(error: unknown): EngineError {
  const message = messageOf(error);
  const code = /^Code: (\d+)\./.exec(message)?.[1];
  return code === undefined ? refused('LOGICAL_ERROR', message) : new EngineError(Number(code), message, error);
}

/** As a ClickHouse server answers them; clients tell a wrong key from a broken statement by it. */
export function httpStatus(code: number): number {
  return STATUS.get(code) ?? 500;
}

const CODES = {
  BAD_ARGUMENTS: 36,
  LOGICAL_ERROR: 49,
  UNKNOWN_TABLE: 60,
  SYNTAX_ERROR: 62,
  UNKNOWN_FORMAT: 73,
  UNKNOWN_DATABASE: 81,
  UNKNOWN_COMPRESSION_METHOD: 89,
  UNKNOWN_SETTING: 115,
  TOO_LARGE_STRING_SIZE: 131,
  TIMEOUT_EXCEEDED: 159,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  NETWORK_ERROR: 210,
  FUNCTION_NOT_ALLOWED: 446,
  QUERY_WAS_CANCELLED: 394,
  ACCESS_DENIED: 497,
  AUTHENTICATION_FAILED: 516,
} as const;

const STATUS: ReadonlyMap<number, number> = new Map([
  [CODES.BAD_ARGUMENTS, 400],
  [CODES.SYNTAX_ERROR, 400],
  [CODES.UNKNOWN_SETTING, 404],
  [CODES.UNKNOWN_FORMAT, 400],
  [CODES.UNKNOWN_TABLE, 404],
  [CODES.UNKNOWN_DATABASE, 404],
  [CODES.TIMEOUT_EXCEEDED, 408],
  [CODES.READONLY, 403],
  [CODES.FUNCTION_NOT_ALLOWED, 403],
  [CODES.ACCESS_DENIED, 403],
  [CODES.TOO_MANY_SIMULTANEOUS_QUERIES, 503],
  [CODES.NETWORK_ERROR, 503],
  [CODES.UNKNOWN_COMPRESSION_METHOD, 415],
  [CODES.TOO_LARGE_STRING_SIZE, 413],
  [CODES.AUTHENTICATION_FAILED, 403],
]);
