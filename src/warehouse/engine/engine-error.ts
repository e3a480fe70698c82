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
  const message = error instanceof Error ? error.message : String(error);
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
  SYNTAX_ERROR: 62,
  UNKNOWN_COMPRESSION_METHOD: 89,
  UNKNOWN_SETTING: 115,
  TOO_LARGE_STRING_SIZE: 131,
  QUERY_WAS_CANCELLED: 394,
  AUTHENTICATION_FAILED: 516,
} as const;

const UNKNOWN_TABLE = 60;
const UNKNOWN_DATABASE = 81;

const STATUS: ReadonlyMap<number, number> = new Map([
  [CODES.BAD_ARGUMENTS, 400],
  [CODES.SYNTAX_ERROR, 400],
  [CODES.UNKNOWN_SETTING, 404],
  [UNKNOWN_TABLE, 404],
  [UNKNOWN_DATABASE, 404],
  [CODES.UNKNOWN_COMPRESSION_METHOD, 415],
  [CODES.TOO_LARGE_STRING_SIZE, 413],
  [CODES.AUTHENTICATION_FAILED, 403],
]);
