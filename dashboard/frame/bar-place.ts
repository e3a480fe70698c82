import type { ChartSeries, ChartWindow } from './chart-windows.ts';

/** A bar of a chart, or one layer of it: which window, of which series. It stays with its window as time moves. */
export interface BarPlace {
  readonly startMs: number;
  readonly series: number;
}

interface ChartBars {
  readonly windows: readonly ChartWindow[];
  /** The first at the bottom. */
  readonly series: readonly Pick<ChartSeries, 'values'>[];
}

/** Where a key leads to from here: sideways to other windows, up and down to the layers of a bar. Null where it leads nowhere. */
export function barBeside(bars: ChartBars, from: BarPlace | null, key: string): BarPlace | null {
  const last = bars.windows.length - 1;
  const known = from === null ? -1 : bars.windows.findIndex(({ startMs }) => startMs === from.startMs);
  // Whoever comes to the chart begins at its newest bar, and so does who was at one that has gone.
  const here = known === -1 ? last : known;
  const at = (window: number): BarPlace | null =>
    barAt(bars, Math.min(Math.max(window, 0), last), from?.series ?? null);
  switch (key) {
    case 'ArrowLeft':
      return at(known === -1 ? last : here - 1);
    case 'ArrowRight':
      return at(known === -1 ? last : here + 1);
    case 'Home':
      return at(0);
    case 'End':
      return at(last);
    case 'ArrowUp':
      return layerBeside(bars, here, from, 1);
    case 'ArrowDown':
      return layerBeside(bars, here, from, -1);
    default:
      return null;
  }
}

/** The bar of a window, in the layer of this series if it has one there, else in its lowest. */
export function barAt(bars: ChartBars, window: number, series: number | null): BarPlace | null {
  const startMs = bars.windows[window]?.startMs;
  if (startMs === undefined) return null;
  const layers = layersOf(bars, window);
  const wanted = series !== null && layers.includes(series) ? series : layers[0];
  return { startMs, series: wanted ?? 0 };
}

/** The layer at this height above the axis; the highest for what is above it. */
export function layerAt(bars: ChartBars, window: number, height: number): number {
  let top = 0;
  const layers = layersOf(bars, window);
  const hit = layers.find((series) => {
    top += bars.series[series]?.values[window] ?? 0;
    return height <= top;
  });
  return hit ?? layers.at(-1) ?? 0;
}

/** The height of the middle of a layer. */
export function middleOf(bars: ChartBars, window: number, series: number): number {
  const values = bars.series.map((each) => each.values[window] ?? 0);
  return values.slice(0, series).reduce((sum, value) => sum + value, 0) + (values[series] ?? 0) / 2;
}

function layerBeside(bars: ChartBars, window: number, from: BarPlace | null, step: 1 | -1): BarPlace | null {
  const layers = layersOf(bars, window);
  const now = layers.indexOf(from?.series ?? -1);
  const next = layers[now === -1 ? 0 : Math.min(Math.max(now + step, 0), layers.length - 1)];
  return barAt(bars, window, next ?? null);
}

/** Series that have something in the window. */
function layersOf({ series }: ChartBars, window: number): readonly number[] {
  return series.flatMap(({ values }, index) => ((values[window] ?? 0) > 0 ? [index] : []));
}
