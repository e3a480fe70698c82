import { ask } from '../api/ask.ts';
import { clockText } from '../format/time.ts';
import { EventLink } from '../frame/event-link.tsx';
import { Panel } from '../frame/panel.tsx';
import { latestRejectedQuery, type RejectedRowFragment, rejectedAddedSubscription } from '../generated/operations.ts';
import { useLatest } from '../state/use-latest.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const rejectedPanel: PanelDefinition = { id: 'rejected', belongs: () => true, Show };

const SHOWN = 8;

function Show() {
  const { items, error } = useLatest({
    operation: rejectedAddedSubscription,
    before: () => ask(latestRejectedQuery, { first: SHOWN }).then(({ rejected }) => rejected?.nodes ?? []),
    itemOf: ({ rejectedAdded }) => rejectedAdded.event,
    cursorOf: ({ rejectedAdded }) => rejectedAdded.cursor,
    idOf: ({ id }) => id,
    max: SHOWN,
  });
  return (
    <Panel
      id="rejected"
      title="Rejected events"
      description="Events that were refused, with where and why. They are kept as they came. Open one to see it."
      size="half"
      loading={items === null}
      error={error}
      empty={items?.length === 0 ? 'Nothing was refused.' : null}
    >
      <ul class="entries">
        {items?.map((event) => (
          <li key={event.id}>
            <RejectedEntry event={event} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function RejectedEntry({ event }: { readonly event: RejectedRowFragment }) {
  const { kind, receivedAt, source, rejection, payload, payloadEncoding } = event;
  const id = payloadEncoding === 'TEXT' ? idIn(payload) : null;
  return (
    <details>
      <summary>
        <time dateTime={receivedAt}>{clockText(receivedAt)}</time>
        <b>{rejection.code}</b>
        <span class="key">{kind ?? 'no kind'}</span>
        <span class="amount">
          <code>{rejection.pointer}</code>
        </span>
        <span class="reason">
          expected {rejection.expected}
          {rejection.got !== null && `, got ${rejection.got}`}
        </span>
      </summary>
      <p class="hint">
        As it came, by way of {source}
        {payloadEncoding === 'BASE64' && ', in base64'}
        {kind !== null && id !== null && (
          <>
            {' '}
            (<EventLink kind={kind} id={id} />)
          </>
        )}
        :
      </p>
      <pre>{payloadEncoding === 'TEXT' ? indented(payload) : payload}</pre>
    </details>
  );
}

/** As it says itself, if it can be read and does. */
function idIn(payload: string): string | null {
  try {
    const { id } = JSON.parse(payload) as { readonly id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}

/** JSON as one reads it; what is none stays as it came. */
function indented(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
