import { openSheet } from '../state/use-view.ts';

/** The id of an event, which shows on a click the way that it took. */
export function EventLink({ kind, id }: { readonly kind: string; readonly id: string }) {
  return (
    <button
      type="button"
      class="number-link"
      title="Follow this event"
      onClick={() => openSheet({ of: 'event', id, kind })}
    >
      <code>{id}</code>
    </button>
  );
}
