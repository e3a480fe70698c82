import type { SaidRange } from '../analytics/standing/operation-stamp.ts';
import type { Clock } from '../platform/clock.ts';
import type { AskContext } from './ask-context.ts';
import { perRequest } from './per-request.ts';

/**
 * All fields of one request mean the same by "now". `usedFor` is the range that it is needed to understand (null: there is none after all); where
 * the answer depends on it in any other way (`exactly`), it is an answer of this moment only.
 */
export function requestNowMs(context: AskContext, clock: Clock, usedFor: SaidRange | 'exactly' | null): number {
  const nowMs = requestTimeMs(context, clock);
  if (usedFor === 'exactly') context.reads.unrecorded();
  else if (usedFor !== null) context.reads.range(usedFor, nowMs);
  return nowMs;
}

const requestTimeMs = perRequest((_context, clock: Clock) => clock.nowMs());
