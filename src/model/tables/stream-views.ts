import {
  ACKNOWLEDGEMENTS_TOPIC,
  ALERTS_TOPIC,
  LATE_TOPIC,
  RESULTS_TOPIC,
  SESSIONS_TOPIC,
} from '../streams/stream-topics.ts';
import { type SqlView, TENANT_OF_SESSION, type ViewColumn, viewOf } from './sql-views.ts';

/**
 * What people and their tools see over SQL of what jobs write: each thing once, as it is now.
 *
 *   analytics.sessions   one row a session, its last state
 *   analytics.alerts     one row an alert, with what was said to it; those of rules on trial are marked
 *   analytics.results    one row a job, key and window, its last revision
 *   analytics.late       one row an event that was late, and job
 */
export function streamViews(): readonly SqlView[] {
  return [sessionsView(), alertsView(), resultsView(), lateView()];
}

/** The tables that these views read. */
export const STREAM_TABLES: readonly string[] = [
  SESSIONS_TOPIC,
  ALERTS_TOPIC,
  RESULTS_TOPIC,
  LATE_TOPIC,
  ACKNOWLEDGEMENTS_TOPIC,
];

const TIME = "DateTime64(6, 'UTC')";

function sessionsView(): SqlView {
  return viewOf({
    name: 'sessions',
    columns: [
      column('id', 'String'),
      column('userId', 'String'),
      column('start', TIME, 'Of its first activity.'),
      column('end', TIME, 'Of its last activity so far.'),
      column('open', 'Bool', 'More may still come.'),
      column('activities', 'UInt32', 'Everything the user did, page views among them.'),
      column('pageViews', 'UInt32'),
      column('pages', 'Array(String)', 'Different ones, in the order of the first visit.'),
      column('entryPage', 'Nullable(String)'),
      column('exitPage', 'Nullable(String)'),
      column('revision', 'UInt32', 'How often late events changed it after it was published as closed.'),
    ],
    from: `(
  SELECT * FROM ${own(SESSIONS_TOPIC)} WHERE NOT shadow
  ORDER BY _offset DESC LIMIT 1 BY id
)
WHERE mergedInto IS NULL`,
    comment: 'Runs of the activities of one user. One row a session, as it is now.',
  });
}

function alertsView(): SqlView {
  const events = 'Array(Tuple(topic String, partition UInt32, offset UInt64, id String, timeUs Int64, members String))';
  return viewOf({
    name: 'alerts',
    columns: [
      column('id', 'String'),
      named('rule', 'LowCardinality(String)', 'job', 'The job that raised it.'),
      named('ruleVersion', 'UInt32', 'jobVersion'),
      column('key', 'String', 'Whom or what it is about.'),
      column('reason', 'String'),
      column('matchedAt', TIME, 'When, in event time, the pattern was complete.'),
      column('raisedAt', "DateTime64(3, 'UTC')", 'When it was written into the log.'),
      column('shadow', 'Bool', 'Raised by a rule that is only being tried.'),
      column('events', events, 'Those that made it, in order. members is JSON.'),
      named('acknowledged', 'Bool', "toBool(said.alertId != '')", 'Somebody has seen it and said so.'),
      column('note', 'Nullable(String)', 'What was said to it last.'),
    ],
    from: `(
  SELECT * FROM ${own(ALERTS_TOPIC)}
  ORDER BY shadow, _offset LIMIT 1 BY id
) AS alerts
LEFT JOIN (
  SELECT alertId, argMax(note, _offset) AS note FROM ${own(ACKNOWLEDGEMENTS_TOPIC)} GROUP BY alertId
) AS said ON said.alertId = alerts.id`,
    comment: 'Hits of rules. One row an alert, however often the same events were read.',
  });
}

function resultsView(): SqlView {
  return viewOf({
    name: 'results',
    columns: [
      column('job', 'LowCardinality(String)'),
      column('key', 'String'),
      column('start', TIME, 'Start of the window.'),
      column('end', TIME, 'Its end, exclusive.'),
      column('revision', 'UInt32', '0 when first published; every correction adds one.'),
      column(
        'values',
        'String',
        "JSON by measure. For example: toDecimal64(JSONExtractString(values, 'amountSum'), 4)",
      ),
    ],
    from: `(
  SELECT * FROM ${own(RESULTS_TOPIC)}
  ORDER BY _offset DESC LIMIT 1 BY job, start, \`end\`, key
)
WHERE values != '{}'`,
    comment: 'What jobs computed. One row a job, key and window, as it was last published.',
  });
}

function lateView(): SqlView {
  return viewOf({
    name: 'late',
    columns: [
      column('topic', 'LowCardinality(String)', 'The plural of its kind.'),
      column('id', 'String'),
      column('time', TIME, 'When it happened.'),
      column('receivedAt', "DateTime64(3, 'UTC')", 'When it came in.'),
      column('byMs', 'Int64', 'How far it was behind the watermark that it met.'),
      column('missedEnd', TIME, 'End of the window that it missed.'),
      column('corrected', 'Bool', 'The window was published again with it in it.'),
      column('job', 'LowCardinality(String)', 'Whose window it was.'),
      column('key', 'String'),
      column('members', 'String', 'The event, as JSON.'),
    ],
    from: `(
  SELECT * FROM ${own(LATE_TOPIC)} WHERE NOT shadow
  ORDER BY _offset DESC LIMIT 1 BY topic, id, job
)`,
    comment: 'Events that came after their window was published. One row an event and job.',
  });
}

/** PREWHERE, because it is over before a condition of whoever asks is looked at (see sql-views.ts). */
function own(table: string): string {
  return `lakegate.${table} PREWHERE _tenant = ${TENANT_OF_SESSION}`;
}

function column(name: string, type: string, comment = ''): ViewColumn {
  return named(name, type, `\`${name}\``, comment);
}

function named(name: string, type: string, value: string, comment = ''): ViewColumn {
  return { name, type, value, comment };
}
