import { useEffect } from 'preact/hooks';
import { changeView, isSheetOpen, openSheet, togglePause } from '../state/use-view.ts';
import { RANGES, type RangeName } from '../state/view.ts';

const RANGE_NAMES = Object.keys(RANGES) as readonly RangeName[];

const SHORTCUTS = [
  ['P', 'Pause, and go on'],
  [`1 to ${RANGE_NAMES.length}`, 'Time range, from the shortest'],
  ['C', 'Clear all filters'],
  ['T', 'Light or dark'],
  ['/', 'Follow an event by its id'],
  ['← → ↑ ↓', 'In a chart, from bar to bar; Enter shows what is behind one'],
  ['?', 'This list'],
  ['Esc', 'Close'],
] as const;

/** What the keys do, and the list of them under `?`. */
export function KeyboardShortcuts() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      // What is typed there is for what is on it, also while it comes up.
      if (isSheetOpen()) return;
      if (event.key === '?') showShortcuts();
      else if (event.key === '/') {
        // It would be typed into the field that comes up.
        event.preventDefault();
        openSheet({ of: 'event', id: '', kind: null });
      } else act(event.key.toLowerCase());
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <dialog id={DIALOG} aria-label="Keyboard shortcuts">
      <h2>Keyboard</h2>
      <dl class="keys">
        {SHORTCUTS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

export function showShortcuts(): void {
  const dialog = document.getElementById(DIALOG);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

const DIALOG = 'shortcuts';

function act(key: string): void {
  const range = RANGE_NAMES[Number(key) - 1];
  if (range !== undefined) changeView((view) => ({ ...view, range }));
  if (key === 'p') togglePause();
  if (key === 'c') changeView((view) => ({ ...view, filters: new Map() }));
  if (key === 't') changeView((view) => ({ ...view, theme: isDark() ? 'light' : 'dark' }));
}

function isDark(): boolean {
  const chosen = document.documentElement.style.colorScheme;
  return chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !isRadio(target);
}

function isRadio(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && target.type === 'radio';
}
