import type { SaidRange } from '../analytics/standing/operation-stamp.ts';
import type { TimeRangeInput } from '../analytics/time/resolve-range.ts';

/** The arguments of a question that say which time it is about. */
export function saidRange({ range, every, timeZone }: RangeArguments): SaidRange {
  return { range, every: every ?? null, timeZone: timeZone ?? 'UTC' };
}

interface RangeArguments {
  readonly range: TimeRangeInput;
  readonly every?: string | null | undefined;
  readonly timeZone?: string | null | undefined;
}
