import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { FormatError } from './format-error.ts';

/** A result as JSON in UTF-8, made once and sent to many: nobody changes it. */
export interface Rendered {
  readonly json: Buffer;
  /** With the brace behind it that closes the WebSocket message around it. The same memory. */
  readonly closed: Buffer;
}

export function renderResult({ errors, ...rest }: ExecutionResult, formatError: FormatError): Rendered {
  return rendered(errors === undefined ? rest : { errors: errors.map(formatError), ...rest });
}

export function rendered(result: FormattedExecutionResult): Rendered {
  const closed = Buffer.from(`${JSON.stringify(result)}}`);
  return { json: closed.subarray(0, -1), closed };
}
