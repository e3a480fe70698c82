import type { EventModel, FieldModel, KindModel } from '../../model/event-model.ts';
import { enumName, rootFieldsOf } from '../../model/names.ts';
import { compositeId } from '../../model/record-format.ts';
import { groupedBy, measuresShown } from './example-operations.ts';

/** A tab of GraphiQL. */
export interface Tab {
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
}

/** What the page puts the moment at which it is opened for, spelt as in ids: an event of a week ago would be refused. */
export const OPENED_AT = '@opened@';

/** The first tab: the way of one event, from sending it to the proof that it was counted. Null where no kind is declared. */
export function startHere({ kinds, enums }: EventModel): Tab | null {
  const [kind] = [...kinds].sort(
    (a, b) => Number(hasMoney(b)) - Number(hasMoney(a)) || a.fields.length - b.fields.length,
  );
  if (kind === undefined) return null;
  const event = exampleEvent(kind, enums);
  const parts = kind.idFields.map((name) => String(event[name]));
  const id = parts.length === 1 ? parts[0] : compositeId(parts);
  return { query: wayOf(kind), variables: JSON.stringify({ events: [event], version: null, id }, null, 2) };
}

/** Exact sums, and currencies that are kept apart: money shows most of what the product does. */
function hasMoney({ measures }: KindModel): boolean {
  return measures.some(({ currencyField }) => currencyField !== null);
}

function wayOf(kind: KindModel): string {
  const { ingest, metrics } = rootFieldsOf(kind);
  const measures = measuresShown(kind);
  const by = groupedBy(kind, measures);
  return `# The way of one event. Choose an operation at the button,
# from the top down. What they are sent with stands below.

# 1. Send. The answer comes when the event can be asked for.
# Sent again it is a duplicate: it is counted once.
mutation StartHere($events: [${kind.typeName}Input!]!) {
  ${ingest}(events: $events, wait: true) {
    admitted
    duplicates
    rejected
    verdicts {
      id
      verdict
      rejection { code pointer expected got }
    }
    version
  }
}

# 2. Ask. Put \`version\` of the answer into the variables:
# then what you see is never from before it.
query Ask($version: Version) {
  ${metrics}(
    range: {last: "1h"}
    every: "1m"${by.length === 0 ? '' : `\n    by: [${by.map(enumName).join(', ')}]`}
    atLeast: $version
  ) {
    rows {
      ${['start', 'final', ...by, ...measures.map(({ name }) => name)].join('\n      ')}
    }
    asOf { version watermark tables }
    explain { table reason }
  }
}

# 3. Prove. Where the event is, and which windows count it;
# of all that came in, what is counted.
query Prove($id: ID!) {
  trace(kind: ${kind.kind}, id: $id) {
    sightings { verdict receivedAt loadedAt countedIn }
  }
  ledger(kind: ${kind.kind}) {
    expected
    seen
    gaps
    duplicates
  }
}

# 4. What else there is. Each kind has a tab.
query Kinds {
  kinds {
    kind
    plural
    key
    dimensions { name }
    measures { name }
  }
}
`;
}

/** All that an event must have, with values that its declaration takes. */
function exampleEvent(kind: KindModel, enums: EventModel['enums']): Readonly<Record<string, unknown>> {
  const fields = kind.fields.filter((field) => !field.nullable || field.name === kind.timeField);
  return Object.fromEntries(fields.map((field) => [field.name, exampleValue(kind, field, enums)]));
}

function exampleValue(kind: KindModel, field: FieldModel, enums: EventModel['enums']): unknown {
  switch (field.type) {
    case 'ID':
    case 'String': {
      const isOwn = field.name !== kind.keyField && kind.idFields.includes(field.name);
      return isOwn ? `first-${OPENED_AT}` : `${field.name}-1`;
    }
    case 'Enum':
      return enums.get(field.typeName)?.values[0]?.name;
    case 'Int':
    case 'SafeInt':
    case 'Float':
      return Number(exampleNumber(field));
    case 'Decimal':
      return exampleNumber(field);
    case 'Boolean':
      return true;
    case 'DateTime':
      return OPENED_AT;
    case 'Date':
      return '2026-01-31';
    case 'CountryCode':
      return 'DE';
    case 'CurrencyCode':
      return 'EUR';
  }
}

/** Twelve, or what is nearest to it of what is taken. */
function exampleNumber({ constraint: { min, max } }: FieldModel): string {
  if (min !== null && Number(min) > 12) return min;
  return max !== null && Number(max) < 12 ? max : '12';
}
