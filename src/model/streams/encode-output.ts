import { jsonText } from '../../platform/json-text.ts';
import { logKey, recordHead } from '../record-format.ts';
import type { AlertOutput, LateOutput, MatchedEvent, Output, ResultOutput, SessionOutput } from './output.ts';

/**
 * One record of a stream that jobs write: a line of JSON, the head as every record has it (record-format.ts), then who wrote it, then what it says.
 *
 *   {"_tenant":"default","_time":1795264000000000,"_receivedAt":1795264000123,"_watermark":1795263990000,
 *    "job":"two-large-payments","jobVersion":3,"shadow":false,"key":"ada",<the members of its stream>}
 *
 *   stream    _time                            members
 *   sessions  start of the session             id userId startUs endUs open activities pageViews pages entryPage exitPage revision mergedInto
 *   alerts    when the match was complete      id reason events
 *   results   start of the window              startUs endUs revision values
 *   late      when the late event was received event missedEndUs corrected
 *
 *   An event (of an alert, or a late one) is {"topic":"transactions","partition":3,"offset":"118","id":"t-7","timeUs":1795264000000000,"members":{…}},
 *   its members as they are stored in its own topic: an alert shows what made it also when the events themselves are no longer kept.
 *
 * Times are microseconds since 1970, offsets text. Equal arguments give equal bytes, so that a replay gives the log it gave before.
 */
export function encodeOutput(output: Output, facts: OutputFacts): OutputRecord {
  const timeUs = timeOf(output, facts);
  const { tenant, receivedAtMs, watermarkMs, job, jobVersion, shadow, key } = facts;
  const head = recordHead({
    tenant,
    timeUs,
    receivedAtMs,
    watermarkMs,
    sequence: null,
    compositeId: null,
  });
  const writer = `"job":${jsonText(job)},"jobVersion":${jobVersion},"shadow":${shadow},"key":${jsonText(key)},`;
  return {
    key: logKey(tenant, key),
    timeMs: Math.floor(timeUs / US_PER_MS),
    value: Buffer.from(`${head}${writer}${membersOf(output)}}`),
  };
}

/** What is known of an output besides what the operator said. */
export interface OutputFacts {
  readonly tenant: string;
  readonly job: string;
  readonly jobVersion: number;
  /** Written by a job that is only being tried. */
  readonly shadow: boolean;
  /** The key that the operator worked on, as text. */
  readonly key: string;
  /** The watermark of the step; null before there is one. */
  readonly watermarkMs: number | null;
  /** When that which caused the output came in: a fact of the log, so that a replay says the same. */
  readonly receivedAtMs: number;
}

/** Ready to be appended to the topic that the stream's name is. */
export interface OutputRecord {
  readonly key: string;
  readonly timeMs: number;
  readonly value: Uint8Array;
}

const US_PER_MS = 1000;

function timeOf(output: Output, { receivedAtMs }: OutputFacts): number {
  switch (output.stream) {
    case 'sessions':
      return output.record.startUs;
    case 'alerts':
      return output.record.matchedAtUs;
    case 'results':
      return output.record.startUs;
    case 'late':
      return receivedAtMs * US_PER_MS;
  }
}

/** Without braces. Written out, here and below: the order of the members is part of the format, whoever made the object. */
function membersOf(output: Output): string {
  switch (output.stream) {
    case 'sessions':
      return sessionMembers(output.record);
    case 'alerts':
      return alertMembers(output.record);
    case 'results':
      return resultMembers(output.record);
    case 'late':
      return lateMembers(output.record);
  }
}

/** By hand: of every three activities one publishes its session. */
function sessionMembers(session: SessionOutput): string {
  const { id, userId, startUs, endUs, open, activities, pageViews, pages, entryPage, exitPage } = session;
  const { revision, mergedInto } = session;
  let visited = '';
  for (const page of pages) visited += visited === '' ? jsonText(page) : `,${jsonText(page)}`;
  return (
    `"id":${jsonText(id)},"userId":${jsonText(userId)},"startUs":${startUs},"endUs":${endUs},"open":${open},` +
    `"activities":${activities},"pageViews":${pageViews},"pages":[${visited}],"entryPage":${textOrNull(entryPage)},` +
    `"exitPage":${textOrNull(exitPage)},"revision":${revision},"mergedInto":${textOrNull(mergedInto)}`
  );
}

function textOrNull(text: string | null): string {
  return text === null ? 'null' : jsonText(text);
}

function alertMembers({ id, reason, events }: AlertOutput): string {
  return membersText({ id, reason, events: events.map(eventMembers) });
}

function resultMembers({ startUs, endUs, revision, values }: ResultOutput): string {
  return membersText({ startUs, endUs, revision, values });
}

function lateMembers({ event, missedEndUs, corrected }: LateOutput): string {
  return membersText({ event: eventMembers(event), missedEndUs, corrected });
}

function membersText(members: object): string {
  return JSON.stringify(members).slice(1, -1);
}

function eventMembers({ topic, partition, offset, id, timeUs, members }: MatchedEvent) {
  return { topic, partition, offset: offset.toString(), id, timeUs, members };
}
