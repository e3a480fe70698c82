import { connection } from '../api/live.ts';
import { useShown } from '../state/shown.ts';
import { useSystemTheme } from '../state/use-theme.ts';
import { changeView, openSheet, togglePause, useView } from '../state/use-view.ts';
import { RANGES, type RangeName, withFilter } from '../state/view.ts';
import { showShortcuts } from './keyboard-shortcuts.tsx';

const RANGE_NAMES = Object.keys(RANGES) as readonly RangeName[];

/** What is looked at, and how: the range, the filters, pause, light or dark. */
export function Header() {
  const { range, paused, filters } = useView();
  return (
    <header class="top">
      <a class="wordmark" href="/">
        Lakegate
      </a>
      <ConnectionState />
      <fieldset class="ranges">
        <legend class="unseen">Time range</legend>
        {RANGE_NAMES.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="range"
              checked={name === range}
              onChange={() => changeView((view) => ({ ...view, range: name }))}
            />
            <span>{RANGES[name].label}</span>
          </label>
        ))}
      </fieldset>
      <div class="controls">
        <button type="button" aria-pressed={paused} title="Pause (P)" onClick={togglePause}>
          {paused ? 'Resume' : 'Pause'}
        </button>
        <button
          type="button"
          title="Follow an event by its id (/)"
          onClick={() => openSheet({ of: 'event', id: '', kind: null })}
        >
          Follow
        </button>
        <ThemeButton />
        <button type="button" title="Keyboard shortcuts (?)" aria-label="Keyboard shortcuts" onClick={showShortcuts}>
          ?
        </button>
      </div>
      {filters.size > 0 && <Filters />}
    </header>
  );
}

function ThemeButton() {
  const { theme } = useView();
  const system = useSystemTheme();
  const other = (theme ?? system) === 'dark' ? 'light' : 'dark';
  const choose = (): void => changeView((view) => ({ ...view, theme: other === system ? null : other }));
  return (
    <button type="button" title="Light or dark (T)" onClick={choose}>
      {other === 'dark' ? 'Dark' : 'Light'}
    </button>
  );
}

/** Said calmly: nothing is lost by looking away. */
function ConnectionState() {
  const { state } = useShown(connection);
  const { paused } = useView();
  const words = paused ? 'Paused' : state === 'open' ? 'Live' : state === 'lost' ? 'Reconnecting' : 'Connecting';
  return (
    <span class={`connection ${paused ? 'paused' : state}`} role="status">
      {words}
    </span>
  );
}

function Filters() {
  const { filters } = useView();
  const chips = [...filters].flatMap(([dimension, values]) => values.map((value) => ({ dimension, value })));
  return (
    <ul class="chips" aria-label="Filters">
      {chips.map(({ dimension, value }) => (
        <li key={`${dimension}=${value}`}>
          <button type="button" onClick={() => changeView((view) => withFilter(view, dimension, value))}>
            {dimension} <b>{value ?? 'none'}</b> <span aria-hidden="true">×</span>
            <span class="unseen">, remove</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
