import type { IncomingHttpHeaders } from 'node:http';
import { LakegateError } from '../../platform/errors.ts';
import { isForeignOrigin } from './foreign-origin.ts';

export interface ConnectionRefusal {
  readonly status: number;
  readonly error: LakegateError;
}

/** Why a connection is not taken that would live for long. Null: it is. */
export function connectionRefusal(headers: IncomingHttpHeaders, hasRoom: boolean): ConnectionRefusal | null {
  if (isForeignOrigin(headers)) {
    const message = 'expected the Origin of this server or none, got that of another site';
    return { status: 403, error: new LakegateError({ code: 'BAD_REQUEST', message }) };
  }
  if (!hasRoom) {
    const message = 'this server has as many live connections as it may, or is about to stop; try again';
    return { status: 503, error: new LakegateError({ code: 'OVERLOADED', message, retryAfterMs: RETRY_MS }) };
  }
  return null;
}

const RETRY_MS = 5_000;
