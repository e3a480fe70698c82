import { Kind, print } from 'graphql';
import { WHERE_OPERATORS } from '../declare/field-types.ts';
import type { EventModel, FieldModel, KindModel, MeasureModel } from '../event-model.ts';
import { capitalised, enumName, filterName, rootFieldsOf } from '../names.ts';

/** What a kind becomes in GraphQL, in parts that can be served one without another. */
export interface GraphqlSections {
  /** The kind's name, and what the product knows of every event. */
  readonly entity: string;
  readonly ingest: string;
  readonly filters: string;
  readonly metrics: string;
  readonly connection: string;
  /** Of kinds whose key is an ID; empty for the others. */
  readonly behaviour: string;
  readonly user: string;
  /** Of kinds with searchable fields; empty for the others. */
  readonly search: string;
  readonly live: string;
  readonly jobs: string;
}

/** What the gateway answers today. The rest is generated all the same: `plan` and the golden test see the whole. */
export const SERVED_SECTIONS = [
  'entity',
  'ingest',
  'filters',
  'metrics',
  'connection',
  'behaviour',
  'user',
  'search',
  'live',
  'jobs',
] as const satisfies readonly (keyof GraphqlSections)[];

/** The generated part of the schema for one kind of the model. A pure function of the declarations; nothing here is ever edited by hand. */
export function graphqlSections(kind: KindModel, model: EventModel): GraphqlSections {
  return {
    entity: entitySection(kind),
    ingest: ingestSection(kind),
    filters: filtersSection(kind, enumsOf(kind, model)),
    metrics: metricsSection(kind),
    connection: connectionSection(kind),
    behaviour: hasUsers(kind) ? behaviourSection(kind) : '',
    user: hasUsers(kind) ? userSection(kind) : '',
    search: hasSearch(kind) ? searchSection(kind) : '',
    live: liveSection(kind),
    jobs: jobsSection(kind),
  };
}

/** The enums that this kind uses and no kind before it does: an enum shared by two kinds has one filter. */
function enumsOf(kind: KindModel, model: EventModel): readonly string[] {
  const before = model.kinds.slice(0, model.kinds.indexOf(kind));
  const taken = new Set(before.flatMap(enumNamesOf));
  return enumNamesOf(kind).filter((name) => !taken.has(name));
}

function enumNamesOf(kind: KindModel): readonly string[] {
  return [...new Set(kind.fields.flatMap((field) => (field.type === 'Enum' ? [field.typeName] : [])))];
}

function entitySection(kind: KindModel): string {
  return `
extend enum Kind {
  ${describe(kind.description)}${kind.kind}
}

extend type ${kind.typeName} implements Event {
  meta: EventMeta!
}`;
}

function ingestSection(kind: KindModel): string {
  return `
${describe(kind.description)}input ${kind.typeName}Input {
  ${kind.fields.map(fieldSdl).join('\n  ')}
}

extend type Mutation {
  "wait: true answers when every admitted event can be queried."
  ${rootFieldsOf(kind).ingest}(events: [${kind.typeName}Input!]!, wait: Boolean! = false): IngestPayload
}`;
}

function filtersSection(kind: KindModel, enums: readonly string[]): string {
  const { typeName } = kind;
  return `
${enums.map(enumFilterSdl).join('\n\n')}

"The fields of one object are joined by and. The same type filters queries, subscriptions, jobs and patterns."
input ${typeName}Where {
  ${connectives(`${typeName}Where`)}
  ${kind.fields.map((field) => `${describe(field.description)}${field.name}: ${filterName(field.typeName)}`).join('\n  ')}
}`;
}

function enumFilterSdl(typeName: string): string {
  const operators = WHERE_OPERATORS.Enum.map((operator) => {
    if (operator === 'isNull') return `${operator}: Boolean`;
    return operator === 'in' || operator === 'notIn' ? `${operator}: [${typeName}!]` : `${operator}: ${typeName}`;
  });
  return `
input ${filterName(typeName)} {
  ${operators.join('\n  ')}
}`;
}

function metricsSection(kind: KindModel): string {
  const { typeName } = kind;
  return `
enum ${typeName}Dimension {
  ${kind.dimensions.map((field) => describe(field.description) + enumName(field.name)).join('\n  ')}
}

enum ${typeName}Measure {
  ${kind.measures.map((measure) => measure.enumName).join('\n  ')}
}

"Measures that may be added up: over windows, over groups, as a share of the whole."
enum ${typeName}Additive {
  ${additives(kind).join('\n  ')}
}

"Filters on the result."
input ${typeName}Having {
  ${connectives(`${typeName}Having`)}
  ${kind.measures.map((measure) => `${measure.name}: ${filterName(measure.graphqlType)}`).join('\n  ')}
}

"The n greatest groups over the whole range; the rest together as one row with others: true."
input ${typeName}Top {
  n: Int!
  by: ${typeName}Measure! = COUNT
  others: Boolean! = true
}

enum ${typeName}MetricsOrderBy {
  START
  ${kind.dimensions.map((field) => enumName(field.name)).join('\n  ')}
  ${kind.measures.map((measure) => measure.enumName).join('\n  ')}
}

input ${typeName}MetricsOrder {
  by: ${typeName}MetricsOrderBy!
  direction: OrderDirection! = ASC
}

type ${typeName}Metrics {
  rows: [${typeName}MetricsRow!]!
  hasMore: Boolean!
  "Over the whole range: computed, not added up, so distinct counts and averages are right."
  total: ${typeName}Measures!
  approximations: [Approximation!]!
  rates: [RateUsed!]!
  asOf: AsOf!
  explain: Explain!
}

${metricsRowSdl(kind)}

type ${typeName}Measures {
  ${kind.measures.map(measureSdl).join('\n  ')}
}

extend type Query {
  ${rootFieldsOf(kind).metrics}(
    ${questionArguments(typeName)}
    "Wait until this is visible, or fail with NOT_YET_VISIBLE."
    atLeast: Version
    "An answer this old will do."
    maxAge: Duration
  ): ${typeName}Metrics
}`;
}

function metricsRowSdl(kind: KindModel): string {
  const { typeName } = kind;
  return `
"One window of one group. Without \`every\` the window is the range."
type ${typeName}MetricsRow {
  "Stable for the same question, window and group."
  id: ID!
  start: DateTime!
  end: DateTime!
  "The watermark has passed its end and the ledger has no gap in it. A late event may still revise it: see revision."
  final: Boolean!
  "Late events counted in it: each is one revision of what was shown before."
  revision: Int!
  lateCount: SafeInt!
  "All groups outside \`top\` together."
  others: Boolean!
  ${kind.dimensions.map((field) => `${describe(field.description)}${field.name}: ${field.typeName}`).join('\n  ')}
  ${kind.measures.map(measureSdl).join('\n  ')}
  "Per second, or per any other time."
  rate(of: ${typeName}Additive! = COUNT, per: Duration! = "1s"): Float
  "Of the same window's total: 0 to 1."
  share(of: ${typeName}Additive! = COUNT): Float
  "Cumulative since the start of the range."
  running(of: ${typeName}Additive! = COUNT): Decimal
  "The same window of the period compared with; null without \`compare\`."
  previous: ${typeName}Measures
  "Relative to previous: 0.1 is ten percent more."
  change(of: ${typeName}Measure! = COUNT): Float
}`;
}

/** The arguments of a metrics question, the same for a query and for a subscription: changing the first word is all it takes. */
function questionArguments(typeName: string): string {
  return `
    range: TimeRange!
    every: Duration
    by: [${typeName}Dimension!]! = []
    where: ${typeName}Where
    having: ${typeName}Having
    top: ${typeName}Top
    orderBy: [${typeName}MetricsOrder!]
    fill: Fill! = NONE
    compare: Compare
    timeZone: TimeZone! = "UTC"
    "Convert money at the rate of each event's day. Without it, and with more than one currency: MIXED_CURRENCIES."
    convertTo: CurrencyCode
    "Count distinct values and quantiles exactly, from raw, at their price."
    exact: Boolean! = false
    "A cut that was asked for, after orderBy; hasMore tells. Without it, more than 10,000 rows is TOO_MANY_ROWS, never a cut."
    limit: Int`;
}

function connectionSection(kind: KindModel): string {
  const { typeName } = kind;
  const { one, many } = rootFieldsOf(kind);
  const numbers = kind.fields.filter((field) => field.measure !== null);
  return `
type ${typeName}Connection {
  edges: [${typeName}Edge!]!
  nodes: [${typeName}!]!
  pageInfo: PageInfo!
  "Counted only when asked for."
  totalCount: SafeInt!
  asOf: AsOf!
}

type ${typeName}Edge {
  cursor: Cursor!
  node: ${typeName}!
}

enum ${typeName}OrderBy {
  ${['TIME', ...numbers.map((field) => enumName(field.name))].join('\n  ')}
}

input ${typeName}Order {
  by: ${typeName}OrderBy! = TIME
  direction: OrderDirection! = DESC
}

extend type Query {
  ${one}(id: ID!, atLeast: Version): ${typeName}
  ${many}(where: ${typeName}Where, orderBy: ${typeName}Order, first: Int, after: Cursor, last: Int, before: Cursor, atLeast: Version): ${typeName}Connection
}`;
}

/** Whose events are somebody's: the key names users, whatever the kind calls them. */
export function hasUsers(kind: KindModel): boolean {
  return kind.fields.some((field) => field.name === kind.keyField && field.type === 'ID');
}

function behaviourSection(kind: KindModel): string {
  const { typeName } = kind;
  const { funnel, retention, paths, repeats } = rootFieldsOf(kind);
  const shared = `where: ${typeName}Where
    timeZone: TimeZone! = "UTC"
    "Wait until this is visible, or fail with NOT_YET_VISIBLE."
    atLeast: Version`;
  return `
"One step of a funnel: any event that matches; one event is one step only."
input ${typeName}FunnelStep {
  "Default: its number."
  name: String
  where: ${typeName}Where
}

extend type Query {
  "How many users took the steps in order. Other events may lie between them."
  ${funnel}(
    range: TimeRange!
    "2 to 16."
    steps: [${typeName}FunnelStep!]!
    "From the first step to the last, inclusive. A day is 24 hours here."
    within: Duration!
    ${shared}
  ): Funnel
  "How many users came back in later windows. At most 100 windows."
  ${retention}(
    range: TimeRange!
    every: Duration! = "1d"
    "What makes a user one of a cohort. Default: any event."
    first: ${typeName}Where
    "What counts as coming back. Default: any event."
    again: ${typeName}Where
    ${shared}
  ): Retention
  "Runs of neighbouring values on the ways of users. A value that follows itself is one, and events without a value are none."
  ${paths}(
    range: TimeRange!
    of: ${typeName}Dimension!
    "1 to 10."
    length: Int! = 3
    "A pause this long or longer ends a way."
    gap: Duration! = "30m"
    "1 to 1000."
    first: Int! = 10
    ${shared}
  ): TopPaths
  "How many users did it once, twice and more often."
  ${repeats}(
    range: TimeRange!
    "The last row of counts is for this many events or more. 2 to 100."
    upTo: Int! = 10
    ${shared}
  ): Repeats
}`;
}

function userSection({ typeName, plural }: KindModel): string {
  return `
extend type User {
  ${plural}(where: ${typeName}Where, first: Int! = 20, after: Cursor): ${typeName}Connection
}`;
}

export function hasSearch(kind: KindModel): boolean {
  return kind.fields.some(({ searchable }) => searchable);
}

function searchSection(kind: KindModel): string {
  const { typeName } = kind;
  const names = kind.fields.flatMap(({ name, searchable }) => (searchable ? [name] : [])).join(', ');
  return `
type ${typeName}Search {
  edges: [${typeName}SearchEdge!]!
  nodes: [${typeName}!]!
  pageInfo: PageInfo!
  "Counted only when asked for."
  totalCount: SafeInt!
  asOf: AsOf!
}

type ${typeName}SearchEdge {
  cursor: Cursor!
  node: ${typeName}!
  "The greater the better: rare words count most, and each time one comes up again a little less. Only for comparing within one search."
  score: Float!
  "Of each field in which something was found, the passage around the first hit."
  highlights: [Highlight!]!
}

extend type Query {
  "Events that hold the words, the best first; of equally good ones the newest. Looked for in ${names}."
  ${rootFieldsOf(kind).search}(
    "1 to 10 words."
    query: String!
    match: SearchMatch! = ALL
    "Default: all of time."
    range: TimeRange
    where: ${typeName}Where
    "At most 1000."
    first: Int! = 10
    after: Cursor
    timeZone: TimeZone! = "UTC"
    "Wait until this is visible, or fail with NOT_YET_VISIBLE."
    atLeast: Version
  ): ${typeName}Search
}`;
}

function liveSection(kind: KindModel): string {
  const { typeName } = kind;
  const { metrics, added } = rootFieldsOf(kind);
  const addedType = `${capitalised(kind.plural)}Added`;
  return `
type ${typeName}MetricsUpdate {
  type: UpdateType!
  cursor: Cursor!
  rows: [${typeName}MetricsRow!]!
  removed: [ID!]!
  total: ${typeName}Measures!
  asOf: AsOf!
}

"Admitted events in log order, as many as were ready at once. A subscription without a cursor begins with none: from here on nothing is missed."
type ${addedType} {
  nodes: [${typeName}!]!
  "Behind the last of them."
  cursor: Cursor!
  skipped: Skipped
}

extend type Subscription {
  ${metrics}(
    ${questionArguments(typeName)}
    "Resume: patches since this cursor, or a snapshot if it is too old."
    after: Cursor
    "At most one patch in this time."
    throttle: Duration! = "250ms"
  ): ${typeName}MetricsUpdate!
  ${added}(where: ${typeName}Where, after: Cursor): ${addedType}!
}`;
}

function jobsSection(kind: KindModel): string {
  const { typeName } = kind;
  return `
input ${typeName}Source {
  where: ${typeName}Where
  key: ${typeName}Dimension! = ${enumName(kind.keyField)}
  "With a window."
  measures: [${typeName}Measure!]
  "Instead of a window."
  pattern: ${typeName}Pattern
}

input ${typeName}Pattern {
  steps: [${typeName}PatternStep!]!
  "From the first event to the last, inclusive."
  within: Duration!
  afterMatch: AfterMatch! = SKIP_PAST_LAST
}

input ${typeName}PatternStep {
  name: String!
  contiguity: Contiguity! = NEXT
  where: ${typeName}Where
  times: Int! = 1
  orMore: Boolean! = false
}

extend input JobSource {
  ${kind.singular}: ${typeName}Source
}`;
}

/** A field of the event, as an output and as an input alike: `status: TransactionStatus!`. */
export function fieldSdl(field: FieldModel): string {
  return `${describe(field.description)}${field.name}: ${field.typeName}${field.nullable ? '' : '!'}`;
}

function measureSdl(measure: MeasureModel): string {
  return `${describe(measure.description)}${measure.name}: ${measure.graphqlType}${measure.nullable ? '' : '!'}`;
}

function additives(kind: KindModel): readonly string[] {
  return kind.measures.flatMap((measure) => (measure.additive ? [measure.enumName] : []));
}

function connectives(typeName: string): string {
  return `and: [${typeName}!]
  or: [${typeName}!]
  not: ${typeName}`;
}

/** A description in front of what it describes, or nothing. The printer knows how to quote any text. */
export function describe(description: string | null): string {
  if (description === null) return '';
  return `${print({ kind: Kind.STRING, value: description, block: description.includes('\n') })}\n`;
}
