import type { Clock } from '../platform/clock.ts';
import type { AskContext } from './ask-context.ts';

/** All fields of one request mean the same by "now". */
export function requestNowMs(context: AskContext, clock: Clock): number {
  const nowMs = requestTimes.get(context) ?? clock.nowMs();
  requestTimes.set(context, nowMs);
  return nowMs;
}

const requestTimes = new WeakMap<AskContext, number>();
