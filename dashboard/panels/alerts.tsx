import { useEffect, useState } from 'preact/hooks';
import {
  type Alert,
  type AlertEvent,
  alertQuery,
  alertRaisedSubscription,
  eventFields,
  latestAlertsQuery,
} from '../api/alert-operations.ts';
import { ask } from '../api/ask.ts';
import { decimalText } from '../format/decimal.ts';
import { clockText } from '../format/time.ts';
import { EventLink } from '../frame/event-link.tsx';
import { useKinds } from '../frame/kinds-context.ts';
import { Panel } from '../frame/panel.tsx';
import { useLatest } from '../state/use-latest.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const alertsPanel: PanelDefinition = { id: 'alerts', belongs: () => true, Show };

const ALERTS = 8;

function Show() {
  const kinds = useKinds();
  const { items, error } = useLatest({
    operation: alertRaisedSubscription(kinds),
    before: () => ask(latestAlertsQuery(kinds), { first: ALERTS }).then(({ alerts }) => alerts?.nodes ?? []),
    itemOf: ({ alertRaised }) => alertRaised.alert,
    cursorOf: ({ alertRaised }) => alertRaised.cursor,
    idOf: ({ id }) => id,
    max: ALERTS,
  });
  return (
    <Panel
      id="alerts"
      title="Alerts"
      description="What the rules found, as they find it. Open one to see the events that made it."
      size="half"
      loading={items === null}
      error={error}
      empty={items?.length === 0 ? 'No rule has found anything.' : null}
    >
      <ul class="entries" aria-live="polite" aria-relevant="additions">
        {items?.map((alert) => (
          <li key={alert.id}>
            <AlertEntry alert={alert} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function AlertEntry({ alert }: { readonly alert: Alert }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <time dateTime={alert.raisedAt}>{clockText(alert.raisedAt)}</time>
        <b>{alert.rule}</b>
        <span class="key">{alert.key}</span>
        <span class="amount">{alert.events.flatMap(amountText).at(-1)}</span>
        <span class="reason">{alert.reason}</span>
      </summary>
      {open && <AlertEvents id={alert.id} />}
    </details>
  );
}

function AlertEvents({ id }: { readonly id: string }) {
  const kinds = useKinds();
  const [events, setEvents] = useState<readonly AlertEvent[] | null>(null);
  useEffect(() => {
    ask(alertQuery(kinds), { id }).then(
      ({ alert }) => setEvents(alert?.events ?? []),
      () => setEvents([]),
    );
  }, [id]);
  if (events === null) return <p class="hint">Reading …</p>;
  return (
    <ol class="events">
      {events.map((event) => (
        <li key={`${event.meta.kind} ${event.meta.id}`}>
          <p>
            <time dateTime={event.meta.time}>{clockText(event.meta.time)}</time>{' '}
            <EventLink kind={event.meta.kind} id={event.meta.id} />
            {event.meta.late && <span class="mark">late</span>}
          </p>
          <dl class="fields">
            {eventFields(event).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}

/** The amount comes first, then its currency. */
function amountText(event: AlertEvent): readonly string[] {
  const [amount, currency] = eventFields(event);
  return amount === undefined || currency === undefined
    ? []
    : [`${decimalText(amount[1], { least: 2 })} ${currency[1]}`];
}
