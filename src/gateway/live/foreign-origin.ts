import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of another site asks. Browsers let any page open a WebSocket to anybody, with the cookies of whoever sits there, and say only
 * where it came from; programs say nothing.
 */
export function isForeignOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin);
  // Parsed alike, so that a port that goes without saying may be said.
  const here = `${from.protocol}//${host ?? ''}`;
  return !URL.canParse(here) || new URL(here).host !== from.host;
}
