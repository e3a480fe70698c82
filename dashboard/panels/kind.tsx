import { kindMeasures } from '../api/kind-measures.ts';
import type { Dimension, Kind, Measure } from '../api/kinds.ts';
import { type Cell, type MetricsState, textCell } from '../api/metrics-update.ts';
import { whereOf } from '../api/where-of.ts';
import { roundedText } from '../format/decimal.ts';
import { countText, shareText } from '../format/number.ts';
import { titleOf, wordsOf } from '../format/words.ts';
import { seriesValues } from '../frame/chart-windows.ts';
import { Figure } from '../frame/figure.tsx';
import { NumberLink } from '../frame/number-link.tsx';
import { Panel } from '../frame/panel.tsx';
import { Ranking } from '../frame/ranking.tsx';
import { useRangeQuestion, useWindows } from '../frame/use-windows.ts';
import { WindowChart } from '../frame/window-chart.tsx';
import { useMetrics } from '../state/use-metrics.ts';
import { useView } from '../state/use-view.ts';
import { countIn, WindowsTable } from './events-per-second.tsx';
import type { PanelDefinition } from './panel-definition.ts';

/** What can be shown of any kind, of the samples or a user's own, knowing only its declaration. */
export function kindPanel(kind: Kind): PanelDefinition {
  return { id: `kind-${kind.singular}`, belongs: () => true, Show: () => <KindPanel kind={kind} /> };
}

const GROUPS = 5;

function KindPanel({ kind }: { readonly kind: Kind }) {
  const { filters } = useView();
  const asked = useRangeQuestion();
  const where = whereOf(kind, filters);
  const measures = kindMeasures(kind);
  const dimension = dimensionShown(kind);
  const { every: _every, ...whole } = asked;
  const overTime = useMetrics({ ...asked, kind, where, measures: measures.map(({ name }) => name) });
  const total = overTime.state?.total;
  const groups = useMetrics(
    dimension === null
      ? null
      : { ...whole, kind, where, by: [dimension.name], measures: ['count'], top: { n: GROUPS, by: 'count' } },
  );
  const windows = useWindows([overTime.state]);
  const values = seriesValues(overTime.state?.rows.values() ?? [], windows, ({ count }) => Number(count));
  const series = [{ name: wordsOf(kind.plural), color: '--series-1', values }];
  const count = total?.count;
  return (
    <Panel
      id={`kind-${kind.singular}`}
      title={titleOf(kind.plural)}
      description={kind.description ?? `Events of the kind ${kind.typeName}.`}
      size="half"
      loading={overTime.state === null}
      error={overTime.error ?? groups.error}
      empty={count === 0 ? `No ${wordsOf(kind.plural)} in this range.` : null}
      table={() => <WindowsTable windows={windows} series={series} kinds={[kind]} />}
    >
      <dl class="figures">
        {measures.map((measure) => (
          <Figure key={measure.name} label={wordsOf(measure.name)} hint={measure.description ?? undefined}>
            <NumberLink source={{ kind, measure: measure.name }}>
              {cellText(total?.[measure.name] ?? null, measure)}
            </NumberLink>
          </Figure>
        ))}
      </dl>
      <WindowChart
        label={`How many ${wordsOf(kind.plural)} by when they happened`}
        windows={windows}
        series={series}
        corrections={overTime.state?.corrections ?? []}
        format={countText}
        sourceIn={(window) => countIn(window, kind)}
      />
      {dimension !== null && <Groups kind={kind} dimension={dimension} state={groups.state} all={Number(count ?? 0)} />}
    </Panel>
  );
}

interface GroupsProps {
  readonly kind: Kind;
  readonly dimension: Dimension;
  readonly state: MetricsState | null;
  readonly all: number;
}

function Groups({ kind, dimension, state, all }: GroupsProps) {
  const rows = [...(state?.rows.values() ?? [])].sort(
    (a, b) => Number(a.others) - Number(b.others) || Number(b.count) - Number(a.count),
  );
  return (
    <Ranking
      caption={`By ${wordsOf(dimension.name)}`}
      dimension={dimension.name}
      columns={[wordsOf(dimension.name), 'Events', 'Share']}
      sources={[{ kind, measure: 'count' }, null]}
      rows={rows.map((row) => ({
        value: textCell(row, dimension.name),
        others: row.others,
        size: Number(row.count),
        cells: [countText(Number(row.count)), all === 0 ? '' : shareText(Number(row.count) / all)],
      }))}
    />
  );
}

/** The first of few values; else the first but the key, which has as many values as there are users. */
function dimensionShown({ dimensions, key }: Kind): Dimension | null {
  return dimensions.find(({ high }) => !high) ?? dimensions.find(({ name }) => name !== key) ?? null;
}

function cellText(cell: Cell, { type }: Measure): string {
  if (cell === null) return '–';
  return type === 'Decimal' ? roundedText(String(cell), 2) : countText(Number(cell));
}
