import { useKinds } from '../frame/kinds-context.ts';
import type { Sheet } from '../state/sheet.ts';
import { EventSheetContent } from './event-sheet.tsx';
import { LedgerSheetContent } from './ledger-sheet.tsx';
import { NumberSheetContent } from './number-sheet.tsx';

/** What is on a sheet, by what it is of. */
export function SheetContent({ sheet }: { readonly sheet: Sheet }) {
  const kinds = useKinds();
  if (sheet.of === 'ledger') return <LedgerSheetContent />;
  // An address may be opened before it is known what is declared.
  if (kinds.length === 0) return <p class="hint">Reading …</p>;
  if (sheet.of === 'event') return <EventSheetContent sheet={sheet} />;
  const kind = kinds.find(({ name }) => name === sheet.kind);
  if (kind === undefined) return <p class="problem">No kind of event is called {sheet.kind}.</p>;
  return <NumberSheetContent kind={kind} sheet={sheet} />;
}
