import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { type RawEvent, rawEventQuery, wayQuery } from '../api/event-operations.ts';
import type { Kind } from '../api/kinds.ts';
import { durationText } from '../format/duration.ts';
import { countText } from '../format/number.ts';
import { clockText, momentText } from '../format/time.ts';
import { useKinds } from '../frame/kinds-context.ts';
import { usePipeline } from '../frame/pipeline-context.ts';
import type { TraceQuery } from '../generated/operations.ts';
import type { EventSheet } from '../state/sheet.ts';
import { useAnswer } from '../state/use-answer.ts';
import { openSheet } from '../state/use-view.ts';
import { AskYourself } from './ask-yourself.tsx';
import { EventFields } from './event-fields.tsx';

type Sighting = NonNullable<TraceQuery['trace']>['sightings'][number];

/** One event by its id: each time it was seen, and how far it got, with the time of each step. */
export function EventSheetContent({ sheet }: { readonly sheet: EventSheet }) {
  const { id, kind } = sheet;
  return (
    <>
      <h2 id="sheet-title">Follow an event</h2>
      <EventSearch id={id} />
      {id !== '' && <Ways key={`${kind} ${id}`} id={id} kind={kind} />}
    </>
  );
}

function EventSearch({ id }: { readonly id: string }) {
  const [text, setText] = useState(id);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setText(id);
    if (id === '') input.current?.focus();
  }, [id]);
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') openSheet({ of: 'event', id: text.trim(), kind: null });
  };
  return (
    <form class="search" onSubmit={search}>
      <label>
        <span class="unseen">Id of the event</span>
        <input
          type="text"
          autocomplete="off"
          name="event"
          placeholder="Id of the event"
          value={text}
          ref={input}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit">Follow</button>
    </form>
  );
}

interface Way {
  readonly kind: Kind;
  readonly event: RawEvent | null;
  readonly sightings: readonly Sighting[];
}

function Ways({ id, kind }: { readonly id: string; readonly kind: string | null }) {
  const all = useKinds();
  const kinds = kind === null ? all : all.filter(({ name }) => name === kind);
  const { state: pipeline } = usePipeline();
  const [onTheWay, setOnTheWay] = useState(true);
  const [round, setRound] = useState(0);
  const [answered, setAnswered] = useState(-1);
  const { state, error } = useAnswer(`${id} ${round}`, async (signal) => {
    try {
      const ways = (await Promise.all(kinds.map((each) => readWay(each, id, signal)))).filter(isSeen);
      setOnTheWay(ways.length === 0 || ways.some(({ sightings }) => sightings.some(isOnTheWay)));
      return ways;
    } finally {
      setAnswered(round);
    }
  });
  // As long as it is under way it is asked again whenever something got on, but never before it was answered.
  useEffect(() => {
    if (onTheWay && answered === round) setRound(round + 1);
  }, [JSON.stringify(pipeline?.intake)]);
  const [first = kinds[0]] = state?.map((way) => way.kind) ?? [];
  return (
    <div aria-live="polite">
      {error !== null && (
        <p class="problem" role="status">
          {error.message} <code>{error.code}</code>
        </p>
      )}
      {state === null && error === null && <p class="hint">Looking …</p>}
      {state?.length === 0 && (
        <p class="hint">
          No event with the id <code>{id}</code> was seen{kind === null ? ', of any kind' : ''}. If it comes, it is
          shown here.
        </p>
      )}
      {state?.map((way) => (
        <WayOf key={way.kind.name} way={way} />
      ))}
      {first !== undefined && <AskYourself operation={wayQuery} variables={{ kind: first.name, id }} />}
    </div>
  );
}

async function readWay(kind: Kind, id: string, signal: AbortSignal): Promise<Way> {
  const [{ trace }, { event }] = await Promise.all([
    ask(wayQuery, { kind: kind.name, id }, signal),
    ask(rawEventQuery(kind), { id }, signal),
  ]);
  return { kind, event, sightings: trace?.sightings ?? [] };
}

function isSeen({ sightings }: Way): boolean {
  return sightings.length > 0;
}

function isOnTheWay({ verdict, loadedAt }: Sighting): boolean {
  return verdict === 'ADMITTED' && loadedAt === null;
}

function WayOf({ way: { kind, event, sightings } }: { readonly way: Way }) {
  return (
    <section>
      <h3>{kind.typeName}</h3>
      {event !== null && <EventFields event={event} kind={kind} />}
      {sightings.map((sighting, index) => (
        // Oldest first, and none goes: its place is what it is.
        <SightingSteps key={index} event={event} sighting={sighting} />
      ))}
    </section>
  );
}

interface SightingStepsProps {
  readonly event: RawEvent | null;
  readonly sighting: Sighting;
}

function SightingSteps({ event, sighting }: SightingStepsProps) {
  if (sighting.verdict === 'ADMITTED') return <Admitted event={event} sighting={sighting} />;
  const { receivedAt, source, rejection } = sighting;
  return (
    <ol class="way">
      <Step name={sighting.verdict === 'DUPLICATE' ? 'Came again' : 'Rejected'} time={receivedAt} bad>
        {rejection === null ? (
          `By way of ${source}. It was known already, so it is counted no second time.`
        ) : (
          <>
            By way of {source}. <code>{rejection.code}</code> at <code>{rejection.pointer}</code>: expected{' '}
            {rejection.expected}
            {rejection.got !== null && `, got ${rejection.got}`}.
          </>
        )}
      </Step>
    </ol>
  );
}

/** Each step says how long after the one before it was. */
function Admitted({ event, sighting }: SightingStepsProps) {
  const { receivedAt, position, loadedAt, countedIn, alerts } = sighting;
  return (
    <ol class="way">
      {event !== null && (
        <Step name="Happened" time={event.meta.time}>
          {event.meta.late ? 'It came late: after its window had been published.' : null}
        </Step>
      )}
      <Step
        name="Received"
        time={receivedAt}
        sinceMs={event === null ? null : msBetween(event.meta.time, receivedAt)}
      />
      <Step name="Durable in the log">
        {position !== null && (
          <code>
            {position.topic}/{position.partition} at {countText(Number(position.offset))}
          </code>
        )}
      </Step>
      {loadedAt === null ? (
        <Step name="On its way to the warehouse" waiting>
          It is safe, and counted in a moment.
        </Step>
      ) : (
        <Step name="Visible" time={loadedAt} sinceMs={msBetween(receivedAt, loadedAt)} />
      )}
      {countedIn.length > 0 && (
        <Step name="Counted in">
          <ul>
            {countedIn.map((window) => (
              <li key={window}>
                <code>{window}</code>
              </li>
            ))}
          </ul>
        </Step>
      )}
      {alerts.map(({ id, rule, raisedAt }) => (
        <Step key={id} name="Part of an alert" time={raisedAt} sinceMs={msBetween(receivedAt, raisedAt)}>
          {rule}
        </Step>
      ))}
    </ol>
  );
}

interface StepProps {
  readonly name: string;
  readonly time?: string;
  /** After the step before it. */
  readonly sinceMs?: number | null;
  readonly waiting?: boolean;
  readonly bad?: boolean;
  readonly children?: ComponentChildren;
}

function Step({ name, time, sinceMs = null, waiting = false, bad = false, children }: StepProps) {
  return (
    <li class={waiting ? 'waiting' : bad ? 'refused' : ''}>
      <p>
        <b>{name}</b>
        {time !== undefined && (
          <time dateTime={time} title={momentText(time)}>
            {clockText(time)}.{time.slice(20, 23)}
          </time>
        )}
        {sinceMs !== null && sinceMs >= 0 && <span class="since">+{durationText(sinceMs)}</span>}
      </p>
      {children}
    </li>
  );
}

function msBetween(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
