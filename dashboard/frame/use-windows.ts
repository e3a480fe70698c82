import { useMemo } from 'preact/hooks';
import type { MetricsState } from '../api/metrics-update.ts';
import { useView } from '../state/use-view.ts';
import { RANGES, type View } from '../state/view.ts';
import { type ChartWindow, chartWindows } from './chart-windows.ts';

/** The windows of the range that is looked at, as they stand in the answers. */
export function useWindows(states: readonly (MetricsState | null)[]): readonly ChartWindow[] {
  const { range } = useView();
  return useMemo(() => {
    const rows = states.flatMap((state) => [...(state?.rows.values() ?? [])]);
    const watermarks = states.flatMap((state) =>
      state?.asOf.watermark == null ? [] : [Date.parse(state.asOf.watermark)],
    );
    const watermarkMs = watermarks.length === 0 ? null : Math.max(...watermarks);
    return chartWindows(rows, { ...spanOf(range, Date.now()), watermarkMs });
  }, [...states, range]);
}

function spanOf(range: View['range'], nowMs: number) {
  const { everyMs, spanMs } = RANGES[range];
  if (range !== 'today') return { fromMs: nowMs - spanMs, toMs: nowMs, everyMs };
  const fromMs = new Date(nowMs).setHours(0, 0, 0, 0);
  return { fromMs, toMs: fromMs + spanMs, everyMs };
}

/** The part of a question that says when, and in how long windows: the same for all that follow the range of the page. */
export function useRangeQuestion(): {
  readonly range: Readonly<Record<string, string>>;
  readonly every: string;
  readonly timeZone: string;
  readonly throttle: string;
} {
  const { range: name } = useView();
  const { range, every, everyMs } = RANGES[name];
  // Only a calendar day depends on where one is.
  const timeZone = name === 'today' ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
  return { range, every, timeZone, throttle: throttleOf(everyMs) };
}

/** A window may change twenty times while it is the newest, but not faster than one reads, nor so slowly that one doubts. */
function throttleOf(everyMs: number): string {
  return `${Math.min(10, Math.max(1, Math.round(everyMs / 20_000)))}s`;
}
