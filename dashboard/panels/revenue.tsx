import { useState } from 'preact/hooks';
import { findKind, type Kind } from '../api/kinds.ts';
import { textCell } from '../api/metrics-update.ts';
import { whereOf } from '../api/where-of.ts';
import { decimalText } from '../format/decimal.ts';
import { countText } from '../format/number.ts';
import { useKinds } from '../frame/kinds-context.ts';
import type { NumberSource } from '../frame/number-link.tsx';
import { Panel } from '../frame/panel.tsx';
import { Ranking } from '../frame/ranking.tsx';
import { useRangeQuestion } from '../frame/use-windows.ts';
import { useMetrics } from '../state/use-metrics.ts';
import { useView } from '../state/use-view.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const revenuePanel: PanelDefinition = { id: 'revenue', belongs: (kinds) => kindIn(kinds) !== null, Show };

function kindIn(kinds: readonly Kind[]): Kind | null {
  return findKind(kinds, 'TRANSACTION', ['category', 'currency'], ['revenue', 'count']);
}

/** Amounts of different currencies are never added up: one is looked at, at first the one most events are in. */
function Show() {
  const kind = kindIn(useKinds());
  const { filters } = useView();
  const { every: _every, ...asked } = useRangeQuestion();
  const [chosen, setChosen] = useState<string | null>(null);
  const where = kind === null ? undefined : whereOf(kind, filters);
  const currencies = useMetrics(
    kind === null ? null : { ...asked, kind, where, by: ['currency'], measures: ['count'] },
  );
  const known = [...(currencies.state?.rows.values() ?? [])]
    .sort((a, b) => Number(b.count) - Number(a.count))
    .flatMap((row) => textCell(row, 'currency') ?? []);
  const currency = chosen !== null && known.includes(chosen) ? chosen : known[0];
  const { state, error } = useMetrics(
    kind === null || currency === undefined
      ? null
      : {
          kind,
          ...asked,
          where: whereOf(kind, filters, { currency: { eq: currency } }),
          by: ['category'],
          measures: ['revenue', 'count'],
          top: { n: 8, by: 'revenue', others: false },
        },
  );
  const rows = [...(state?.rows.values() ?? [])].sort((a, b) => Number(b.revenue) - Number(a.revenue));
  const nothing = currencies.state !== null && known.length === 0;
  return (
    <Panel
      id="revenue"
      title="Revenue by category"
      description="The money of captured payments by what was paid for, in one currency, exactly."
      size="half"
      loading={state === null && !nothing}
      error={error ?? currencies.error}
      empty={nothing || rows.length === 0 ? 'Nothing was paid in this range.' : null}
      actions={known.length > 0 && <CurrencyChooser known={known} chosen={currency ?? ''} choose={setChosen} />}
    >
      <Ranking
        caption={`Revenue by category in ${currency}`}
        dimension="category"
        columns={['Category', `Revenue, ${currency}`, 'Payments']}
        sources={kind === null || currency === undefined ? [] : sourcesIn(kind, currency)}
        rows={rows.map((row) => ({
          value: textCell(row, 'category'),
          size: Number(row.revenue),
          cells: [decimalText(textCell(row, 'revenue') ?? '0', { least: 2 }), countText(Number(row.count))],
        }))}
      />
    </Panel>
  );
}

function sourcesIn(kind: Kind, currency: string): readonly NumberSource[] {
  return ['revenue', 'count'].map((measure) => ({ kind, measure, where: new Map([['currency', currency]]) }));
}

function CurrencyChooser(props: {
  readonly known: readonly string[];
  readonly chosen: string;
  readonly choose: (currency: string) => void;
}) {
  return (
    <label>
      <span class="unseen">Currency</span>
      <select value={props.chosen} onChange={({ currentTarget }) => props.choose(currentTarget.value)}>
        {props.known.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </select>
    </label>
  );
}
