import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { findKind, type Kind } from '../api/kinds.ts';
import { durationText } from '../format/duration.ts';
import { countText } from '../format/number.ts';
import { clockText } from '../format/time.ts';
import { Panel } from '../frame/panel.tsx';
import { openSessionsQuery, type SessionRowFragment, sessionUpdatedSubscription } from '../generated/operations.ts';
import { useLatest } from '../state/use-latest.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const sessionsPanel: PanelDefinition = { id: 'sessions', belongs: (kinds) => kindIn(kinds) !== null, Show };

function kindIn(kinds: readonly Kind[]): Kind | null {
  return findKind(kinds, 'ACTIVITY', ['userId', 'type', 'path'], ['count']);
}

const SESSIONS = 8;
/** Sessions that close make room for those before them, so more are kept than are shown. */
const SESSIONS_KEPT = 50;

function Show() {
  const { items, error } = useLatest({
    operation: sessionUpdatedSubscription,
    before: () => ask(openSessionsQuery, { first: SESSIONS_KEPT }).then(({ sessions }) => sessions?.nodes ?? []),
    itemOf: ({ sessionUpdated }) => sessionUpdated.session,
    cursorOf: ({ sessionUpdated }) => sessionUpdated.cursor,
    idOf: ({ id }) => id,
    max: SESSIONS_KEPT,
  });
  const open = items?.filter((session) => session.open).slice(0, SESSIONS) ?? [];
  const count = useOpenCount(items?.[0]?.end);
  return (
    <Panel
      id="sessions"
      title="Open sessions"
      description="Users who are here now, by their last activity: a session closes when nothing comes for the inactivity gap."
      size="half"
      loading={items === null}
      error={error}
      empty={open.length === 0 ? 'Nobody is here now.' : null}
      actions={count !== null && <span class="total">{countText(count)} open</span>}
    >
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">Now at</th>
            <th scope="col" class="number">
              Activities
            </th>
            <th scope="col" class="number extra">
              Here for
            </th>
            <th scope="col" class="number">
              Last seen
            </th>
          </tr>
        </thead>
        <tbody>{open.map(sessionRow)}</tbody>
      </table>
    </Panel>
  );
}

function sessionRow({ id, userId, exitPage, activities, start, end }: SessionRowFragment) {
  return (
    <tr key={id}>
      <th scope="row">{userId}</th>
      <td class="path">{exitPage ?? '–'}</td>
      <td class="number">{countText(activities)}</td>
      <td class="number extra">{start === end ? 'new' : durationText(Date.parse(end) - Date.parse(start))}</td>
      <td class="number">
        <time dateTime={end}>{clockText(end)}</time>
      </td>
    </tr>
  );
}

/** How many are open is counted by the server, anew after changes but not after each. */
function useOpenCount(changed: string | undefined): number | null {
  const [count, setCount] = useState<number | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const waitMs = Math.max(0, asked + COUNT_MS - Date.now());
    const timer = setTimeout(() => {
      setAsked(Date.now());
      ask(openSessionsQuery, { first: 1 }).then(
        ({ sessions }) => setCount(sessions?.totalCount ?? null),
        () => setCount(null),
      );
    }, waitMs);
    return () => clearTimeout(timer);
  }, [changed]);
  return count;
}

const COUNT_MS = 5_000;
