import type { Sheet } from './sheet.ts';
import { Shown, useShown } from './shown.ts';
import { searchOf, type View, viewOf } from './view.ts';

const view = new Shown<View>(viewOf(location.search));

addEventListener('popstate', () => view.set(viewOf(location.search)));

/** What is looked at. The address follows it, and it follows the address. */
export function useView(): View {
  return useShown(view);
}

/** What one goes back from (another range, a filter, an opened panel) is a place in the history; the rest is not. */
export function changeView(change: (view: View) => View): void {
  const before = view.value;
  const after = change(before);
  const url = location.pathname + searchOf(after) + location.hash;
  const sameView = after.paused !== before.paused || after.theme !== before.theme;
  if (sameView) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  view.set(after);
}

export function openSheet(sheet: Sheet): void {
  changeView((before) => ({ ...before, sheet }));
}

export function isSheetOpen(): boolean {
  return view.value.sheet !== null;
}

export function togglePause(): void {
  changeView((before) => ({ ...before, paused: !before.paused }));
}
