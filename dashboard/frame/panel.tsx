import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { AskError } from '../api/ask-error.ts';
import { connection } from '../api/live.ts';
import { useShown } from '../state/shown.ts';
import { useView } from '../state/use-view.ts';

interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** What is shown, for who cannot see it and for who wonders. */
  readonly description: string;
  readonly size: 'third' | 'half' | 'wide' | 'full';
  /** Of a `Live`, or made by hand: nothing yet, or something in the way. */
  readonly loading: boolean;
  readonly error?: AskError | null;
  /** What to say where there is nothing to show; null where there is. */
  readonly empty?: string | null;
  /** Beside the title. */
  readonly actions?: ComponentChildren;
  /** The same numbers as a table, for a chart. */
  readonly table?: () => ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of every panel: a landmark with a title, and one of loading, empty, failed or live. It never changes its height for that. */
export function Panel({ id, title, description, size, loading, error, empty, actions, table, children }: PanelProps) {
  const titleId = useId();
  const [asTable, setAsTable] = useState(false);
  const { paused } = useView();
  const state = useStanding(loading, paused);
  return (
    <section class={`panel ${size} ${state}`} id={id} aria-labelledby={titleId} aria-busy={loading}>
      <header>
        <h2 id={titleId} title={description}>
          {title}
        </h2>
        <p class="unseen">{description}</p>
        <div class="actions">
          {state === 'stale' && <span class="mark">last known</span>}
          {actions}
          {table !== undefined && (
            <button type="button" class="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              Table<span class="unseen"> of {title}</span>
            </button>
          )}
        </div>
      </header>
      <div class="body">
        {error !== null && error !== undefined && (
          <p class="problem" role="status">
            {error.message} <code>{error.code}</code>
          </p>
        )}
        {loading && (error ?? null) === null && (
          <p class="hint">{paused ? 'Paused: go on to read this.' : 'Reading …'}</p>
        )}
        {!loading && (empty ?? null) !== null ? <p class="hint">{empty}</p> : null}
        {!loading && (empty ?? null) === null && (asTable && table !== undefined ? table() : children)}
      </div>
    </section>
  );
}

/** Whether what is shown is what is now. */
function useStanding(loading: boolean, paused: boolean): 'loading' | 'live' | 'stale' | 'paused' {
  const { state } = useShown(connection);
  if (loading) return 'loading';
  if (paused) return 'paused';
  return state === 'lost' ? 'stale' : 'live';
}
