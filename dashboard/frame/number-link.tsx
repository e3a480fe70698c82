import type { ComponentChildren } from 'preact';
import type { Kind } from '../api/kinds.ts';
import type { NumberSheet } from '../state/sheet.ts';
import { openSheet } from '../state/use-view.ts';

/** What a number is of. What is not said is as the page has it. */
export interface NumberSource extends Partial<Pick<NumberSheet, 'where' | 'range' | 'convertTo'>> {
  readonly kind: Kind;
  readonly measure: string;
}

interface NumberLinkProps {
  /** Null where there is nothing behind it. */
  readonly source: NumberSource | null;
  readonly children: ComponentChildren;
}

/** A number that shows on a click where it comes from. */
export function NumberLink({ source, children }: NumberLinkProps) {
  if (source === null) return <>{children}</>;
  return (
    <button
      type="button"
      class="number-link"
      title="Where this number comes from"
      onClick={() => openSheet(numberSheet(source))}
    >
      {children}
    </button>
  );
}

export function numberSheet({ kind, measure, where, range, convertTo }: NumberSource): NumberSheet {
  return {
    of: 'number',
    kind: kind.name,
    measure,
    where: where ?? new Map(),
    range: range ?? null,
    convertTo: convertTo ?? null,
  };
}
