import { useEffect, useRef, useState } from 'preact/hooks';
import type { Correction } from '../api/metrics-update.ts';
import { windowText } from '../format/time.ts';
import { useSystemTheme } from '../state/use-theme.ts';
import { openSheet, useView } from '../state/use-view.ts';
import { type BarPlace, barBeside } from './bar-place.ts';
import type { ChartSeries, ChartWindow } from './chart-windows.ts';
import { type NumberSource, numberSheet } from './number-link.tsx';
import type { WindowPlot } from './window-plot.ts';

export interface WindowChartProps {
  /** What it shows, in a sentence. */
  readonly label: string;
  readonly windows: readonly ChartWindow[];
  /** Stacked, the first at the bottom. */
  readonly series: readonly ChartSeries[];
  readonly corrections: readonly Correction[];
  /** How a value is told beside the cursor. */
  readonly format: (value: number) => string;
  /** What is behind the bar of a series in a window: what the number in the table shows. */
  readonly sourceIn: (window: ChartWindow, series: number) => NumberSource | null;
}

/**
 * A bar a window. Open windows are hatched; where late events came to a final one, the bar flashes and says how many. A click on a bar shows
 * where it comes from; with the keyboard the arrows go from bar to bar, and Enter opens one.
 */
export function WindowChart(props: WindowChartProps) {
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef(props);
  shown.current = props;
  const plot = useRef<WindowPlot | null>(null);
  const [place, setPlace] = useState<BarPlace | null>(null);
  const { theme } = useView();
  const system = useSystemTheme();
  const layout = `${theme ?? system} ${props.series.map(({ name, color }) => name + color).join()}`;
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    return whilePlotted(element, shown, plot);
  }, [layout]);
  useEffect(() => plot.current?.show(), [props.windows, props.series, layout]);
  useEffect(() => plot.current?.flash(props.corrections), [props.corrections]);
  useEffect(() => {
    // Nobody at the keyboard: the pointer says where it is.
    if (place !== null) plot.current?.pointAt(place);
  }, [place, props.windows]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = barBeside(props, place, event.key);
    if (next !== null) setPlace(next);
    else if (event.key === 'Enter' && place !== null) openBar(props, place);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="chart"
      ref={root}
      role="slider"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(props.windows.length - 1, 0)}
      aria-valuenow={Math.max(windowOf(props, place), 0)}
      aria-valuetext={saidOf(props, place)}
      onKeyDown={onKeyDown}
      onFocus={({ currentTarget }) => {
        // Not for who clicked: that is at another bar.
        if (currentTarget.matches(':focus-visible')) setPlace(barBeside(props, null, 'End'));
      }}
      onBlur={() => {
        setPlace(null);
        plot.current?.pointAt(null);
      }}
    />
  );
}

/** What draws comes by itself, a moment after the numbers. Where it does not come, they are there all the same, and in the table. */
function whilePlotted(
  element: HTMLDivElement,
  shown: { readonly current: WindowChartProps },
  plot: { current: WindowPlot | null },
): () => void {
  let isGone = false;
  import('./window-plot.ts').then(
    ({ plotWindows }) => {
      if (isGone) return;
      plot.current = plotWindows(
        element,
        () => shown.current,
        (place) => openBar(shown.current, place),
      );
    },
    () => {},
  );
  return () => {
    isGone = true;
    plot.current?.end();
    plot.current = null;
  };
}

function openBar({ windows, sourceIn }: WindowChartProps, { startMs, series }: BarPlace): void {
  const window = windows.find((each) => each.startMs === startMs);
  const source = window === undefined ? null : sourceIn(window, series);
  if (source !== null) openSheet(numberSheet(source));
}

function windowOf({ windows }: WindowChartProps, place: BarPlace | null): number {
  return windows.findIndex(({ startMs }) => startMs === place?.startMs);
}

function saidOf(props: WindowChartProps, place: BarPlace | null): string {
  const index = windowOf(props, place);
  const [window, series] = [props.windows[index], props.series[place?.series ?? 0]];
  if (window === undefined || series === undefined) return 'no bar';
  const time = windowText(new Date(window.startMs).toISOString(), new Date(window.endMs).toISOString());
  return `${time}${window.open ? ', still open' : ''}: ${series.name} ${props.format(series.values[index] ?? 0)}`;
}
