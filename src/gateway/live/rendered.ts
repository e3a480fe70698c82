import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { FormatError } from './format-error.ts';
import type { CursorPlace } from './resumed-subscription.ts';

/** A result as JSON in UTF-8, made once and sent to many: nobody changes it. */
export interface Rendered {
  readonly json: Buffer;
  /** With the brace behind it that closes the WebSocket message around it. The same memory. */
  readonly closed: Buffer;
  /** Of an update: the cursor behind it, where it has one and nothing that ends a line is in it. */
  readonly cursor: string | null;
}

export function renderResult(
  { errors, ...rest }: ExecutionResult,
  formatError: FormatError,
  place: CursorPlace | null,
): Rendered {
  const result = errors === undefined ? rest : { errors: errors.map(formatError), ...rest };
  return rendered(result, place === null ? null : cursorIn(rest.data?.[place.field], place.cursor));
}

export function rendered(result: FormattedExecutionResult, cursor: string | null = null): Rendered {
  const closed = Buffer.from(`${JSON.stringify(result)}}`);
  return { json: closed.subarray(0, -1), closed, cursor };
}

function cursorIn(update: unknown, name: string): string | null {
  if (typeof update !== 'object' || update === null) return null;
  const cursor = Reflect.get(update, name);
  return typeof cursor === 'string' && /^[!-~]+$/.test(cursor) ? cursor : null;
}
