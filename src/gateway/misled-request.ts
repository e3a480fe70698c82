import { LakegateError } from '../platform/errors.ts';
import { isMisled } from '../platform/loopback.ts';

/** Why a request is refused that came under a name this server does not have, at all its doors alike. Null: it is not. */
export function misledRefusal(listensOn: string, hostHeader: string | undefined): MisledRefusal | null {
  if (!isMisled(listensOn, hostHeader)) return null;
  const got = hostHeader === undefined ? 'none' : JSON.stringify(hostHeader.slice(0, 200));
  const message = `expected a Host of this machine (localhost, 127.0.0.1 or [::1]), because this server listens on ${listensOn} alone, got ${got}; a proxy in front must ask by one of them`;
  return { status: 403, error: new LakegateError({ code: 'BAD_REQUEST', message }) };
}

interface MisledRefusal {
  readonly status: number;
  readonly error: LakegateError;
}
