import { findKind, type Kind } from '../api/kinds.ts';
import { whereOf } from '../api/where-of.ts';
import { countText } from '../format/number.ts';
import { Figure } from '../frame/figure.tsx';
import { useKinds } from '../frame/kinds-context.ts';
import { NumberLink, type NumberSource } from '../frame/number-link.tsx';
import { Panel } from '../frame/panel.tsx';
import { useMetrics } from '../state/use-metrics.ts';
import { useView } from '../state/use-view.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const activeUsersPanel: PanelDefinition = {
  id: 'active-users',
  belongs: (kinds) => kindIn(kinds) !== null,
  Show,
};

function kindIn(kinds: readonly Kind[]): Kind | null {
  return findKind(kinds, 'ACTIVITY', ['userId', 'type'], ['count', 'userIdDistinct']);
}

function Show() {
  const kind = kindIn(useKinds());
  const { filters } = useView();
  const asked = { kind, measures: ['userIdDistinct', 'count'], exact: true };
  const where = kind === null ? undefined : whereOf(kind, filters);
  const five = useMetrics(kind === null ? null : { ...asked, kind, where, range: { last: '5m' } });
  const fifteen = useMetrics(kind === null ? null : { ...asked, kind, where, range: { last: '15m' } });
  return (
    <Panel
      id="active-users"
      title="Active users"
      description="Different users who did something lately, counted exactly."
      size="third"
      loading={five.state === null}
      error={five.error ?? fifteen.error}
    >
      <dl class="figures big">
        <Figure label="last 5 min">
          <NumberLink source={sourceIn(kind, '5m')}>{usersText(five.state?.total)}</NumberLink>
        </Figure>
        <Figure label="last 15 min">
          <NumberLink source={sourceIn(kind, '15m')}>{usersText(fifteen.state?.total)}</NumberLink>
        </Figure>
      </dl>
    </Panel>
  );
}

function sourceIn(kind: Kind | null, last: string): NumberSource | null {
  return kind === null ? null : { kind, measure: 'userIdDistinct', range: { last } };
}

function usersText(total: Readonly<Record<string, unknown>> | undefined): string {
  return total === undefined ? '–' : countText(Number(total.userIdDistinct ?? 0));
}
