import { Kind, print } from 'graphql';
import type { EventModel, FieldModel, KindModel, MeasureModel } from '../event-model.ts';
import { capitalised, enumName, filterName, rootFieldsOf } from '../names.ts';
import { fieldText } from './field-text.ts';
import { measureText } from './measure-text.ts';

/** What a kind becomes in GraphQL, in parts that can be served one without another. */
interface GraphqlSections {
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
  "What the product knows of it beside what it says itself."
  meta: EventMeta!
}`;
}

function ingestSection(kind: KindModel): string {
  return `
${describe(kind.description)}input ${kind.typeName}Input {
  ${kind.fields.map((field) => fieldSdl(kind, field)).join('\n  ')}
}

extend type Mutation {
  "Takes events in, and answers when they are durable. Each gets a verdict of its own; one that is refused does not hold up the others."
  ${rootFieldsOf(kind).ingest}(
    "One or many. A variable whose type does not fit refuses the whole request."
    events: [${kind.typeName}Input!]!
    "true answers when every admitted event can be queried."
    wait: Boolean! = false
  ): IngestPayload
}`;
}

function filtersSection(kind: KindModel, enums: readonly string[]): string {
  const { typeName } = kind;
  return `
${enums.map(enumFilterSdl).join('\n\n')}

"The fields of one object are joined by and. The same type filters queries, subscriptions, jobs and patterns."
input ${typeName}Where {
  ${connectives(`${typeName}Where`)}
  ${kind.fields.map((field) => `${describe(fieldText(kind, field))}${field.name}: ${filterName(field.typeName)}`).join('\n  ')}
}`;
}

function enumFilterSdl(typeName: string): string {
  return `
input ${filterName(typeName)} {
  "Equal to this."
  eq: ${typeName}
  "Not equal to this: the opposite of \`eq\`, so a missing value counts too."
  ne: ${typeName}
  "Equal to one of these."
  in: [${typeName}!]
  "Equal to none of these: the opposite of \`in\`, so a missing value counts too."
  notIn: [${typeName}!]
  "true: without a value. false: with one."
  isNull: Boolean
}`;
}

function metricsSection(kind: KindModel): string {
  const { typeName } = kind;
  return `
enum ${typeName}Dimension {
  ${kind.dimensions.map((field) => describe(fieldText(kind, field)) + enumName(field.name)).join('\n  ')}
}

enum ${typeName}Measure {
  ${kind.measures.map((measure) => describe(measureText(measure)) + measure.enumName).join('\n  ')}
}

"Measures that may be added up: over windows, over groups, as a share of the whole."
enum ${typeName}Additive {
  ${additives(kind).join('\n  ')}
}

"Filters on the result."
input ${typeName}Having {
  ${connectives(`${typeName}Having`)}
  ${kind.measures.map((measure) => `${describe(measureText(measure))}${measure.name}: ${filterName(measure.graphqlType)}`).join('\n  ')}
}

"The n greatest groups over the whole range; the rest together as one row with others: true."
input ${typeName}Top {
  "1 to 1000."
  n: Int!
  "What makes a group great."
  by: ${typeName}Measure! = COUNT
  "Whether the row of the rest is there."
  others: Boolean! = true
}

enum ${typeName}MetricsOrderBy {
  START
  ${kind.dimensions.map((field) => enumName(field.name)).join('\n  ')}
  ${kind.measures.map((measure) => measure.enumName).join('\n  ')}
}

input ${typeName}MetricsOrder {
  "The start of the window, a dimension of \`by\`, or a measure, also one that is not selected."
  by: ${typeName}MetricsOrderBy!
  "Rows without a value come last either way."
  direction: OrderDirection! = ASC
}

type ${typeName}Metrics {
  "One for each window and group."
  rows: [${typeName}MetricsRow!]!
  "There are more rows than \`limit\` lets through."
  hasMore: Boolean!
  "Over the whole range: computed, not added up, so distinct counts and averages are right."
  total: ${typeName}Measures!
  "The measures of this answer that are estimated, and how well. Empty if none is."
  approximations: [Approximation!]!
  "The rates that amounts were converted with. Empty without \`convertTo\`."
  rates: [RateUsed!]!
  "What it was computed from."
  asOf: AsOf!
  "How it was computed."
  explain: Explain!
}

${metricsRowSdl(kind)}

type ${typeName}Measures {
  ${kind.measures.map(measureSdl).join('\n  ')}
}

extend type Query {
  "Numbers over a range: how many, how much, by window and by group."
  ${rootFieldsOf(kind).metrics}(
    ${questionArguments(typeName)}
    ${AT_LEAST}
    "An answer this old will do. At most 1d. Null: only one of now."
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
  "The first instant of the window."
  start: DateTime!
  "The first instant after the window."
  end: DateTime!
  "The watermark has passed its end: nothing more is expected. A late event may still revise it: see revision."
  final: Boolean!
  "Late events counted in it: each is one revision of what was shown before."
  revision: Int!
  "The same number: events that came after the watermark had passed them."
  lateCount: SafeInt!
  "All groups outside \`top\` together."
  others: Boolean!
  ${kind.dimensions.map((field) => `${describe(groupText(kind, field))}${field.name}: ${field.typeName}`).join('\n  ')}
  ${kind.measures.map(measureSdl).join('\n  ')}
  "Per second, or per any other time."
  rate(
    "How much of this."
    of: ${typeName}Additive! = COUNT
    "In each of these. A day is 24 hours here."
    per: Duration! = "1s"
  ): Float
  "Of the same window's total: 0 to 1. Null where that is 0."
  share(
    "The part of this."
    of: ${typeName}Additive! = COUNT
  ): Float
  "Cumulative since the start of the range."
  running(
    "The sum of this."
    of: ${typeName}Additive! = COUNT
  ): Decimal
  "The same window of the period compared with; null without \`compare\`."
  previous: ${typeName}Measures
  "Relative to previous: 0.1 is ten percent more. Null where there is nothing to compare with, or zero."
  change(
    "The change of this."
    of: ${typeName}Measure! = COUNT
  ): Float
}`;
}

/** Of a row, a dimension is there only where the rows are grouped by it. */
function groupText(kind: KindModel, field: FieldModel): string {
  return `${fieldText(kind, field)} Only with ${enumName(field.name)} in \`by\`; null for events without one, and for \`others\`.`;
}

/** The arguments of a metrics question, the same for a query and for a subscription: changing the first word is all it takes. */
function questionArguments(typeName: string): string {
  return `
    "Which time it is about, by when events happened."
    range: TimeRange!
    "The length of the windows: 1m, 1h, 1d. At most 100,000 of them, 10,000 of calendar steps. Null: the whole range is one."
    every: Duration
    "A row for each combination of their values. Empty: one row a window."
    by: [${typeName}Dimension!]! = []
    "Count only events like this. Null: all."
    where: ${typeName}Where
    "Show only rows like this, once they are computed; \`total\` stays that of all. Null: all rows."
    having: ${typeName}Having
    "Show only the greatest groups. Null: all groups."
    top: ${typeName}Top
    "The first counts most. Null: by start, then by group."
    orderBy: [${typeName}MetricsOrder!]
    "What stands in windows without events, up to the one that is going on."
    fill: Fill! = NONE
    "With which period to compare. Null: with none."
    compare: Compare
    "Where days, weeks and months begin."
    timeZone: TimeZone! = "UTC"
    "Convert money at the rate of each event's UTC day. Null, and with more than one currency: MIXED_CURRENCIES."
    convertTo: CurrencyCode
    "Compute distinct counts and quantiles exactly, from the events themselves, at their price."
    exact: Boolean! = false
    "The first rows by \`orderBy\`, 1 to 10,000; \`hasMore\` tells of more. Null: all; more than 10,000 is TOO_MANY_ROWS, never a cut."
    limit: Int`;
}

function connectionSection(kind: KindModel): string {
  const { typeName } = kind;
  const { one, many } = rootFieldsOf(kind);
  const numbers = kind.fields.filter((field) => field.measure !== null);
  return `
type ${typeName}Connection {
${pageSdl(typeName, `${typeName}Edge`)}
}

type ${typeName}Edge {
${edgeSdl(typeName)}
}

enum ${typeName}OrderBy {
  ${['TIME', ...numbers.map((field) => enumName(field.name))].join('\n  ')}
}

input ${typeName}Order {
  "When it happened, or a number that it has."
  by: ${typeName}OrderBy! = TIME
  "Events without the number come last either way; equal ones stand in the order of their ids."
  direction: OrderDirection! = DESC
}

extend type Query {
  "One event. Null if there is none of this id, or none yet."
  ${one}(
    "The event's id; of several fields as \`meta.id\` has it."
    id: ID!
    ${AT_LEAST}
  ): ${typeName}
  "Events one by one, in pages: forwards with \`first\` and \`after\`, backwards with \`last\` and \`before\`."
  ${many}(
    "Only events like this. Null: all."
    where: ${typeName}Where
    "Null: the newest first."
    orderBy: ${typeName}Order
    "How many from the beginning, or behind \`after\`: 0 to 1000. Null, and without \`last\`: 50."
    first: Int
    "Those behind this cursor."
    after: Cursor
    "How many from the end, or in front of \`before\`: 0 to 1000."
    last: Int
    "Those in front of this cursor."
    before: Cursor
    ${AT_LEAST}
  ): ${typeName}Connection
}`;
}

/** What every page of events has. */
function pageSdl(typeName: string, edgeName: string): string {
  return `  "The events of this page, each with its cursor."
  edges: [${edgeName}!]!
  "The same without cursors."
  nodes: [${typeName}!]!
  "Whether there are more, and where this page ends."
  pageInfo: PageInfo!
  "On all pages together. Counted only when asked for."
  totalCount: SafeInt!
  "What it was read from."
  asOf: AsOf!`;
}

function edgeSdl(typeName: string): string {
  return `  "Give it as \`after\` to go on behind this event."
  cursor: Cursor!
  "The event."
  node: ${typeName}!`;
}

const AT_LEAST = `"Wait until this is visible, or fail with NOT_YET_VISIBLE. Null: what is visible now."
    atLeast: Version`;

/** Whose events are somebody's: the key names users, whatever the kind calls them. */
export function hasUsers(kind: KindModel): boolean {
  return kind.fields.some((field) => field.name === kind.keyField && field.type === 'ID');
}

function behaviourSection(kind: KindModel): string {
  const { typeName } = kind;
  const { funnel, retention, paths, repeats } = rootFieldsOf(kind);
  const range = `"Which time it is about, by when events happened."
    range: TimeRange!`;
  const shared = `"Only events like this; all others are as if they had not happened. Null: all."
    where: ${typeName}Where
    "Where days, weeks and months begin."
    timeZone: TimeZone! = "UTC"
    ${AT_LEAST}`;
  return `
"One step of a funnel: any event that matches; one event is one step only."
input ${typeName}FunnelStep {
  "What it is called in the answer. Null: its number, from 1."
  name: String
  "Which events it is. Null: any."
  where: ${typeName}Where
}

extend type Query {
  "How many users took the steps in order. Other events may lie between them."
  ${funnel}(
    ${range}
    "2 to 16, in the order in which they are to be taken."
    steps: [${typeName}FunnelStep!]!
    "From the first step to the last, inclusive. A day is 24 hours here."
    within: Duration!
    ${shared}
  ): Funnel
  "How many users came back in later windows. At most 100 windows."
  ${retention}(
    ${range}
    "The length of the windows."
    every: Duration! = "1d"
    "What makes a user one of a cohort. Default: any event."
    first: ${typeName}Where
    "What counts as coming back. Default: any event."
    again: ${typeName}Where
    ${shared}
  ): Retention
  "Runs of neighbouring values on the ways of users. A value that follows itself is one, and events without a value are none."
  ${paths}(
    ${range}
    "Of which field."
    of: ${typeName}Dimension!
    "How many values a way has: 1 to 10."
    length: Int! = 3
    "A pause this long or longer ends a way."
    gap: Duration! = "30m"
    "How many ways: 1 to 1000."
    first: Int! = 10
    ${shared}
  ): TopPaths
  "How many users did it once, twice and more often."
  ${repeats}(
    ${range}
    "The last row of counts is for this many events or more. 2 to 100."
    upTo: Int! = 10
    ${shared}
  ): Repeats
}`;
}

function userSection({ typeName, plural }: KindModel): string {
  return `
extend type User {
  "Those of this user, the newest first."
  ${plural}(
    "Only events like this. Null: all."
    where: ${typeName}Where
    "0 to 1000."
    first: Int! = 20
    "Those behind this cursor. Null: from the newest on."
    after: Cursor
  ): ${typeName}Connection
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
${pageSdl(typeName, `${typeName}SearchEdge`)}
}

type ${typeName}SearchEdge {
${edgeSdl(typeName)}
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
    "Whether all of them are needed."
    match: SearchMatch! = ALL
    "When the events happened. Null: all of time."
    range: TimeRange
    "Only events like this. Null: all."
    where: ${typeName}Where
    "0 to 1000."
    first: Int! = 10
    "Those behind this cursor, which is of the same search. Null: from the best on."
    after: Cursor
    "Where days, weeks and months of \`range\` begin."
    timeZone: TimeZone! = "UTC"
    ${AT_LEAST}
  ): ${typeName}Search
}`;
}

function liveSection(kind: KindModel): string {
  const { typeName } = kind;
  const { metrics, added } = rootFieldsOf(kind);
  const addedType = `${capitalised(kind.plural)}Added`;
  return `
type ${typeName}MetricsUpdate {
  "Whether it is everything, or what changed."
  type: UpdateType!
  "Give it as \`after\` to go on from here after a break."
  cursor: Cursor!
  "SNAPSHOT: all rows. PATCH: those that are new or changed, to be put in place by \`id\`."
  rows: [${typeName}MetricsRow!]!
  "The ids of rows that are gone. Empty in a SNAPSHOT."
  removed: [ID!]!
  "Over the whole range, as it is now."
  total: ${typeName}Measures!
  "What it was computed from."
  asOf: AsOf!
}

"Admitted events in log order, as many as were ready at once. A subscription without a cursor begins with none: from here on nothing is missed."
type ${addedType} {
  "The events."
  nodes: [${typeName}!]!
  "Behind the last of them: give it as \`after\` to go on after a break."
  cursor: Cursor!
  "What was left out before these; null if nothing was."
  skipped: Skipped
}

extend type Subscription {
  "The same question as \`query\` takes, answered at once and again whenever the answer changes."
  ${metrics}(
    ${questionArguments(typeName)}
    "Resume: patches since this cursor, or a snapshot if it is too old. Null: begin with a snapshot."
    after: Cursor
    "At most one patch in this time: 50ms to 1m."
    throttle: Duration! = "250ms"
  ): ${typeName}MetricsUpdate!
  "Events as they are admitted, or from a cursor on."
  ${added}(
    "Only events like this. Null: all."
    where: ${typeName}Where
    "Go on behind this cursor, with what came meanwhile. Null: from now on."
    after: Cursor
  ): ${addedType}!
}`;
}

function jobsSection(kind: KindModel): string {
  const { typeName } = kind;
  return `
input ${typeName}Source {
  "Only events like this; all others are as if they had not happened. Null: all."
  where: ${typeName}Where
  "Each value has windows, or matches, of its own."
  key: ${typeName}Dimension! = ${enumName(kind.keyField)}
  "With a window: what is measured in it. At least one."
  measures: [${typeName}Measure!]
  "Instead of a window: which events, one after another, raise an alert."
  pattern: ${typeName}Pattern
}

input ${typeName}Pattern {
  "1 to 16, in order."
  steps: [${typeName}PatternStep!]!
  "From the first event to the last, inclusive: at most 31d. A day is 24 hours here."
  within: Duration!
  "Where looking goes on after a match."
  afterMatch: AfterMatch! = SKIP_PAST_LAST
}

input ${typeName}PatternStep {
  "A letter, then letters, digits, _ or -: at most 64 in all. Unique among the steps."
  name: String!
  "How it follows the step before."
  contiguity: Contiguity! = NEXT
  "Which events it is. Null: any."
  where: ${typeName}Where
  "How many such events, from 1 on. Of all steps together at most 100."
  times: Int! = 1
  "So many or more, as many as there are."
  orMore: Boolean! = false
}

extend input JobSource {
  ${describe(`Events of ${kind.plural}.`)}${kind.singular}: ${typeName}Source
}`;
}

/** A field of the event, as an output and as an input alike: `status: TransactionStatus!`. */
export function fieldSdl(kind: KindModel, field: FieldModel): string {
  return `${describe(fieldText(kind, field))}${field.name}: ${field.typeName}${field.nullable ? '' : '!'}`;
}

function measureSdl(measure: MeasureModel): string {
  return `${describe(measureText(measure))}${measure.name}: ${measure.graphqlType}${measure.nullable ? '' : '!'}`;
}

function additives(kind: KindModel): readonly string[] {
  return kind.measures.flatMap((measure) => (measure.additive ? [measure.enumName] : []));
}

function connectives(typeName: string): string {
  return `"All of these."
  and: [${typeName}!]
  "At least one of these."
  or: [${typeName}!]
  "Not this."
  not: ${typeName}`;
}

/** A description in front of what it describes, or nothing. The printer knows how to quote any text. */
export function describe(description: string | null): string {
  if (description === null) return '';
  return `${print({ kind: Kind.STRING, value: description, block: description.includes('\n') })}\n`;
}
