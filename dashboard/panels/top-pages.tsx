import { findKind, type Kind } from '../api/kinds.ts';
import { textCell } from '../api/metrics-update.ts';
import { whereOf } from '../api/where-of.ts';
import { countText } from '../format/number.ts';
import { useKinds } from '../frame/kinds-context.ts';
import { Panel } from '../frame/panel.tsx';
import { Ranking } from '../frame/ranking.tsx';
import { useRangeQuestion } from '../frame/use-windows.ts';
import { useMetrics } from '../state/use-metrics.ts';
import { useView } from '../state/use-view.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const topPagesPanel: PanelDefinition = { id: 'top-pages', belongs: (kinds) => kindIn(kinds) !== null, Show };

function kindIn(kinds: readonly Kind[]): Kind | null {
  return findKind(kinds, 'ACTIVITY', ['type', 'path'], ['count', 'userIdDistinct']);
}

const PAGES = 8;
const VIEWS: ReadonlyMap<string, string> = new Map([['type', 'PAGE_VIEW']]);

function Show() {
  const kind = kindIn(useKinds());
  const { filters } = useView();
  const { every: _every, ...asked } = useRangeQuestion();
  const { state, error } = useMetrics(
    kind === null
      ? null
      : {
          kind,
          ...asked,
          where: whereOf(kind, filters, { and: [{ type: { eq: 'PAGE_VIEW' } }, { path: { isNull: false } }] }),
          by: ['path'],
          measures: ['count', 'userIdDistinct'],
          top: { n: PAGES, by: 'count', others: false },
        },
  );
  const rows = [...(state?.rows.values() ?? [])].sort((a, b) => Number(b.count) - Number(a.count));
  return (
    <Panel
      id="top-pages"
      title="Top pages"
      description="The pages seen most in the range, with how many different users saw them."
      size="half"
      loading={state === null}
      error={error}
      empty={rows.length === 0 ? 'No page was seen in this range.' : null}
    >
      <Ranking
        caption="Top pages"
        dimension="path"
        columns={['Page', 'Views', 'Users']}
        sources={kind === null ? [] : ['count', 'userIdDistinct'].map((measure) => ({ kind, measure, where: VIEWS }))}
        rows={rows.map((row) => ({
          value: textCell(row, 'path'),
          size: Number(row.count),
          cells: [countText(Number(row.count)), countText(Number(row.userIdDistinct))],
        }))}
      />
    </Panel>
  );
}
