import { ask } from '../api/ask.ts';
import { type RawEvent, type RawEvents, rawEventsQuery } from '../api/event-operations.ts';
import type { Kind, Measure } from '../api/kinds.ts';
import { type MetricsAnswer, type MetricsQuestion, metricsQuery, type Where } from '../api/metrics-operation.ts';
import type { Cell } from '../api/metrics-update.ts';
import { whereOf } from '../api/where-of.ts';
import { decimalText } from '../format/decimal.ts';
import { countText } from '../format/number.ts';
import { clockText, momentText } from '../format/time.ts';
import { titleOf, wordsOf } from '../format/words.ts';
import { EventLink } from '../frame/event-link.tsx';
import { useRangeQuestion } from '../frame/use-windows.ts';
import type { NumberSheet } from '../state/sheet.ts';
import { useAnswer } from '../state/use-answer.ts';
import { useView } from '../state/use-view.ts';
import { AskYourself } from './ask-yourself.tsx';
import { EventFields } from './event-fields.tsx';

const EVENTS = 20;

interface NumberSheetProps {
  readonly kind: Kind;
  readonly sheet: NumberSheet;
}

/** A number as it was when it was clicked on: the table it came from, the events behind it, and how to ask for it oneself. */
export function NumberSheetContent({ kind, sheet }: NumberSheetProps) {
  const question = useQuestion(kind, sheet);
  const { operation, variables } = metricsQuery(question);
  const { state, error } = useAnswer(operation.text + JSON.stringify(variables), async (signal) => {
    const { metrics } = await ask(operation, variables, signal);
    return { metrics, ...(await eventsBehind(question, metrics, signal)) };
  });
  const measure = kind.measures.find(({ name }) => name === sheet.measure);
  return (
    <>
      <h2 id="sheet-title">
        {titleOf(sheet.measure)} <small>of {wordsOf(kind.plural)}</small>
      </h2>
      <Said where={sheet.where} convertTo={sheet.convertTo} />
      {error !== null && (
        <p class="problem" role="status">
          {error.message} <code>{error.code}</code>
        </p>
      )}
      {state === null && error === null && <p class="hint">Reading …</p>}
      {state !== null && (
        <>
          <p class="figure-text">{valueText(state.metrics.total[sheet.measure] ?? null, measure)}</p>
          {measure?.description != null && <p class="hint">{measure.description}</p>}
          <Origin metrics={state.metrics} />
          <Behind kind={kind} events={state.events} span={state.span} />
        </>
      )}
      <AskYourself operation={operation} variables={variables} />
    </>
  );
}

/** What the page asks for the number, alone. */
function useQuestion(kind: Kind, { measure, where, range, convertTo }: NumberSheet): MetricsQuestion {
  const { filters } = useView();
  const page = useRangeQuestion();
  const own = whereOf(kind, new Map([...where].map(([dimension, value]) => [dimension, [value]])));
  return {
    kind,
    range: range ?? page.range,
    timeZone: page.timeZone,
    where: whereOf(kind, filters, own ?? null),
    measures: [measure],
    ...(convertTo === null ? {} : { convertTo }),
  };
}

interface Span {
  readonly start: string;
  readonly end: string;
}

/** The newest of the events in the window that the number is of, as of the same version or later. No row: nothing is in it. */
async function eventsBehind(
  { kind, where }: MetricsQuestion,
  { rows, asOf }: MetricsAnswer,
  signal: AbortSignal,
): Promise<{ readonly events: RawEvents; readonly span: Span | null }> {
  const [row] = rows;
  if (row === undefined) return { events: { totalCount: 0, nodes: [] }, span: null };
  const inSpan: Where = { [kind.time]: { gte: row.start, lt: row.end } };
  const variables = {
    where: where === undefined ? inSpan : { and: [where, inSpan] },
    first: EVENTS,
    atLeast: asOf.version,
  };
  const { events } = await ask(rawEventsQuery(kind), variables, signal);
  return { events, span: row };
}

function Said({ where, convertTo }: Pick<NumberSheet, 'where' | 'convertTo'>) {
  const { filters } = useView();
  const all = [
    ...(convertTo === null ? [] : [['converted to', convertTo] as const]),
    ...[...where].map(([dimension, value]) => [dimension, value ?? 'none'] as const),
    ...[...filters].map(
      ([dimension, values]) => [dimension, values.map((each) => each ?? 'none').join(' or ')] as const,
    ),
  ];
  if (all.length === 0) return null;
  return (
    <dl class="fields">
      {all.map(([dimension, value]) => (
        <div key={dimension + value}>
          <dt>{wordsOf(dimension)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Origin({ metrics: { asOf, explain } }: { readonly metrics: MetricsAnswer }) {
  return (
    <section aria-labelledby="origin-title">
      <h3 id="origin-title">Where it comes from</h3>
      <p>
        <code>{asOf.tables.length === 0 ? explain.table : asOf.tables.join(', ')}</code>: {explain.reason}
      </p>
      <dl class="fields">
        <div>
          <dt>read</dt>
          <dd>
            {countText(explain.rowsRead)} rows, {countText(explain.bytesRead)} bytes
          </dd>
        </div>
        <div>
          <dt>from the cache</dt>
          <dd>
            {countText(explain.segmentsReused)} of {countText(explain.segments)} slices
          </dd>
        </div>
        {asOf.watermark !== null && (
          <div>
            <dt>watermark</dt>
            <dd>{clockText(asOf.watermark)}</dd>
          </div>
        )}
      </dl>
      {explain.notUsed.length > 0 && (
        <details>
          <summary>Tables that were not used</summary>
          <dl class="reasons">
            {explain.notUsed.map(({ table, reason }) => (
              <div key={table}>
                <dt>
                  <code>{table}</code>
                </dt>
                <dd>{reason}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

interface BehindProps {
  readonly kind: Kind;
  readonly events: RawEvents;
  readonly span: Span | null;
}

function Behind({ kind, events: { totalCount, nodes }, span }: BehindProps) {
  return (
    <section aria-labelledby="behind-title">
      <h3 id="behind-title">The events behind it</h3>
      <p class="hint">
        {span === null
          ? 'None in this range.'
          : `${countText(totalCount)} from ${momentText(span.start)} to ${momentText(span.end)}${totalCount > nodes.length ? `; the newest ${nodes.length}:` : ':'}`}
      </p>
      <ol class="events">
        {nodes.map((event) => (
          <li key={event.meta.id}>
            <RawEventText kind={kind} event={event} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function RawEventText({ kind, event }: { readonly kind: Kind; readonly event: RawEvent }) {
  return (
    <>
      <p>
        <time dateTime={event.meta.time}>{clockText(event.meta.time)}</time>{' '}
        <EventLink kind={kind.name} id={event.meta.id} />
        {event.meta.late && <span class="mark">late</span>}
      </p>
      <EventFields event={event} kind={kind} />
    </>
  );
}

function valueText(cell: Cell, measure: Measure | undefined): string {
  if (cell === null) return '–';
  return measure?.money === true ? decimalText(String(cell), { least: 2 }) : decimalText(String(cell));
}
