import type { MetricsRow } from '../api/metrics-update.ts';

export interface ChartWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** More may still come to it. */
  readonly open: boolean;
}

export interface ChartSeries {
  readonly name: string;
  /** Of the style sheet: --series-1. */
  readonly color: string;
  /** One a window. */
  readonly values: readonly (number | null)[];
}

/**
 * Every window from the first moment of the range to the last, those without events too: answers leave them out. A window is open if a row
 * says so, or if it has no row and its end has not come by the watermark.
 */
export function chartWindows(
  rows: Iterable<MetricsRow>,
  { fromMs, toMs, everyMs, watermarkMs }: ChartSpan,
): readonly ChartWindow[] {
  const openByRow = new Map<number, boolean>();
  for (const { start, final } of rows) {
    const startMs = Date.parse(start);
    openByRow.set(startMs, !final || (openByRow.get(startMs) ?? false));
  }
  const windows: ChartWindow[] = [];
  for (let startMs = Math.floor(fromMs / everyMs) * everyMs; startMs < toMs; startMs += everyMs) {
    const endMs = startMs + everyMs;
    windows.push({ startMs, endMs, open: openByRow.get(startMs) ?? endMs > (watermarkMs ?? toMs) });
  }
  return windows;
}

interface ChartSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
  /** Null before the first event. */
  readonly watermarkMs: number | null;
}

/** A measure window by window. */
export function seriesValues(
  rows: Iterable<MetricsRow>,
  windows: readonly ChartWindow[],
  valueIn: (row: MetricsRow) => number | null,
): readonly (number | null)[] {
  const byStart = new Map<number, number | null>();
  for (const row of rows) byStart.set(Date.parse(row.start), valueIn(row));
  return windows.map(({ startMs }) => byStart.get(startMs) ?? null);
}
