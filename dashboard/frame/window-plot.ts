import uPlot from 'uplot';
import type { Correction } from '../api/metrics-update.ts';
import { axisText } from '../format/number.ts';
import { windowText } from '../format/time.ts';
import { type BarPlace, barAt, layerAt, middleOf } from './bar-place.ts';
import type { ChartWindow } from './chart-windows.ts';
import { hatch } from './hatch.ts';
import type { WindowChartProps } from './window-chart.tsx';

/** A chart of windows that is drawn into an element. */
export interface WindowPlot {
  /** What is to be seen has changed. */
  show(): void;
  flash(corrections: readonly Correction[]): void;
  /** As if the pointer were there; null: nowhere. */
  pointAt(place: BarPlace | null): void;
  end(): void;
}

/** A file of its own, as it is two fifths of what the page is made of. */
export function plotWindows(
  element: HTMLDivElement,
  props: () => WindowChartProps,
  onOpen: (place: BarPlace) => void,
): WindowPlot {
  const plot = makePlot(element, props);
  const resize = new ResizeObserver(() => plot.setSize(sizeOf(element)));
  resize.observe(element);
  plot.over.addEventListener('click', () => {
    const place = placeUnder(plot, props());
    if (place !== null) onOpen(place);
  });
  return {
    show: () => plot.setData(stacked(props())),
    flash: (corrections) => flash(plot, corrections),
    pointAt: (place) => plot.setCursor(place === null ? NOWHERE : cursorAt(plot, props(), place)),
    end() {
      resize.disconnect();
      plot.destroy();
    },
  };
}

const NOWHERE = { left: -10, top: -10 };

function placeUnder(plot: uPlot, props: WindowChartProps): BarPlace | null {
  const { idx, top = 0 } = plot.cursor;
  if (typeof idx !== 'number') return null;
  return barAt(props, idx, layerAt(props, idx, plot.posToVal(top, 'y')));
}

function cursorAt(plot: uPlot, props: WindowChartProps, { startMs, series }: BarPlace) {
  const index = props.windows.findIndex((each) => each.startMs === startMs);
  const window = props.windows[index];
  if (window === undefined) return NOWHERE;
  const middleS = (window.startMs + window.endMs) / 2000;
  return { left: plot.valToPos(middleS, 'x'), top: plot.valToPos(middleOf(props, index, series), 'y') };
}

function makePlot(element: HTMLDivElement, props: () => WindowChartProps): uPlot {
  const color = (name: string): string => colorOf(element, name);
  const ink = color('--ink-soft');
  const line = color('--line');
  const font = '11px system-ui, sans-serif';
  const { series } = props();
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  const paths = uPlot.paths.bars?.({ size: [0.78, 48] });
  const bars = { ...(paths === undefined ? {} : { paths }), points: { show: false }, width: 0 };
  const axis = { stroke: ink, font, ticks: { show: false } };
  return new uPlot(
    {
      ...sizeOf(element),
      // The last time below the axis needs room to be read.
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: 'windows' } },
      scales: {
        x: { time: true, range: () => spanOf(props().windows) },
        y: { range: (_plot, _least, most) => [0, Math.max(1, most) * HEADROOM] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: (plot) => (plot.width < NARROW ? 60 : 92),
          size: 24,
          values: (_plot, ticks) => ticks.map(tickText(ticks)),
        },
        {
          ...axis,
          size: 44,
          space: 36,
          grid: { stroke: line, width: 1 },
          values: (_plot, ticks) => ticks.map(axisText),
        },
      ],
      series: [
        {},
        // The tallest is drawn first, and those below it over it.
        ...[...series].reverse().flatMap(({ name, color: named }) => [
          { ...bars, label: name, fill: color(named) },
          { ...bars, label: `${name}, open`, fill: hatch(color(named), color('--panel')) },
        ]),
      ],
      hooks: {
        init: [(plot) => plot.over.append(tip)],
        draw: [placeMarks],
        setCursor: [(plot) => showTip(plot, tip, props())],
      },
    },
    stacked(props()),
    element,
  );
}

/** Of a phone: fewer times below the axis. */
const NARROW = 400;

/** Room above the tallest bar, for what is said of late events. */
const HEADROOM = 1.12;

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: clientWidth, height: clientHeight };
}

function spanOf(windows: readonly ChartWindow[]): [number, number] {
  return [(windows[0]?.startMs ?? 0) / 1000, (windows.at(-1)?.endMs ?? 1000) / 1000];
}

/** In the order in which they are drawn, final and open apart, each with all below it. The bar of a window stands in its middle. */
function stacked({ windows, series }: WindowChartProps): uPlot.AlignedData {
  const sums = windows.map(() => 0);
  const layers = series.map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0);
      return sums[index] ?? 0;
    }),
  );
  const of = (layer: readonly number[], open: boolean) =>
    layer.map((value, index) => (windows[index]?.open === open ? value : null));
  const middles = windows.map(({ startMs, endMs }) => (startMs + endMs) / 2000);
  return [middles, ...layers.reverse().flatMap((layer) => [of(layer, false), of(layer, true)])];
}

function tickText(ticks: readonly number[]): (tick: number) => string {
  const stepS = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  const format = new Intl.DateTimeFormat(
    'en-GB',
    stepS >= 86_400
      ? { day: 'numeric', month: 'short' }
      : { hour: '2-digit', minute: '2-digit', ...(stepS > 0 && stepS < 60 ? { second: '2-digit' } : {}) },
  );
  return (tick) => format.format(tick * 1000);
}

function showTip(plot: uPlot, tip: HTMLElement, props: WindowChartProps): void {
  const { windows, series, format } = props;
  const { idx, left = -1 } = plot.cursor;
  const window = typeof idx === 'number' ? windows[idx] : undefined;
  tip.hidden = window === undefined || left < 0;
  if (window === undefined || typeof idx !== 'number') return;
  const opened = layerAt(props, idx, plot.posToVal(plot.cursor.top ?? 0, 'y'));
  // Of several, the one that a click or Enter opens is marked.
  const mark = (index: number): string => (series.length > 1 && index === opened ? '› ' : '');
  const lines = series.map(({ name, values }, at) => `${mark(at)}${name}  ${format(values[idx] ?? 0)}`).reverse();
  const time = windowText(new Date(window.startMs).toISOString(), new Date(window.endMs).toISOString());
  tip.textContent = [window.open ? `${time}, still open` : time, ...lines].join('\n');
  const flips = left > plot.over.clientWidth / 2;
  tip.style.transform = `translateX(${flips ? left - 10 : left + 10}px)${flips ? ' translateX(-100%)' : ''}`;
}

/** Marks that go by themselves; who prefers less motion sees them stand for as long. */
function flash(plot: uPlot, corrections: readonly Correction[]): void {
  for (const { start, end, late } of corrections) {
    const mark = document.createElement('div');
    mark.className = 'late';
    mark.textContent = `+${late} late`;
    mark.dataset.start = start;
    mark.dataset.end = end;
    plot.over.append(mark);
    setTimeout(() => mark.remove(), MARK_MS);
  }
  placeMarks(plot);
}

/** They go with their windows, which move as time does. */
function placeMarks(plot: uPlot): void {
  for (const mark of plot.over.querySelectorAll<HTMLElement>('.late')) {
    const [left = 0, right = 0] = [mark.dataset.start, mark.dataset.end].map((time = '') =>
      plot.valToPos(Date.parse(time) / 1000, 'x'),
    );
    mark.hidden = left < 0;
    mark.style.left = `${left}px`;
    mark.style.width = `${right - left}px`;
  }
}

const MARK_MS = 4_000;

/** A canvas knows nothing of variables: what the style sheet makes of one, in this place and theme. */
function colorOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
