import type { Kind } from '../api/kinds.ts';
import { activeUsersPanel } from './active-users.tsx';
import { alertsPanel } from './alerts.tsx';
import { cachePanel } from './cache.tsx';
import { eventsPerSecondPanel } from './events-per-second.tsx';
import { kindPanel } from './kind.tsx';
import { kindsHeading } from './kinds-heading.tsx';
import type { PanelDefinition } from './panel-definition.ts';
import { ratingsPanel } from './ratings.tsx';
import { rejectedPanel } from './rejected.tsx';
import { revenuePanel } from './revenue.tsx';
import { sessionsPanel } from './sessions.tsx';
import { topPagesPanel } from './top-pages.tsx';

/** In the order of the page. */
const BUILT_IN: readonly PanelDefinition[] = [
  eventsPerSecondPanel,
  activeUsersPanel,
  cachePanel,
  revenuePanel,
  topPagesPanel,
  ratingsPanel,
  sessionsPanel,
  alertsPanel,
  rejectedPanel,
];

/** Those that have their kinds, then one of every declared kind. */
export function panelsOf(kinds: readonly Kind[]): readonly PanelDefinition[] {
  return [...BUILT_IN.filter(({ belongs }) => belongs(kinds)), kindsHeading, ...kinds.map(kindPanel)];
}
