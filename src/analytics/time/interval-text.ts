import { dateTimeText } from '../../model/values/date-time.ts';
import type { Interval } from './windows.ts';

/** For people: `2026-11-21T00:00:00Z to 2026-11-22T00:00:00Z`. */
export function intervalText({ fromUs, toUs }: Interval): string {
  return `${dateTimeText(fromUs)} to ${dateTimeText(toUs)}`;
}
