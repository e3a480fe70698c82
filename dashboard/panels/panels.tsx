import type { Kind } from '../api/kinds.ts';
import { activeUsersPanel } from './active-users.tsx';
import { eventsPerSecondPanel } from './events-per-second.tsx';
import { kindPanel } from './kind.tsx';
import type { PanelDefinition } from './panel-definition.ts';
import { revenuePanel } from './revenue.tsx';
import { topPagesPanel } from './top-pages.tsx';

/** In the order of the page. */
const BUILT_IN: readonly PanelDefinition[] = [eventsPerSecondPanel, activeUsersPanel, revenuePanel, topPagesPanel];

/** Those that have their kinds, then one of every declared kind. */
export function panelsOf(kinds: readonly Kind[]): readonly PanelDefinition[] {
  return [...BUILT_IN.filter(({ belongs }) => belongs(kinds)), ...kinds.map(kindPanel)];
}
