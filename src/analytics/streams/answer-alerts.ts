import type { WhereTree } from '../../model/event-model.ts';
import { ACKNOWLEDGEMENTS_TOPIC, ALERTS_TOPIC } from '../../model/streams/stream-topics.ts';
import { DATABASE } from '../../warehouse/warehouse.ts';
import type { ReadAnswer, ReadSources } from '../read-through.ts';
import { SqlParameters } from '../sql-parameters.ts';
import { readNewest } from './read-newest.ts';
import { readStreams, type StreamTables } from './read-streams.ts';
import { givenOnly, streamFilter } from './stream-filter.ts';
import {
  behindSql,
  groupedBy,
  microsecondsOf,
  type PageArguments,
  readPageQuestion,
  type StreamPage,
  type StreamPageQuestion,
  type StreamPlace,
  streamPage,
} from './stream-page.ts';

/** An alert, and what people said to it. Times are RFC 3339. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly key: string;
  readonly reason: string;
  readonly matchedAt: string;
  readonly raisedAt: string;
  /** In the order in which they made it; empty where nobody asked for them. */
  readonly events: readonly AlertedEvent[];
  readonly shadow: boolean;
  readonly status: AlertStatus;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly note: string | null;
}

export type AlertStatus = 'OPEN' | 'ACKNOWLEDGED';

/** An event as an alert keeps it. 64-bit numbers are text. */
export interface AlertedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly id: string;
  readonly timeUs: string;
  /** JSON, as in the record of the event. */
  readonly members: string;
}

export interface AlertsWhere {
  readonly rules?: readonly string[] | null | undefined;
  readonly key?: WhereTree | null | undefined;
  readonly status?: AlertStatus | null | undefined;
  readonly matchedAt?: WhereTree | null | undefined;
  readonly shadow?: boolean | null | undefined;
}

export interface AlertsQuestion extends StreamPageQuestion {
  readonly tenant: string;
  readonly where: WhereTree;
  readonly status: AlertStatus | null;
  /** With the events that made them. */
  readonly events: boolean;
}

export type AlertPage = StreamPage<Alert>;

export interface AlertSelection {
  readonly rows: boolean;
  readonly totalCount: boolean;
  readonly events: boolean;
}

export function readAlertsQuestion(
  tenant: string,
  { where, ...page }: PageArguments & { readonly where?: AlertsWhere | null | undefined },
  { events, ...select }: AlertSelection,
): AlertsQuestion {
  return {
    tenant,
    where: readAlertsWhere(where),
    status: where?.status ?? null,
    events,
    ...readPageQuestion(LIST, page, select),
  };
}

/** All that a filter says but the status, which is no column. */
export function readAlertsWhere(where: AlertsWhere | null | undefined): WhereTree {
  const { rules, status: _said, shadow, ...columns } = where ?? {};
  const job = rules == null ? null : { in: rules };
  return ALERTS_FILTER.normalise(givenOnly({ ...columns, job, shadow: { eq: shadow ?? false } }));
}

/** Newest first, by when in event time they were complete. One that was written again by a replay is one alert. */
export function answerAlerts(question: AlertsQuestion, sources: ReadSources): Promise<ReadAnswer<AlertPage>> {
  const { tenant, ...asked } = question;
  return readStreams(
    { tenant, question: ['alerts', asked], topics: TOPICS },
    async (warehouse) => {
      const [rows, totalCount] = await Promise.all([
        question.rows ? readPage(question, warehouse) : [],
        question.totalCount ? readCount(question, warehouse) : null,
      ]);
      const alerts = await withAcknowledgements(tenant, rows.slice(0, question.size + 1), warehouse);
      return { ...pageOf(question, alerts), totalCount };
    },
    sources,
  );
}

/** Also one of a rule on trial; of one that was raised in earnest too, that. */
export function answerAlert(
  tenant: string,
  id: string,
  { events }: Pick<AlertSelection, 'events'>,
  sources: ReadSources,
): Promise<ReadAnswer<Alert | null>> {
  return readStreams(
    { tenant, question: ['alert', id, events], topics: TOPICS },
    async (warehouse) => {
      const params = new SqlParameters();
      const sql = `SELECT ${columns(events)} FROM ${TABLE}
WHERE _tenant = ${params.bind(tenant, 'String')} AND id = ${params.bind(id, 'String')} ORDER BY shadow, _offset LIMIT 1`;
      const { rows } = await warehouse.query<AlertRow>(sql, { params: params.values });
      const [alert] = await withAcknowledgements(tenant, rows, warehouse);
      return alert ?? null;
    },
    sources,
  );
}

/** The same page of the alerts about each of many users (or other keys), in their order: one query for all, and one more for their counts. */
export function alertsOfKeys(
  question: AlertsQuestion,
  keys: readonly string[],
  sources: ReadSources,
): Promise<ReadAnswer<readonly AlertPage[]>> {
  const { tenant, ...asked } = question;
  return readStreams(
    { tenant, question: ['alerts of keys', asked, keys], topics: TOPICS },
    async (warehouse) => {
      const [rows, counts] = await Promise.all([
        question.rows ? readPagesOfKeys(question, keys, warehouse) : [],
        question.totalCount ? readCountsOfKeys(question, keys, warehouse) : null,
      ]);
      const alerts = await withAcknowledgements(tenant, rows, warehouse);
      const byKey = groupedBy(alerts, ({ key }) => key);
      return keys.map((key) => ({
        ...pageOf(question, byKey.get(key) ?? []),
        totalCount: counts === null ? null : (counts.get(key) ?? 0),
      }));
    },
    sources,
  );
}

/** The newest alerts that an event is part of; those of rules on trial are not told. */
export function alertsOfEvent(
  tenant: string,
  event: { readonly topic: string; readonly id: string },
  { events }: Pick<AlertSelection, 'events'>,
  sources: ReadSources,
): Promise<ReadAnswer<readonly Alert[]>> {
  const eventKey = `${event.topic}/${event.id}`;
  return readStreams(
    { tenant, question: ['alerts of event', eventKey, events], topics: TOPICS },
    async (warehouse) => {
      const params = new SqlParameters();
      const sql = `SELECT ${columns(events)} FROM ${TABLE}
WHERE _tenant = ${params.bind(tenant, 'String')} AND NOT shadow AND has(eventKeys, ${params.bind(eventKey, 'String')})
${NEWEST_FIRST}
LIMIT ${ALERTS_OF_EVENT_MAX}`;
      const { rows } = await warehouse.query<AlertRow>(sql, { params: params.values });
      return withAcknowledgements(tenant, rows, warehouse);
    },
    sources,
  );
}

/** What filters ask of an alert. */
export const ALERTS_FILTER = streamFilter('Alert', {
  job: 'String',
  key: 'String',
  matchedAt: 'DateTime',
  shadow: 'Boolean',
});

const LIST = 'alerts';
const TABLE = `${DATABASE}.${ALERTS_TOPIC}`;
const ACKNOWLEDGEMENTS = `${DATABASE}.${ACKNOWLEDGEMENTS_TOPIC}`;
const TOPICS = [ALERTS_TOPIC, ACKNOWLEDGEMENTS_TOPIC];
const PLACE = { time: 'matchedAt', tie: 'id' };

/** Of the rows of one id, which lie side by side, the first that was written. */
const NEWEST_FIRST = `ORDER BY _tenant DESC, matchedAt DESC, id DESC, _offset
LIMIT 1 BY id`;

/** An event is part of a handful of alerts; more of them tell nothing new of it. */
const ALERTS_OF_EVENT_MAX = 100;

type AlertRow = Omit<Alert, 'status' | 'acknowledgedAt' | 'acknowledgedBy' | 'note'>;

function columns(events: boolean): string {
  return `id, job AS rule, jobVersion AS ruleVersion, key, reason, matchedAt, raisedAt, shadow, ${events ? 'events' : '[] AS events'}`;
}

/** Rows of one id differ in when they were written. The first of them is the alert. */
function readPage(question: AlertsQuestion, warehouse: StreamTables): Promise<readonly AlertRow[]> {
  return readNewest(question.size + 1, question.after, {
    read: async (after, limit) => {
      const params = new SqlParameters();
      const sql = `SELECT ${columns(question.events)} FROM ${TABLE}
WHERE ${askedSql(question, params)} AND ${behindSql(PLACE, after, params)}
ORDER BY _tenant DESC, matchedAt DESC, id DESC, _offset DESC
LIMIT ${params.bind(limit, 'UInt32')}`;
      return (await warehouse.query<AlertRow>(sql, { params: params.values })).rows;
    },
    placeOf,
    shows: 'first',
    keep: (rows) => rows,
  });
}

async function readCount(question: AlertsQuestion, warehouse: StreamTables): Promise<number> {
  const params = new SqlParameters();
  const sql = `SELECT uniqExact(id) AS alerts FROM ${TABLE} WHERE ${askedSql(question, params)}`;
  const { rows } = await warehouse.query<{ alerts: string }>(sql, { params: params.values });
  return Number(rows[0]?.alerts ?? 0);
}

async function readPagesOfKeys(
  question: AlertsQuestion,
  keys: readonly string[],
  warehouse: StreamTables,
): Promise<readonly AlertRow[]> {
  const params = new SqlParameters();
  const { after, size } = question;
  const sql = `SELECT * FROM (
SELECT ${columns(question.events)} FROM ${TABLE}
WHERE ${askedSql(question, params)} AND key IN ${params.bind(keys, 'Array(String)')} AND ${behindSql(PLACE, after, params)}
${NEWEST_FIRST}
)
ORDER BY matchedAt DESC, id DESC
LIMIT ${params.bind(size + 1, 'UInt32')} BY key`;
  return (await warehouse.query<AlertRow>(sql, { params: params.values })).rows;
}

async function readCountsOfKeys(
  question: AlertsQuestion,
  keys: readonly string[],
  warehouse: StreamTables,
): Promise<ReadonlyMap<string, number>> {
  const params = new SqlParameters();
  const sql = `SELECT key, uniqExact(id) AS alerts FROM ${TABLE}
WHERE ${askedSql(question, params)} AND key IN ${params.bind(keys, 'Array(String)')} GROUP BY key`;
  const { rows } = await warehouse.query<{ key: string; alerts: string }>(sql, { params: params.values });
  return new Map(rows.map(({ key, alerts }) => [key, Number(alerts)]));
}

/** GLOBAL changes nothing on one server; on several it asks all of them what was acknowledged. */
function askedSql({ tenant, where, status }: AlertsQuestion, params: SqlParameters): string {
  const ofTenant = `_tenant = ${params.bind(tenant, 'String')}`;
  const asked = `${ofTenant} AND ${ALERTS_FILTER.sql(where, params)}`;
  if (status === null) return asked;
  const within = status === 'ACKNOWLEDGED' ? 'GLOBAL IN' : 'GLOBAL NOT IN';
  return `${asked} AND id ${within} (SELECT alertId FROM ${ACKNOWLEDGEMENTS} WHERE ${ofTenant})`;
}

interface AcknowledgementRow {
  readonly alertId: string;
  readonly acknowledgedAt: string;
  readonly acknowledgedBy: string;
  readonly note: string | null;
}

/** Who was first counts, and the note that was written last. */
async function withAcknowledgements(
  tenant: string,
  alerts: readonly AlertRow[],
  warehouse: StreamTables,
): Promise<readonly Alert[]> {
  if (alerts.length === 0) return [];
  const params = new SqlParameters();
  const ids = alerts.map(({ id }) => id);
  const sql = `SELECT alertId, argMin(at, _offset) AS acknowledgedAt, argMin(by, _offset) AS acknowledgedBy, argMax(note, _offset) AS note
FROM ${ACKNOWLEDGEMENTS}
WHERE _tenant = ${params.bind(tenant, 'String')} AND alertId IN ${params.bind(ids, 'Array(String)')} GROUP BY alertId`;
  const { rows } = await warehouse.query<AcknowledgementRow>(sql, { params: params.values });
  const said = new Map(rows.map(({ alertId, ...row }) => [alertId, { status: 'ACKNOWLEDGED' as const, ...row }]));
  return alerts.map((alert) => ({ ...alert, ...(said.get(alert.id) ?? NOT_ACKNOWLEDGED) }));
}

/** Of an alert that nobody has said anything to. */
export const NOT_ACKNOWLEDGED = { status: 'OPEN', acknowledgedAt: null, acknowledgedBy: null, note: null } as const;

function pageOf(question: AlertsQuestion, alerts: readonly Alert[]): Omit<AlertPage, 'totalCount'> {
  return streamPage(LIST, question, alerts, placeOf, (alert) => alert);
}

function placeOf({ matchedAt, id }: AlertRow): StreamPlace {
  return { timeUs: microsecondsOf(matchedAt), tie: id };
}
