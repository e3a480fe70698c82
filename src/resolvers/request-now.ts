import type { SaidRange } from '../analytics/standing/operation-stamp.ts';
import type { Clock } from '../platform/clock.ts';
import type { AskContext } from './ask-context.ts';

/**
 * All fields of one request mean the same by "now". `usedFor` is the range that it is needed to understand (null: there is none after all); where
 * the answer depends on it in any other way (`exactly`), it is an answer of this moment only.
 */
export function requestNowMs(context: AskContext, clock: Clock, usedFor: SaidRange | 'exactly' | null): number {
  const nowMs = requestTimes.get(context) ?? clock.nowMs();
  requestTimes.set(context, nowMs);
  if (usedFor === 'exactly') context.reads.unrecorded();
  else if (usedFor !== null) context.reads.range(usedFor, nowMs);
  return nowMs;
}

const requestTimes = new WeakMap<AskContext, number>();
