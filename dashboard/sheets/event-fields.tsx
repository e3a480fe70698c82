import { type RawEvent, saidBy } from '../api/event-operations.ts';
import type { Kind } from '../api/kinds.ts';

/** What an event says, besides its id and its time. */
export function EventFields({ event, kind }: { readonly event: RawEvent; readonly kind: Kind }) {
  return (
    <dl class="fields">
      {saidBy(event, kind).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
