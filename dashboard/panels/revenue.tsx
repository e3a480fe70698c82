import { useState } from 'preact/hooks';
import { findKind, type Kind } from '../api/kinds.ts';
import { textCell } from '../api/metrics-update.ts';
import { whereOf } from '../api/where-of.ts';
import { roundedText } from '../format/decimal.ts';
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

/**
 * Amounts of different currencies are never added up as they are. Where there are rates, all of them are shown in the one that most events are in;
 * else that one alone, or another that is chosen.
 */
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
  const [first] = known;
  const question = { ...asked, ...BY_CATEGORY };
  const converted = useMetrics(
    kind === null || first === undefined || known.length < 2 ? null : { ...question, kind, where, convertTo: first },
  );
  // Without a rate for one of them there is no answer, and the page does not ask for it again.
  const converts = known.length > 1 && (converted.error === null || converted.error.passing);
  const alone = chosen !== null && known.includes(chosen) ? chosen : converts ? null : (first ?? null);
  const ofOne = useMetrics(
    kind === null || alone === null
      ? null
      : { ...question, kind, where: whereOf(kind, filters, { currency: { eq: alone } }) },
  );
  const { state, error } = alone === null ? converted : ofOne;
  const currency = alone ?? first;
  const rows = [...(state?.rows.values() ?? [])].sort((a, b) => Number(b.revenue) - Number(a.revenue));
  const nothing = currencies.state !== null && known.length === 0;
  return (
    <Panel
      id="revenue"
      title="Revenue by category"
      description="The money of captured payments by what was paid for, in one currency: of all, converted by the rates that were set, or of those in it, exactly."
      size="half"
      loading={state === null && !nothing}
      error={error ?? currencies.error}
      empty={nothing || rows.length === 0 ? 'Nothing was paid in this range.' : null}
      actions={
        known.length > 0 && (
          <CurrencyChooser known={known} converts={converts} chosen={alone ?? ALL} choose={setChosen} />
        )
      }
    >
      <Ranking
        caption={`Revenue by category in ${currency}`}
        dimension="category"
        columns={['Category', `Revenue, ${currency}`, 'Payments']}
        sources={kind === null || currency === undefined ? [] : sourcesIn(kind, currency, alone === null)}
        rows={rows.map((row) => ({
          value: textCell(row, 'category'),
          size: Number(row.revenue),
          cells: [
            roundedText(textCell(row, 'revenue') ?? '0', alone === null ? 2 : EXACT, { least: 2 }),
            countText(Number(row.count)),
          ],
        }))}
      />
    </Panel>
  );
}

/** More digits after the point than any amount has. */
const EXACT = 38;

const BY_CATEGORY = {
  by: ['category'],
  measures: ['revenue', 'count'],
  top: { n: 8, by: 'revenue', others: false },
};

/** Of the chooser: no currency is called so. */
const ALL = '';

function sourcesIn(kind: Kind, currency: string, converted: boolean): readonly NumberSource[] {
  if (converted)
    return [
      { kind, measure: 'revenue', convertTo: currency },
      { kind, measure: 'count' },
    ];
  return ['revenue', 'count'].map((measure) => ({ kind, measure, where: new Map([['currency', currency]]) }));
}

function CurrencyChooser(props: {
  readonly known: readonly string[];
  readonly converts: boolean;
  readonly chosen: string;
  readonly choose: (currency: string | null) => void;
}) {
  return (
    <label>
      <span class="unseen">Currency</span>
      <select
        value={props.chosen}
        onChange={({ currentTarget: { value } }) => props.choose(value === ALL ? null : value)}
      >
        {props.converts && <option value={ALL}>all, in {props.known[0]}</option>}
        {props.known.map((code) => (
          <option key={code} value={code}>
            {code}
          </option>
        ))}
      </select>
    </label>
  );
}
