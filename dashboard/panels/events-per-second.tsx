import { useMemo } from 'preact/hooks';
import { kindMeasures } from '../api/kind-measures.ts';
import type { Kind } from '../api/kinds.ts';
import { addedUp } from '../api/metrics-update.ts';
import { whereOf } from '../api/where-of.ts';
import { countText, rateText } from '../format/number.ts';
import { windowText } from '../format/time.ts';
import { wordsOf } from '../format/words.ts';
import { type ChartSeries, type ChartWindow, seriesValues } from '../frame/chart-windows.ts';
import { useKinds } from '../frame/kinds-context.ts';
import { NumberLink, type NumberSource } from '../frame/number-link.tsx';
import { Panel } from '../frame/panel.tsx';
import { useRangeQuestion, useWindows } from '../frame/use-windows.ts';
import { WindowChart } from '../frame/window-chart.tsx';
import { useMetricsOf } from '../state/use-metrics.ts';
import { useView } from '../state/use-view.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const eventsPerSecondPanel: PanelDefinition = { id: 'events', belongs: (kinds) => kinds.length > 0, Show };

function Show() {
  const kinds = useKinds();
  const { filters } = useView();
  const asked = useRangeQuestion();
  const live = useMetricsOf(
    kinds.map((kind) => ({
      ...asked,
      kind,
      where: whereOf(kind, filters),
      measures: kindMeasures(kind).map(({ name }) => name),
    })),
  );
  const states = live.map(({ state }) => state);
  const windows = useWindows(states);
  const series = kinds.map((kind, index) => seriesOf(kind, index, states[index]?.rows.values() ?? [], windows));
  const corrections = useMemo(() => addedUp(states.flatMap((state) => state?.corrections ?? [])), states);
  return (
    <Panel
      id="events"
      title="Events per second"
      description="Events by the time they happened, one bar a window, stacked by kind. Hatched windows are still open."
      size="wide"
      loading={states.every((state) => state === null)}
      error={live.find(({ error }) => error !== null)?.error ?? null}
      actions={<Legend series={series} />}
      table={() => <WindowsTable windows={windows} series={series} kinds={kinds} />}
    >
      <WindowChart
        label={`Events per second by kind: ${series.map(({ name }) => name).join(', ')}`}
        windows={windows}
        series={series}
        corrections={corrections}
        format={rateText}
        sourceIn={(window, of) => countIn(window, kinds[of])}
      />
    </Panel>
  );
}

function seriesOf(
  { plural }: Kind,
  index: number,
  rows: Parameters<typeof seriesValues>[0],
  windows: readonly ChartWindow[],
): ChartSeries {
  const perSecond = seriesValues(rows, windows, ({ count, start, end }) => {
    return (Number(count) * 1000) / (Date.parse(end) - Date.parse(start));
  });
  return { name: wordsOf(plural), color: `--series-${(index % SERIES_COLORS) + 1}`, values: perSecond };
}

/** As many as one can tell apart. */
const SERIES_COLORS = 6;

function Legend({ series }: { readonly series: readonly ChartSeries[] }) {
  return (
    <ul class="legend">
      {series.map(({ name, color }) => (
        <li key={name} style={{ '--color': `var(${color})` }}>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** The newest window first. */
export function WindowsTable(props: {
  readonly windows: readonly ChartWindow[];
  readonly series: readonly ChartSeries[];
  /** What each series counts. */
  readonly kinds: readonly Kind[];
}) {
  const rows = props.windows.map((window, index) => ({ window, index })).reverse();
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Window</th>
            {props.series.map(({ name }) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ window, index }) => (
            <tr key={window.startMs} class={window.open ? 'open' : ''}>
              <th scope="row">
                {windowText(new Date(window.startMs).toISOString(), new Date(window.endMs).toISOString())}
                {window.open && <span class="mark">open</span>}
              </th>
              {props.series.map(({ name, values }, of) => (
                <td key={name} class="number">
                  <NumberLink source={countIn(window, props.kinds[of])}>{valueText(values[index] ?? 0)}</NumberLink>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How many of a kind there are in a window. */
export function countIn({ startMs, endMs }: ChartWindow, kind: Kind | undefined): NumberSource | null {
  if (kind === undefined) return null;
  const [from = '', to = ''] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  return { kind, measure: 'count', range: { from, to } };
}

function valueText(value: number): string {
  return Number.isInteger(value) ? countText(value) : rateText(value);
}
