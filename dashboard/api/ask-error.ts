/** Why an answer did not come, with the API's code for it; UNREACHABLE where not even that came. */
export class AskError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** From what stands in `errors` of an answer. */
  static of(error: unknown): AskError {
    const { message, extensions } = error as {
      readonly message?: string;
      readonly extensions?: { readonly code?: string };
    };
    return new AskError(extensions?.code ?? 'UNREACHABLE', message ?? 'The server does not answer.');
  }

  /** Whatever was thrown. */
  static from(error: unknown): AskError {
    return error instanceof AskError ? error : AskError.of(error);
  }

  /** Asking again later may help, without anything being changed. */
  get passing(): boolean {
    return PASSING.has(this.code);
  }
}

const PASSING = new Set([
  'UNREACHABLE',
  'OVERLOADED',
  'WAREHOUSE_DOWN',
  'READ_ONLY',
  'NOT_YET_VISIBLE',
  'CACHE_DOWN',
  'CURSOR_EXPIRED',
  'INTERNAL',
]);
