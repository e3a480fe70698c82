import { useLayoutEffect, useRef } from 'preact/hooks';
import { onDemand } from '../frame/on-demand.tsx';
import { type Sheet, saySheet } from '../state/sheet.ts';
import { changeView, useView } from '../state/use-view.ts';

/** Nothing of it is needed before somebody clicks. */
const SheetContent = onDemand(async () => (await import('./sheet-content.tsx')).SheetContent);

/** Beside the panels: what is behind that on which was clicked. The browser keeps the focus in it, closes it on Escape or a click beside it, and gives the focus back. */
export function SheetDialog() {
  const { sheet } = useView();
  const dialog = useRef<HTMLDialogElement>(null);
  const open = sheet !== null;
  // Before what is on it wants the focus.
  useLayoutEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" closedby="any" onClose={closeSheet}>
      {sheet !== null && (
        <div class="content">
          <button type="button" class="quiet close" onClick={closeSheet}>
            Close
          </button>
          <SheetContent key={keyOf(sheet)} sheet={sheet} />
        </div>
      )}
    </dialog>
  );
}

function closeSheet(): void {
  changeView((view) => (view.sheet === null ? view : { ...view, sheet: null }));
}

/** Another number, another content: nothing of the one before stands on it while it is read. */
function keyOf(sheet: Sheet): string {
  // The field that one looks for the next event with stays.
  if (sheet.of === 'event') return 'event';
  const said = new URLSearchParams();
  saySheet(said, sheet);
  return said.toString();
}
